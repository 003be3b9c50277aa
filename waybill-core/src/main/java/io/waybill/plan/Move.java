package io.waybill.plan;

import io.waybill.mapping.Expression;
import io.waybill.mapping.RowMapping;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes where. Immutable; everything inherited from the plan is filled in.
 *
 * @param name unique in the plan; given or made from its place
 * @param rows whether it moves rows; else it moves files
 * @param from at least one entry; of rows, just one, and of files that rows name, the store with the path as it is written
 * @param each the rows that name the files, or null
 * @param closure what moves with each row and belongs to it, or null when a row moves alone
 * @param where the items that move, or null for all
 * @param since of rows, the column that tells how far earlier runs have read, or null
 * @param row how a row changes, or null when it does not
 * @param steps what else happens to a row
 * @param format how the table in a file is written that it reads, and {@code formatTo} the one that it writes
 * @param key the columns that identify a source row, or empty when the table's own key does
 * @param group what an item's group is, or null when its {@code from} entry tells
 * @param after moves that must be finished before this one begins
 * @param backup what is kept of the target table before a run begins
 * @param exclusive whether nothing else writes to the target while this move runs
 * @param budget how many items may need somebody before the run ends, or null when {@code onError} alone tells
 */
public record Move(
        String name,
        boolean rows,
        List<From> from,
        @Nullable Each each,
        @Nullable Closure closure,
        To to,
        @Nullable Expression where,
        @Nullable String since,
        @Nullable RowMapping row,
        RowSteps steps,
        Format format,
        Format formatTo,
        List<String> key,
        @Nullable Expression group,
        List<String> after,
        Backup backup,
        boolean exclusive,
        Exists exists,
        Verify verify,
        OnError onError,
        @Nullable Budget budget,
        Limits limits,
        AfterMove source) {
    /** Whether it changes the table that it reads. */
    public boolean isInPlace() {
        return rows
                && from.get(0).query() == null
                && from.get(0).store().equals(to.store())
                && from.get(0).path().equals(to.path().text());
    }

    /** The same, after these moves. */
    Move after(List<String> moves) {
        return new Move(
                name, rows, from, each, closure, to, where, since, row, steps, format, formatTo, key, group, moves,
                backup, exclusive, exists, verify, onError, budget, limits, source);
    }

    /** Whether its files are named by rows of units, which are written once these are proven. */
    public boolean isOfUnits() {
        return each != null && each.unit() != null;
    }

    public Move {
        from = List.copyOf(from);
        key = List.copyOf(key);
        after = List.copyOf(after);
    }
}
