package io.waybill.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One transaction of the writer thread: prepared statements, kept across transactions, and the counters that change with it.
 * Confined to that thread.
 */
public final class Tx {
    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private final Map<Cell, long[]> tallies = new HashMap<>();
    private final Map<Count, Long> counts = new HashMap<>();
    private long lastEntry = -1;

    Tx(Connection connection) {
        this.connection = connection;
    }

    /** Runs a statement with its parameters in order; answers the number of rows changed. */
    int update(String sql, @Nullable Object... parameters) throws SQLException {
        return bind(sql, parameters).executeUpdate();
    }

    /** Runs an insert and answers the new row id. */
    long insert(String sql, @Nullable Object... parameters) throws SQLException {
        bind(sql, parameters).executeUpdate();
        try (ResultSet id = bind("SELECT last_insert_rowid()").executeQuery()) {
            id.next();
            return id.getLong(1);
        }
    }

    /** The id for a new entry: larger than every one before. Asked of the database once, for nobody else writes. */
    long nextEntry() throws SQLException {
        if (lastEntry < 0) {
            lastEntry = Entries.last(this);
        }
        return ++lastEntry;
    }

    /** Runs a query and maps its rows one by one. The result set is valid only inside {@code each}. */
    void query(RowReader each, String sql, @Nullable Object... parameters) throws SQLException {
        try (ResultSet rows = bind(sql, parameters).executeQuery()) {
            while (rows.next()) {
                each.read(rows);
            }
        }
    }

    /** The first column of the first row as a number, or {@code otherwise} when there is no row. */
    long number(long otherwise, String sql, @Nullable Object... parameters) throws SQLException {
        try (ResultSet rows = bind(sql, parameters).executeQuery()) {
            return rows.next() ? rows.getLong(1) : otherwise;
        }
    }

    /** Counts items into a state, or out of it with negative numbers. Written when the transaction commits. */
    public void tally(int run, int move, int group, State state, long items, long bytes) {
        long[] sums = tallies.computeIfAbsent(new Cell(run, move, group, state.code()), cell -> new long[2]);
        sums[0] += items;
        sums[1] += bytes;
    }

    /** Counts something of a move that is not an entry's state, for example rows read or filtered. */
    public void count(int run, int move, String what, long items) {
        counts.merge(new Count(run, move, what), items, Long::sum);
    }

    void flush() throws SQLException {
        for (Map.Entry<Cell, long[]> tally : tallies.entrySet()) {
            Cell cell = tally.getKey();
            long[] sums = tally.getValue();
            if (sums[0] != 0 || sums[1] != 0) {
                update(
                        "INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (run, move, grp, state)"
                                + " DO UPDATE SET items = items + excluded.items, bytes = bytes + excluded.bytes",
                        cell.run(),
                        cell.move(),
                        cell.group(),
                        cell.state(),
                        sums[0],
                        sums[1]);
            }
        }
        for (Map.Entry<Count, Long> count : counts.entrySet()) {
            Count key = count.getKey();
            update(
                    "INSERT INTO count VALUES (?, ?, ?, ?) ON CONFLICT (run, move, what)"
                            + " DO UPDATE SET items = items + excluded.items",
                    key.run(),
                    key.move(),
                    key.what(),
                    count.getValue());
        }
        tallies.clear();
        counts.clear();
    }

    /** Drops what a transaction that was rolled back had in mind. */
    void forget() {
        tallies.clear();
        counts.clear();
        lastEntry = -1;
    }

    void close() throws SQLException {
        for (PreparedStatement statement : statements.values()) {
            statement.close();
        }
    }

    private PreparedStatement bind(String sql, @Nullable Object... parameters) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    /** Reads one row of a result. */
    @FunctionalInterface
    interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private record Cell(int run, int move, int group, int state) {}

    private record Count(int run, int move, String what) {}
}
