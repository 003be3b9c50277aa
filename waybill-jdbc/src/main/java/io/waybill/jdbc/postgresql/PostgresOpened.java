package io.waybill.jdbc.postgresql;

import io.waybill.jdbc.Connections;
import io.waybill.jdbc.Identifiers;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A selection under a snapshot. One session holds the snapshot until this is closed; each reader joins it in a session of
 * its own. Safe for many threads.
 */
final class PostgresOpened implements Source.Opened {
    private static final Pattern SNAPSHOT = Pattern.compile("[0-9A-Fa-f-]{1,64}");
    private static final String BEGIN = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
    /** Up to here the exact quantiles of the key are computed; beyond, they are taken from a sample. */
    private static final double COUNTED = 200_000;

    private static final double SAMPLE = 20_000;

    private final PostgresStore store;
    private final Selection what;
    private final PostgresSelect select;
    private final Connections.Lease keeper;
    private final String snapshot;

    private PostgresOpened(
            PostgresStore store, Selection what, PostgresSelect select, Connections.Lease keeper, String snapshot) {
        this.store = store;
        this.what = what;
        this.select = select;
        this.keeper = keeper;
        this.snapshot = snapshot;
    }

    static PostgresOpened open(PostgresStore store, Selection what) throws StoreException {
        String task = task(store, what);
        Connections.Lease keeper = store.borrow(task);
        boolean kept = false;
        try {
            Connection connection = keeper.connection();
            connection.setAutoCommit(false);
            String snapshot;
            try (Statement statement = connection.createStatement()) {
                statement.execute(BEGIN);
                try (ResultSet answer = statement.executeQuery("SELECT pg_catalog.pg_export_snapshot()")) {
                    answer.next();
                    snapshot = answer.getString(1);
                }
            }
            if (!SNAPSHOT.matcher(snapshot).matches()) {
                throw new SQLException("the server named its snapshot in an unknown way", "XX000");
            }
            PostgresTable table = store.find(connection, what.collection());
            if (table.key().isEmpty()) {
                throw new StoreException(
                        Kind.INVALID,
                        task + ": it has no primary key and no unique index over columns that are never null."
                                + " Add a primary key.");
            }
            PostgresSelect select = PostgresSelect.of(table, store.location().toString(), table.key(), what.columns());
            kept = true;
            return new PostgresOpened(store, what, select, keeper, snapshot);
        } catch (SQLException e) {
            if (PostgresErrors.isConnectionLost(e)) {
                keeper.spoil();
            }
            throw PostgresErrors.of(task, e);
        } finally {
            if (!kept) {
                keeper.close();
            }
        }
    }

    private static String task(PostgresStore store, Selection what) {
        return "Cannot read " + store.noun(what.collection()) + " in " + store.location();
    }

    /** Ranges of the key with about equally many rows; a selection with a limit is one split. */
    @Override
    public List<Source.Split> splits(int wanted) throws StoreException {
        List<Row> ends = List.of();
        // Each part of a query would run all of it.
        if (wanted > 1 && what.limit() == Long.MAX_VALUE && !select.table().isQuery()) {
            Connections.Lease lease = join();
            try (lease) {
                ends = ends(lease.connection(), wanted);
            } catch (SQLException e) {
                throw failed(lease, e);
            }
        }
        List<Source.Split> splits = new ArrayList<>();
        Row after = null;
        for (Row upto : ends) {
            splits.add(new Source.Split(new KeyToken.Range(after, upto).token()));
            after = upto;
        }
        splits.add(new Source.Split(new KeyToken.Range(after, null).token()));
        return splits;
    }

    /** The last key of each split but the last one. */
    private List<Row> ends(Connection connection, int wanted) throws SQLException, StoreException {
        double estimate = select.table().estimate();
        if (estimate > COUNTED) {
            List<Row> sample = sample(connection, 100.0 * Math.max(SAMPLE, 100.0 * wanted) / estimate);
            if (sample.size() >= 20 * wanted) {
                List<Row> ends = new ArrayList<>();
                for (int i = 1; i < wanted; i++) {
                    ends.add(sample.get((int) ((long) i * sample.size() / wanted)));
                }
                return ends;
            }
        }
        return quantiles(connection, wanted);
    }

    private List<Row> sample(Connection connection, double percent) throws SQLException, StoreException {
        PostgresSelect keys = select.keyOnly();
        String sql = "SELECT " + keys.columns() + " FROM " + keys.table().sql() + " AS t TABLESAMPLE SYSTEM ("
                + Math.min(100, percent) + ") REPEATABLE (1) ORDER BY " + keys.keyColumns();
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            return keys(keys, rows);
        }
    }

    private List<Row> quantiles(Connection connection, int wanted) throws SQLException, StoreException {
        PostgresSelect keys = select.keyOnly();
        String numbered = "SELECT " + keys.keyColumns() + ", pg_catalog.ntile(?) OVER (ORDER BY " + keys.keyColumns()
                + ") AS \"waybill tile\" FROM " + keys.table().sql() + " AS t";
        String backwards = keys.key().stream()
                .map(name -> "t." + Identifiers.quote(name) + " DESC")
                .collect(Collectors.joining(", "));
        String sql = "SELECT DISTINCT ON (t.\"waybill tile\") " + keys.columns() + " FROM (" + numbered
                + ") AS t ORDER BY t.\"waybill tile\", " + backwards;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, wanted);
            try (ResultSet rows = statement.executeQuery()) {
                List<Row> ends = keys(keys, rows);
                return ends.isEmpty() ? ends : ends.subList(0, ends.size() - 1);
            }
        }
    }

    private static List<Row> keys(PostgresSelect keys, ResultSet rows) throws SQLException, StoreException {
        List<Row> all = new ArrayList<>();
        while (rows.next()) {
            all.add(keys.take(rows, Row.EMPTY).item().key().key());
        }
        return all;
    }

    @Override
    public Source.Items read(Source.Split split, Source.@Nullable Position after) throws StoreException {
        KeyToken.Range range = KeyToken.Range.parse(split.token());
        long given = 0;
        if (after != null) {
            KeyToken.Place place = KeyToken.Place.parse(after.token());
            given = place.given();
            range = new KeyToken.Range(place.last(), range.upto());
        }
        PostgresItems items = new PostgresItems(this, select, range, given, what.limit());
        items.cursor();
        return items;
    }

    /** A cursor over a range in a session of its own. */
    PostgresCursor cursor(PostgresSelect select, KeyToken.Range range, long limit) throws StoreException {
        Connections.Lease lease = join();
        boolean kept = false;
        try {
            PostgresCursor cursor = PostgresCursor.open(select, lease, range, what.where(), limit);
            kept = true;
            return cursor;
        } catch (SQLException e) {
            throw failed(lease, e);
        } finally {
            if (!kept) {
                lease.close();
            }
        }
    }

    StoreException failed(Connections.Lease lease, SQLException e) {
        if (PostgresErrors.isConnectionLost(e)) {
            lease.spoil();
        }
        return PostgresErrors.of(task(store, what), e);
    }

    /** A session that sees what the keeper sees. */
    private Connections.Lease join() throws StoreException {
        String task = task(store, what);
        Connections.Lease lease = store.borrow(task);
        boolean joined = false;
        try {
            lease.connection().setAutoCommit(false);
            try (Statement statement = lease.connection().createStatement()) {
                statement.execute(BEGIN);
                statement.execute("SET TRANSACTION SNAPSHOT '" + snapshot + "'");
            }
            joined = true;
            return lease;
        } catch (SQLException e) {
            if (PostgresErrors.isConnectionLost(e)) {
                lease.spoil();
            }
            // The snapshot goes when the session that holds it is ended: a matter of the server, not of the plan.
            if (PostgresErrors.state(e).equals("22023")
                    || PostgresErrors.state(e).equals("42704")) {
                throw new StoreException(
                        Kind.UNAVAILABLE,
                        task + ": the server dropped the snapshot that the readers share."
                                + " Open it again; reading goes on after the last position.",
                        e);
            }
            throw PostgresErrors.of(task, e);
        } finally {
            if (!joined) {
                lease.close();
            }
        }
    }

    @Override
    public void close() {
        keeper.close();
    }
}
