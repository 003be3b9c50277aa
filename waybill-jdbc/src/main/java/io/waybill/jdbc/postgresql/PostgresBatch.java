package io.waybill.jdbc.postgresql;

import io.waybill.jdbc.Identifiers;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Outcome;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.value.Row;
import io.waybill.value.Shape;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * New rows of one table and the same columns: copied straight into the table in one transaction. If a key is taken, they
 * are copied into a temporary table and inserted from there where nothing stands. If the server refuses a row, the batch is
 * halved until that row is alone. Not safe for several threads.
 */
final class PostgresBatch {
    private static final int CHUNK = 64 << 10;
    /** What is said when the server took a row and did not keep it. */
    private static final String LEFT_OUT = "a trigger or a rule of the table left the row out";

    private final PostgresApply call;
    private final PostgresTable table;
    private final Shape shape;
    private final List<PostgresTable.Column> columns;
    private final List<Integer> places = new ArrayList<>();
    private final PostgresCopyRows rows;

    PostgresBatch(
            PostgresApply call,
            PostgresTable table,
            Shape shape,
            List<PostgresTable.Column> columns,
            PostgresCopyRows rows) {
        this.call = call;
        this.table = table;
        this.shape = shape;
        this.columns = columns;
        this.rows = rows;
    }

    PostgresTable table() {
        return table;
    }

    List<PostgresTable.Column> columns() {
        return columns;
    }

    PostgresCopyRows rows() {
        return rows;
    }

    /** Whether a row is of this table, in this format, and has just these columns, in this order. */
    @SuppressWarnings("ReferenceEquality") // tables are looked up once
    boolean takes(PostgresTable other, Row row, boolean raw) {
        return table == other && shape.equals(row.shape()) && raw == rows instanceof PostgresCopyTuples;
    }

    void endRow(int place) {
        rows.endRow();
        places.add(place);
    }

    void write() throws StoreException {
        if (rows.rows() > 0) {
            copy(0, rows.rows());
        }
    }

    private void copy(int from, int to) throws StoreException {
        PostgresTransaction ended = PostgresTransaction.of(call.store().connections(), connection -> {
            String sql = "COPY " + table.sql() + " (" + names("") + ") FROM STDIN" + rows.options();
            send(connection, sql, rows, from, to);
        });
        if (ended.done()) {
            done(from, to);
        } else if (ended.isTaken()) {
            merge(from, to);
        } else if (ended.isOfARow() && to - from > 1) {
            int middle = (from + to) >>> 1;
            copy(from, middle);
            copy(middle, to);
        } else {
            fail(from, to, ended);
        }
    }

    /** Inserts the rows whose keys are free; of the others, says what stands there. */
    private void merge(int from, int to) throws StoreException {
        Set<Integer> inserted = new HashSet<>();
        PostgresTransaction ended = PostgresTransaction.of(call.store().connections(), connection -> {
            inserted.clear();
            insert(connection, from, to, inserted);
        });
        if (ended.isOfARow() && to - from > 1) {
            int middle = (from + to) >>> 1;
            merge(from, middle);
            merge(middle, to);
            return;
        } else if (!ended.done()) {
            fail(from, to, ended);
            return;
        }
        List<RowKey> taken = new ArrayList<>();
        for (int row = from; row < to; row++) {
            if (inserted.contains(row)) {
                call.done(places.get(row));
            } else {
                taken.add((RowKey) effect(row).key());
            }
        }
        if (!taken.isEmpty()) {
            refuse(from, to, inserted, taken);
        }
    }

    private void refuse(int from, int to, Set<Integer> inserted, List<RowKey> taken) {
        Map<ItemKey, Item> found;
        try {
            found = PostgresFind.find(call.store(), taken);
        } catch (StoreException e) {
            // Whoever asked can look for itself.
            found = null;
        }
        for (int row = from; row < to; row++) {
            if (inserted.contains(row)) {
                continue;
            }
            Item there = found == null ? null : found.get(effect(row).key());
            if (found == null || there != null) {
                call.settle(places.get(row), new Outcome.Refused(there));
            } else {
                call.fail(
                        places.get(row),
                        PostgresRowErrors.invalid(
                                call.store(),
                                effect(row).key(),
                                "it was not inserted and nothing stands there; " + LEFT_OUT
                                        + ", or it was removed just now",
                                "Look at the table's triggers, or try again."));
            }
        }
    }

    private void insert(Connection connection, int from, int to, Set<Integer> inserted) throws SQLException {
        String place = "waybill place";
        while (table.columns().containsKey(place)) {
            place += " ";
        }
        String number = Identifiers.quote(place);
        String copied = "pg_temp.\"waybill rows\"";
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE \"waybill rows\" ON COMMIT DROP AS SELECT 0 AS " + number + ", "
                    + names("t.") + " FROM " + table.sql() + " AS t WITH NO DATA");
            String copy = "COPY " + copied + " (" + number + ", " + names("") + ") FROM STDIN" + rows.options();
            send(connection, copy, rows.numbered(from, to), 0, to - from);
            String key = Identifiers.list("", table.key());
            String same = table.key().stream()
                    .map(name -> "w." + Identifiers.quote(name) + " = d." + Identifiers.quote(name))
                    .collect(Collectors.joining(" AND "));
            String sql = "WITH d AS (INSERT INTO " + table.sql() + " (" + names("")
                    + ") OVERRIDING SYSTEM VALUE SELECT "
                    + names("w.") + " FROM " + copied + " AS w ORDER BY w." + number + " ON CONFLICT (" + key
                    + ") DO NOTHING RETURNING " + key + ") SELECT pg_catalog.min(w." + number + ") FROM d JOIN "
                    + copied
                    + " AS w ON " + same + " GROUP BY " + Identifiers.list("d.", table.key());
            try (ResultSet done = statement.executeQuery(sql)) {
                while (done.next()) {
                    inserted.add(done.getInt(1));
                }
            }
        }
    }

    /** Copies rows from one to before another; whoever sees it fail rolls back. */
    static void send(Connection connection, String sql, PostgresCopyRows rows, int from, int to) throws SQLException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
        try {
            copy.writeToCopy(rows.head(), 0, rows.head().length);
            int end = rows.start(to);
            for (int at = rows.start(from); at < end; at += CHUNK) {
                copy.writeToCopy(rows.bytes(), at, Math.min(CHUNK, end - at));
            }
            copy.writeToCopy(rows.tail(), 0, rows.tail().length);
            if (copy.endCopy() != to - from) {
                throw new SQLException(LEFT_OUT, "P0001");
            }
        } catch (SQLException e) {
            if (copy.isActive()) {
                cancel(copy, e);
            }
            throw e;
        }
    }

    /** What went wrong before is what is told. */
    private static void cancel(CopyIn copy, SQLException trouble) {
        try {
            copy.cancelCopy();
        } catch (SQLException e) {
            trouble.addSuppressed(e);
        }
    }

    private String names(String prefix) {
        return Identifiers.list(
                prefix, columns.stream().map(PostgresTable.Column::name).toList());
    }

    private Effect effect(int row) {
        return call.effect(places.get(row));
    }

    private void done(int from, int to) {
        for (int row = from; row < to; row++) {
            call.done(places.get(row));
        }
    }

    private void fail(int from, int to, PostgresTransaction ended) {
        for (int row = from; row < to; row++) {
            Row content = ((Content.RowContent) effect(row).content()).row();
            call.fail(places.get(row), table, content, ended);
        }
    }
}
