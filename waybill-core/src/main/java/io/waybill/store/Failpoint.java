package io.waybill.store;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Named points at which tests make a process die or fail. In production nothing is armed and reaching a point costs one
 * field read. All names are listed in {@code docs/design.md}.
 */
public final class Failpoint {
    private static volatile @Nullable Consumer<String> armed;

    private Failpoint() {}

    /** Passes the point's name to whatever is armed. */
    public static void reach(String name) {
        Consumer<String> action = armed;
        if (action != null) {
            action.accept(name);
        }
    }

    /** Arms an action for every point, or disarms with null. */
    public static void arm(@Nullable Consumer<String> action) {
        armed = action;
    }
}
