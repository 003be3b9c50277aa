package io.waybill.jdbc.sqlite;

import io.waybill.jdbc.Connections;
import io.waybill.jdbc.Identifiers;
import io.waybill.store.Item;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.Spelled;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Row;
import io.waybill.value.RowCodec;
import io.waybill.value.Value;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A selection on a connection of its own, which reads for all readers in turn. In WAL mode it stays in one transaction, so
 * that all pages are of one moment; else each page is read by itself, because a reader that stays would keep everybody from
 * writing. Safe for many threads.
 */
final class SqliteOpened implements Source.Opened {
    private static final int LARGEST_PAGE = 2_000;
    private static final long PAGE_SIZE = 4 << 20;

    private final SqliteStore store;
    private final Selection what;
    private final SqliteSelect select;
    private final List<Spelled> where;
    private final Connections.Lease lease;

    private SqliteOpened(
            SqliteStore store, Selection what, SqliteSelect select, List<Spelled> where, Connections.Lease lease) {
        this.store = store;
        this.what = what;
        this.select = select;
        this.where = where;
        this.lease = lease;
    }

    static SqliteOpened open(SqliteStore store, Selection what) throws StoreException {
        String task = "Cannot read " + store.noun(what.collection()) + " in " + store.location();
        Connections.Lease lease = store.borrow(task);
        boolean kept = false;
        try (Statement statement = lease.connection().createStatement()) {
            try (ResultSet mode = statement.executeQuery("PRAGMA main.journal_mode")) {
                kept = mode.next() && "wal".equals(mode.getString(1));
            }
            if (kept) {
                kept = false;
                // The first reading fixes the view.
                lease.connection().setAutoCommit(false);
            }
            SqliteTable table = store.find(lease.connection(), what.collection());
            if (table.key().isEmpty()) {
                throw new StoreException(Kind.INVALID, task + ": it has no primary key. Add one.");
            }
            SqliteSelect select = SqliteSelect.of(table, store.location().toString(), what.columns());
            if (!table.isQuery()) {
                checkKeys(statement, table, task);
            }
            List<Spelled> where = SqliteStore.filter(lease.connection(), table).spell(what.where());
            kept = true;
            return new SqliteOpened(store, what, select, where, lease);
        } catch (SQLException e) {
            throw SqliteErrors.of(task, e);
        } finally {
            if (!kept) {
                lease.close();
            }
        }
    }

    /** SQLite lets a primary key be null unless told otherwise; such rows cannot be told apart. */
    private static void checkKeys(Statement statement, SqliteTable table, String task)
            throws SQLException, StoreException {
        for (String name : table.key()) {
            try (ResultSet empty = statement.executeQuery(
                    "SELECT 1 FROM " + table.sql() + " WHERE " + Identifiers.quote(name) + " IS NULL LIMIT 1")) {
                if (empty.next()) {
                    throw new StoreException(
                            Kind.INVALID,
                            task + ": a row has null in its primary key, column " + name + ". Give it a value.");
                }
            }
        }
    }

    private StoreException failed(SQLException e) {
        return SqliteErrors.of("Cannot read " + store.noun(what.collection()) + " in " + store.location(), e);
    }

    /** Ranges of the key with equally many rows; a selection with a limit is one split. */
    @Override
    public List<Source.Split> splits(int wanted) throws StoreException {
        List<Row> ends = new ArrayList<>();
        String keys = Identifiers.list("", select.table().key());
        // Each part of a query would run all of it.
        if (wanted > 1 && what.limit() == Long.MAX_VALUE && !select.table().isQuery()) {
            synchronized (lease) {
                try (Statement statement = lease.connection().createStatement()) {
                    long count;
                    try (ResultSet answer = statement.executeQuery(
                            "SELECT count(*) FROM " + select.table().sql())) {
                        answer.next();
                        count = answer.getLong(1);
                    }
                    for (int i = 1; i < Math.min(wanted, count); i++) {
                        try (ResultSet end = statement.executeQuery("SELECT " + keys + " FROM "
                                + select.table().sql() + " ORDER BY " + keys + " LIMIT 1 OFFSET "
                                + (i * count / wanted - 1))) {
                            if (end.next()) {
                                ends.add(place(end));
                            }
                        }
                    }
                } catch (SQLException e) {
                    throw failed(e);
                }
            }
        }
        List<Source.Split> splits = new ArrayList<>();
        String after = "";
        for (Row end : ends) {
            String upto = encode(end);
            if (!upto.equals(after)) {
                splits.add(new Source.Split(after + ":" + upto));
                after = upto;
            }
        }
        splits.add(new Source.Split(after + ":"));
        return splits;
    }

    private Row place(ResultSet row) throws SQLException, StoreException {
        Map<String, Value> values = new LinkedHashMap<>();
        int number = 1;
        for (String name : select.table().key()) {
            try {
                values.put(name, SqliteReading.plain(SqliteReading.stored(row, number++)));
            } catch (BadValue e) {
                throw new StoreException(
                        Kind.INVALID,
                        "Cannot read " + store.noun(what.collection()) + " in " + store.location()
                                + ": a row has a key that cannot be read: column " + name + " " + e.getMessage()
                                + ". Change the value.");
            }
        }
        return Row.of(values);
    }

    @Override
    public Source.Items read(Source.Split split, Source.@Nullable Position after) {
        String[] ends = split.token().split(":", -1);
        long given = 0;
        Row from = decode(ends[0]);
        if (after != null) {
            String[] place = after.token().split(":", -1);
            given = Long.parseLong(place[0]);
            from = decode(place[1]);
        }
        return new Rows(from, decode(ends[1]), given);
    }

    private static String encode(Row place) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(RowCodec.encode(place));
    }

    private static @Nullable Row decode(String token) {
        return token.isEmpty() ? null : RowCodec.decode(Base64.getUrlDecoder().decode(token));
    }

    @Override
    public void close() {
        lease.close();
    }

    /** A range of keys, page by page; each page is a statement of its own. */
    private final class Rows implements Source.Items {
        private @Nullable Row after;
        private final @Nullable Row upto;
        private long given;
        private int next = 100;
        private boolean ended;

        private Rows(@Nullable Row after, @Nullable Row upto, long given) {
            this.after = after;
            this.upto = upto;
            this.given = given;
        }

        @Override
        public Source.@Nullable Page next() throws StoreException {
            long most = Math.min(next, what.limit() - given);
            if (ended || most <= 0) {
                return null;
            }
            List<Item> items = new ArrayList<>();
            long size = 0;
            Row last = Row.EMPTY;
            // Of a query the last row is read again: a key that is there twice is to be seen.
            boolean overlaps = select.table().isQuery() && after != null;
            synchronized (lease) {
                try (PreparedStatement statement = statement(lease.connection(), overlaps ? most + 1 : most);
                        ResultSet rows = statement.executeQuery()) {
                    while (size < PAGE_SIZE && rows.next()) {
                        Row before = items.isEmpty() ? after : last;
                        SqliteSelect.Taken taken = select.take(rows, before);
                        if (select.table().isQuery() && taken.place().equals(before)) {
                            if (!overlaps) {
                                throw select.twice(taken.item().key().key());
                            }
                            overlaps = false;
                            continue;
                        }
                        overlaps = false;
                        items.add(taken.item());
                        last = taken.place();
                        size += taken.size();
                    }
                } catch (SQLException e) {
                    throw failed(e);
                }
            }
            if (items.isEmpty()) {
                ended = true;
                return null;
            }
            given += items.size();
            after = last;
            next = (int) Math.max(1, Math.min(LARGEST_PAGE, PAGE_SIZE / Math.max(1, size / items.size())));
            return new Source.Page(items, new Source.Position(given + ":" + encode(last)));
        }

        private PreparedStatement statement(Connection connection, long most) throws SQLException {
            List<String> names = select.table().key();
            String keys = Identifiers.list("", names);
            String marks = "(" + String.join(", ", java.util.Collections.nCopies(names.size(), "?")) + ")";
            List<String> conditions = new ArrayList<>();
            List<Row> places = new ArrayList<>();
            if (after != null) {
                conditions.add("(" + keys + ") " + (select.table().isQuery() ? ">= " : "> ") + marks);
                places.add(after);
            }
            if (upto != null) {
                conditions.add("(" + keys + ") <= " + marks);
                places.add(upto);
            }
            where.forEach(each -> conditions.add(each.text()));
            PreparedStatement statement = connection.prepareStatement("SELECT " + select.columns() + " FROM "
                    + select.table().sql()
                    + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions)) + " ORDER BY " + keys
                    + " LIMIT " + most);
            try {
                int number = 1;
                for (Row place : places) {
                    for (String name : names) {
                        SqliteFind.bind(statement, number++, bare(place.find(name)));
                    }
                }
                for (Spelled each : where) {
                    for (Object value : each.values()) {
                        SqliteFind.bind(statement, number++, value);
                    }
                }
                return statement;
            } catch (SQLException e) {
                statement.close();
                throw e;
            }
        }

        @Override
        public void close() {
            ended = true;
        }
    }

    /** A value of a place as it is stored. */
    private static @Nullable Object bare(@Nullable Value value) {
        if (value instanceof Value.Int integer) {
            return integer.value().longValueExact();
        } else if (value instanceof Value.Dbl dbl) {
            return dbl.value();
        } else if (value instanceof Value.Text text) {
            return text.value();
        }
        return value instanceof Value.Bytes bytes ? bytes.value() : null;
    }
}
