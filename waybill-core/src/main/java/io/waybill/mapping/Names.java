package io.waybill.mapping;

import io.waybill.value.Row;
import org.jspecify.annotations.Nullable;

/**
 * The values behind the names of an expression, for one item: {@code row.}, {@code file.}, {@code vars.}, {@code run.},
 * {@code batch.}, {@code target.}. Immutable.
 */
public final class Names {
    private final String namespace;
    /** Newest first; there are only ever a few, and every row adds to those of its run. */
    private final @Nullable Root newest;

    private record Root(String name, Row fields, @Nullable Root older) {}

    private Names(String namespace, @Nullable Root newest) {
        this.namespace = namespace;
        this.newest = newest;
    }

    /** No names yet; {@code namespace} is the one that {@code id(...)} makes ids in: the plan's. */
    public static Names of(String namespace) {
        return new Names(namespace, null);
    }

    /** These names, and below {@code root} the fields of a row. */
    public Names with(String root, Row fields) {
        return new Names(namespace, new Root(root, fields, newest));
    }

    /** The fields below a root, or null if nothing stands there. */
    public @Nullable Row find(String root) {
        for (Root each = newest; each != null; each = each.older()) {
            if (each.name().equals(root)) {
                return each.fields();
            }
        }
        return null;
    }

    /** The namespace of generated ids. */
    public String namespace() {
        return namespace;
    }
}
