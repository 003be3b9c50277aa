package io.waybill.jdbc.sqlite;

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
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A selection that one session reads for all readers in turn, by pages in the order of the key. Safe for many threads. */
public final class SqliteOpened implements Source.Opened {
    private final SqliteSession session;
    private final Selection what;
    private final String task;
    private final SqliteSelect select;
    private final List<Spelled> where;
    private final Closeable end;

    private SqliteOpened(
            SqliteSession session,
            Selection what,
            String task,
            SqliteSelect select,
            List<Spelled> where,
            Closeable end) {
        this.session = session;
        this.what = what;
        this.task = task;
        this.select = select;
        this.where = where;
        this.end = end;
    }

    /**
     * Opens a selection.
     *
     * @param task begins the messages about what fails
     * @param end is closed with what is opened; not if this throws
     */
    public static SqliteOpened open(
            SqliteSession session, SqliteTable table, String store, Selection what, String task, Closeable end)
            throws StoreException {
        if (table.key().isEmpty()) {
            throw new StoreException(Kind.INVALID, task + ": it has no primary key. Add one.");
        }
        SqliteSelect select = SqliteSelect.of(table, store, what.columns());
        if (!table.isQuery()) {
            checkKeys(session, table, task);
        }
        List<Spelled> where = new SqliteFilter(table, session.isUtf8()).spell(what.where());
        return new SqliteOpened(session, what, task, select, where, end);
    }

    /** SQLite lets a primary key be null unless told otherwise; such rows cannot be told apart. */
    private static void checkKeys(SqliteSession session, SqliteTable table, String task) throws StoreException {
        List<SqliteSession.Question> questions = table.key().stream()
                .map(name -> new SqliteSession.Question(
                        List.of("1"), "FROM " + table.sql() + " WHERE " + Identifiers.quote(name) + " IS NULL LIMIT 1"))
                .toList();
        session.ask(questions, (number, row) -> {
            throw new StoreException(
                    Kind.INVALID,
                    task + ": a row has null in its primary key, column "
                            + table.key().get(number) + ". Give it a value.");
        });
    }

    /** Ranges of the key with equally many rows; a selection with a limit is one split. */
    @Override
    public List<Source.Split> splits(int wanted) throws StoreException {
        List<Row> ends = new ArrayList<>();
        // Each part of a query would run all of it.
        if (wanted > 1 && what.limit() == Long.MAX_VALUE && !select.table().isQuery()) {
            synchronized (session) {
                String from = "FROM " + select.table().sql();
                long[] count = new long[1];
                session.ask(List.of(new SqliteSession.Question(List.of("count(*)"), from)), (number, row) -> {
                    count[0] = (Long) java.util.Objects.requireNonNull(stored(row, 1));
                    return false;
                });
                List<String> keys = quoted();
                List<SqliteSession.Question> questions = new ArrayList<>();
                for (int i = 1; i < Math.min(wanted, count[0]); i++) {
                    questions.add(new SqliteSession.Question(
                            keys,
                            from + " ORDER BY " + String.join(", ", keys) + " LIMIT 1 OFFSET "
                                    + (i * count[0] / wanted - 1)));
                }
                session.ask(questions, (number, row) -> {
                    ends.add(place(row));
                    return false;
                });
            }
        }
        List<Source.Split> splits = new ArrayList<>();
        String after = "";
        for (Row each : ends) {
            String upto = encode(each);
            if (!upto.equals(after)) {
                splits.add(new Source.Split(after + ":" + upto));
                after = upto;
            }
        }
        splits.add(new Source.Split(after + ":"));
        return splits;
    }

    private List<String> quoted() {
        return select.table().key().stream().map(Identifiers::quote).toList();
    }

    private Row place(SqliteSession.Cells row) throws StoreException {
        Map<String, Value> values = new LinkedHashMap<>();
        int number = 1;
        for (String name : select.table().key()) {
            values.put(name, SqliteReading.plain(stored(row, number++)));
        }
        return Row.of(values);
    }

    private @Nullable Object stored(SqliteSession.Cells row, int number) throws StoreException {
        try {
            return row.stored(number);
        } catch (BadValue e) {
            throw new StoreException(
                    Kind.INVALID,
                    task + ": a row has a key that cannot be read: column "
                            + select.table().key().get(number - 1) + " " + e.getMessage() + ". Change the value.");
        }
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
    public void close() throws IOException {
        end.close();
    }

    /** A range of keys, page by page; each page is a statement of its own. */
    private final class Rows implements Source.Items {
        private @Nullable Row after;
        private final @Nullable Row upto;
        private long given;
        private int next = session.paging().first();
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
            // Of a query the last row is read again: a key that is there twice is to be seen.
            boolean overlaps = select.table().isQuery() && after != null;
            Taking page = new Taking(after, overlaps);
            synchronized (session) {
                session.ask(List.of(question(overlaps ? most + 1 : most)), page);
            }
            List<Item> items = page.items;
            long size = page.size;
            Row last = page.last;
            if (items.isEmpty()) {
                ended = true;
                return null;
            }
            given += items.size();
            SqliteSession.Paging paging = session.paging();
            after = last;
            next = (int) Math.max(1, Math.min(paging.most(), paging.size() / Math.max(1, size / items.size())));
            return new Source.Page(items, new Source.Position(given + ":" + encode(last)));
        }

        private SqliteSession.Question question(long most) {
            List<String> names = select.table().key();
            String keys = Identifiers.list("", names);
            String marks = "(" + String.join(", ", java.util.Collections.nCopies(names.size(), "?")) + ")";
            List<String> conditions = new ArrayList<>();
            List<@Nullable Object> values = new ArrayList<>();
            if (after != null) {
                conditions.add("(" + keys + ") " + (select.table().isQuery() ? ">= " : "> ") + marks);
                values.addAll(bare(after));
            }
            if (upto != null) {
                conditions.add("(" + keys + ") <= " + marks);
                values.addAll(bare(upto));
            }
            for (Spelled each : where) {
                conditions.add(each.text());
                values.addAll(each.values());
            }
            String rest = "FROM " + select.table().sql()
                    + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions)) + " ORDER BY " + keys
                    + " LIMIT " + most;
            return new SqliteSession.Question(select.columns(), rest, values);
        }

        @Override
        public void close() {
            ended = true;
        }
    }

    /** Takes the rows of a page. */
    private final class Taking implements SqliteSession.Reader {
        private final List<Item> items = new ArrayList<>();
        private final @Nullable Row after;
        private long size;
        private Row last = Row.EMPTY;
        private boolean overlaps;

        private Taking(@Nullable Row after, boolean overlaps) {
            this.after = after;
            this.overlaps = overlaps;
        }

        @Override
        public boolean take(int question, SqliteSession.Cells row) throws StoreException {
            Row before = items.isEmpty() ? after : last;
            SqliteSelect.Taken taken = select.take(row, before);
            boolean again = select.table().isQuery() && taken.place().equals(before);
            if (again && !overlaps) {
                throw select.twice(taken.item().key().key());
            }
            overlaps = false;
            if (!again) {
                items.add(taken.item());
                last = taken.place();
                size += taken.size();
            }
            return size < session.paging().size();
        }
    }

    /** The values of a place as they are stored, in the order of the key. */
    private List<@Nullable Object> bare(Row place) {
        List<@Nullable Object> values = new ArrayList<>();
        for (String name : select.table().key()) {
            values.add(bare(place.find(name)));
        }
        return values;
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
