package io.waybill.engine;

import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.Tx;
import io.waybill.ledger.Watermarks;
import io.waybill.mapping.MappingException;
import io.waybill.mapping.ValueOrder;
import io.waybill.plan.Move;
import io.waybill.store.Item;
import io.waybill.store.Predicate;
import io.waybill.store.RowItem;
import io.waybill.store.StoreException;
import io.waybill.value.RowCodec;
import io.waybill.value.Value;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far earlier runs of a move with {@code since} have read, and how far this one does. Rows below the mark are left out;
 * those at the mark are read again, and those without a value always. Safe for use by many threads.
 */
final class RowMark {
    /** Of a move without {@code since}, or one that reads everything. */
    static final RowMark NONE = new RowMark("", null, null, null);

    private final String move;
    private final @Nullable String column;
    private final @Nullable Value from;
    private @Nullable Value highest;

    private RowMark(String move, @Nullable String column, @Nullable Value from, @Nullable Value highest) {
        this.move = move;
        this.column = column;
        this.from = from;
        this.highest = highest;
    }

    /**
     * The mark that earlier runs of the same plan left.
     *
     * @param run the run that is to read, or a number beyond all for one that has none yet
     */
    static RowMark of(Move move, int moveId, int run, String fingerprint, Ledger ledger)
            throws LedgerException, StoreException {
        String column = move.since();
        if (column == null) {
            return NONE;
        }
        RowMark none = new RowMark(move.name(), column, null, null);
        Value from = null;
        for (Value value : ledger.write(tx -> Watermarks.finished(tx, run, moveId, column, fingerprint))) {
            from = none.higher(from, value);
        }
        return new RowMark(move.name(), column, from, seen(moveId, run, column, ledger));
    }

    private static @Nullable Value seen(int moveId, int run, String column, Ledger ledger) throws LedgerException {
        List<Value> seen = ledger.write(tx -> Watermarks.seen(tx, run, moveId, column));
        return seen.isEmpty() ? null : seen.get(0);
    }

    /** What a store may test of it, or null. */
    @Nullable
    Predicate predicate() {
        return column == null || from == null
                ? null
                : new Predicate.Not(new Predicate.Compare(column, Predicate.Sign.LESS, from));
    }

    /** Whether a row is to be read; one without a value, or whose value has no order with the mark, is. */
    boolean takes(RowItem item) {
        Value value = column == null || from == null ? null : item.row().find(column);
        if (value == null || from == null || value instanceof Value.Null) {
            return true;
        }
        try {
            Integer order = ValueOrder.compare(value, from);
            return order == null || order >= 0;
        } catch (MappingException e) {
            return true;
        }
    }

    /** Takes note of what a page holds. */
    synchronized void see(List<Item> page) throws StoreException {
        if (column != null) {
            for (Item item : page) {
                Value value = ((RowItem) item).row().find(column);
                if (value != null && !(value instanceof Value.Null)) {
                    highest = higher(highest, value);
                }
            }
        }
    }

    /** Notes how far the run has read, in the transaction that keeps its position. */
    synchronized void note(Tx tx, int run, int moveId) throws SQLException {
        if (column != null && highest != null) {
            Watermarks.note(tx, run, moveId, column, highest);
        }
    }

    private @Nullable Value higher(@Nullable Value a, Value b) throws StoreException {
        try {
            Integer order = ValueOrder.compare(b, a == null ? b : a);
            return order == null ? a : a == null || order > 0 ? b : a;
        } catch (MappingException e) {
            throw new StoreException(
                    StoreException.Kind.INVALID,
                    "Cannot tell how far move " + move + " has read: values of " + column + " cannot be put in order, "
                            + e.getMessage() + ". Leave since: out, or name another column.",
                    e);
        }
    }

    /** In words; empty when every row is read. */
    String text() {
        return from == null
                ? ""
                : "move " + move + " reads rows whose " + column + " is " + RowCodec.text(from)
                        + " or more, or null; finished runs have read the others";
    }
}
