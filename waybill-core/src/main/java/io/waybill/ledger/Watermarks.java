package io.waybill.ledger;

import io.waybill.value.Row;
import io.waybill.value.RowCodec;
import io.waybill.value.Value;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** How far the runs of a series have read: the highest value of a column that each saw, move by move. */
public final class Watermarks {
    private static final String NAME = "v";

    private Watermarks() {}

    /** The highest value that a run saw so far; none when it saw none. */
    public static List<Value> seen(Tx tx, int run, int move, String field) throws SQLException {
        return values(tx, "SELECT value FROM watermark WHERE run = ? AND move = ? AND field = ?", run, move, field);
    }

    /** Notes the highest value that a run saw so far. */
    public static void note(Tx tx, int run, int move, String field, Value highest) throws SQLException {
        tx.update(
                "INSERT INTO watermark VALUES (?, ?, ?, ?, 0) ON CONFLICT (run, move, field) DO UPDATE SET value ="
                        + " excluded.value",
                run,
                move,
                field,
                RowCodec.encode(Row.of(NAME, highest)));
    }

    /** Notes that a run finished the move, so that what it saw counts for later runs. */
    public static void finish(Tx tx, int run, int move) throws SQLException {
        tx.update("UPDATE watermark SET done = 1 WHERE run = ? AND move = ?", run, move);
    }

    /**
     * What finished runs of the same plan saw, run by run. Not what a run saw that was rolled back later, as a whole or in
     * part, nor what runs between the two saw: they read on from there.
     *
     * @param before the run that asks; others than earlier ones do not count
     */
    public static List<Value> finished(Tx tx, int before, int move, String field, String fingerprint)
            throws SQLException {
        return values(
                tx,
                "SELECT w.value FROM watermark w JOIN run r ON r.id = w.run WHERE w.run < ? AND w.move = ? AND w.field = ?"
                        + " AND w.done = 1 AND r.fingerprint = ? AND NOT EXISTS (SELECT 1 FROM run u WHERE u.kind ="
                        + " 'rollback' AND u.of_run <= w.run AND u.id > w.run) ORDER BY w.run",
                before,
                move,
                field,
                fingerprint);
    }

    private static List<Value> values(Tx tx, String sql, Object... parameters) throws SQLException {
        List<Value> values = new ArrayList<>();
        tx.query(
                row -> {
                    Value value = RowCodec.decode(row.getBytes(1)).find(NAME);
                    if (value != null) {
                        values.add(value);
                    }
                },
                sql,
                parameters);
        return values;
    }
}
