package io.waybill.engine;

import java.util.List;

/** A safety rule forbids what was asked, or the plan does not fit its tables; nothing was changed. Exit code 8, or 2. */
public final class RefusedException extends Exception {
    private final transient List<String> lines;
    private final boolean planAtFault;

    public RefusedException(String message, List<String> lines) {
        this(message, lines, false);
    }

    private RefusedException(String message, List<String> lines, boolean planAtFault) {
        super(message);
        this.lines = List.copyOf(lines);
        this.planAtFault = planAtFault;
    }

    /** The plan does not fit the real tables. */
    static RefusedException ofPlan(String message) {
        return new RefusedException(message, List.of(), true);
    }

    /** The plan does not fit the real tables, in so many ways. */
    static RefusedException ofPlan(String message, List<String> lines) {
        return new RefusedException(message, lines, true);
    }

    /** Whether the plan is at fault and no safety rule. */
    public boolean isPlanAtFault() {
        return planAtFault;
    }

    /** What it is about, one line each, for example the keys that collide. */
    public List<String> lines() {
        return lines;
    }
}
