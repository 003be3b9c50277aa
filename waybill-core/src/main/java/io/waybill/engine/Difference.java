package io.waybill.engine;

import java.util.Locale;

/**
 * Something that source and target tables have, and what is done about how they differ in it.
 *
 * @param name of what it is, in words; of a table, empty
 * @param source as the source has it, or empty
 * @param target as the target has it, or empty
 * @param note what is done, in words; may be empty
 */
public record Difference(
        String move, String table, Part part, String name, String source, String target, Action action, String note) {
    /** What it is. */
    public enum Part {
        TABLE,
        COLUMN,
        UNIQUE,
        RULE,
        FOREIGN_KEY,
        TRIGGER;

        /** As people say it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** What is done. */
    public enum Action {
        /** There is nothing to do. */
        SAME,
        /** The target takes all that the source has, and more. */
        WIDENED,
        /** The target does not take everything; each row is looked at. */
        NARROWED,
        /** The plan gives another value. */
        MAPPED,
        /** The target gives a value. */
        DEFAULTED,
        /** The plan leaves it out. */
        DROPPED,
        /** It happens at the target when rows are written. */
        FIRES,
        /** The plan cannot be run. */
        REFUSED;

        /** As people say it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether somebody should read of it. */
    public boolean isNotable() {
        return action == Action.MAPPED ? !source.equals(target) : action != Action.SAME;
    }

    /** What it is about, in words. */
    public String subject() {
        return part == Part.TABLE
                ? "table " + table
                : part == Part.COLUMN ? table + "." + name : part.word() + " " + name + " of " + table;
    }

    @Override
    public String toString() {
        return subject() + ": " + note;
    }
}
