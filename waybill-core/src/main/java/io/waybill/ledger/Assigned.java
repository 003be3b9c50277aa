package io.waybill.ledger;

import io.waybill.value.Canonical;
import io.waybill.value.Row;
import io.waybill.value.RowCodec;
import io.waybill.value.Value;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that targets gave to rows in place of their own: known before the rows are written, and the same in every later
 * run.
 */
public final class Assigned {
    private static final String NAME = "v";

    private Assigned() {}

    /**
     * A field of a row that the target numbers.
     *
     * @param namespace of the plan's ids: another one is another copy
     * @param key of the row at its source
     */
    public record Field(int move, String namespace, String table, Row key, String name) {}

    /** The number that was given, or null. */
    public static @Nullable Value find(Tx tx, Field field) throws SQLException {
        Value[] found = new Value[1];
        tx.query(
                row -> found[0] = RowCodec.decode(row.getBytes(1)).find(NAME),
                "SELECT value FROM assigned WHERE move = ? AND namespace = ? AND tbl = ? AND source = ? AND field = ?",
                field.move(),
                field.namespace(),
                field.table(),
                Canonical.digest(field.key()).bytes(),
                field.name());
        return found[0];
    }

    /** Notes a number that was given. */
    public static void note(Tx tx, Field field, Value value) throws SQLException {
        tx.update(
                "INSERT INTO assigned VALUES (?, ?, ?, ?, ?, ?)",
                field.move(),
                field.namespace(),
                field.table(),
                Canonical.digest(field.key()).bytes(),
                field.name(),
                RowCodec.encode(Row.of(NAME, value)));
    }
}
