package io.waybill.store;

import io.waybill.value.Value;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A power of a store of tables: to say what its catalog promises of tables, so that two ends can be compared. */
public interface Described {
    /** The definitions of those of these tables that are there, by their names. */
    Map<String, Definition> definitions(Collection<String> tables) throws StoreException;

    /**
     * Values at the edges of what a column can have: the longest, the largest, null. A column that holds all of them holds
     * whatever this one has.
     */
    List<Value> edges(String table, String column) throws StoreException;

    /**
     * A table.
     *
     * @param columns in the catalog's order
     * @param rules what the store asks of every row besides keys, foreign keys and types
     * @param triggers those that fire when rows are written
     */
    record Definition(List<Attribute> columns, List<Rule> rules, List<Trigger> triggers) {
        public Definition {
            columns = List.copyOf(columns);
            rules = List.copyOf(rules);
            triggers = List.copyOf(triggers);
        }
    }

    /**
     * A column.
     *
     * @param type as it was declared
     * @param common whether that name means the same in every database
     * @param mapped whether values of the type can be read and written
     * @param unnamed what it gets in a row that does not name it
     * @param fill the expression of that, or empty
     */
    record Attribute(
            String name, String type, boolean nullable, boolean common, boolean mapped, Unnamed unnamed, String fill) {}

    /** What a column gets in a row that does not name it. */
    enum Unnamed {
        /** There is no such row. */
        REFUSED,
        /** It is null. */
        NULL,
        /** Its default. */
        DEFAULT,
        /** The next number. */
        NUMBERED,
        /** The store computes it, and it cannot be written. */
        COMPUTED
    }

    /** A condition on rows, in the store's own words. */
    record Rule(String name, String text) {}

    /**
     * A trigger.
     *
     * @param inserts whether new rows fire it; else changed ones do
     * @param text what it does, in the store's own words; empty when that cannot be read
     * @param writes tables that it writes to, as far as its text says
     * @param sets columns that it sets in the row itself, before that is written; {@code *} when it may set any
     */
    record Trigger(String name, boolean inserts, String text, Set<String> writes, Set<String> sets) {
        public Trigger {
            writes = Set.copyOf(writes);
            sets = Set.copyOf(sets);
        }
    }
}
