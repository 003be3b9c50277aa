package io.waybill.mapping;

import io.waybill.value.Value;
import org.jspecify.annotations.Nullable;

/** One evaluation under way: its names, the variables of comprehensions, and the steps that are left. Used by one thread. */
final class Evaluation {
    /** Steps for one evaluation; far beyond honest use, and under a second of work. */
    static final long BUDGET = 1_000_000;

    /** The longest text, list or map that an expression may make. */
    static final int LARGEST = 4 * 1024 * 1024;

    /** How deep comprehensions may nest. */
    static final int MOST_LOCALS = 16;

    final Names names;
    private long left = BUDGET;
    private final boolean rule;
    private boolean unknown;
    private @Nullable Value @Nullable [] locals;

    Evaluation(Names names) {
        this(names, false);
    }

    /** @param rule whether a condition that cannot be told counts as what keeps the whole from being false */
    Evaluation(Names names, boolean rule) {
        this.names = names;
        this.rule = rule;
        this.unknown = rule;
    }

    /** What a condition counts as that cannot be told, since a value of it is missing or null. */
    boolean unknown() {
        return unknown;
    }

    /** Within a not, the other counts in a rule; answers what it was. */
    boolean turn() {
        return unknown(rule ? !unknown : unknown);
    }

    /** Says what such a condition counts as from here on; answers what it was. */
    boolean unknown(boolean as) {
        boolean was = unknown;
        unknown = as;
        return was;
    }

    /** Takes steps off the budget. */
    void spend(int position, long steps) throws MappingException {
        left -= steps;
        if (left < 0) {
            throw new MappingException(position, "takes more than " + BUDGET + " steps", "make it simpler");
        }
    }

    @Nullable
    Value local(int slot) {
        return locals == null ? null : locals[slot];
    }

    void local(int slot, @Nullable Value value) {
        if (locals == null) {
            locals = new @Nullable Value[MOST_LOCALS];
        }
        locals[slot] = value;
    }
}
