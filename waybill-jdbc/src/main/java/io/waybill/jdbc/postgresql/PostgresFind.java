package io.waybill.jdbc.postgresql;

import io.waybill.jdbc.Identifiers;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks rows up by key, a thousand at a time, in one statement each. */
final class PostgresFind {
    private static final int AT_ONCE = 1_000;
    /** Where there is no index, each call reads the whole table. */
    private static final int RELATED_AT_ONCE = 20_000;

    private PostgresFind() {}

    /** Keys asked for together: of one table and with the same columns. */
    private record Shape(String table, List<String> columns) {}

    static Map<ItemKey, Item> find(PostgresStore store, Collection<? extends ItemKey> keys) throws StoreException {
        Map<Shape, Set<RowKey>> shapes = new LinkedHashMap<>();
        for (ItemKey key : keys) {
            if (!(key instanceof RowKey row) || row.key().fields().isEmpty()) {
                throw new StoreException(
                        Kind.INVALID,
                        "Cannot find " + key.display() + " in " + store.location() + ": this is no key of a row."
                                + " Name a table and its key columns.");
            }
            // A value that no column can hold stands nowhere.
            if (PostgresSelect.impossible(row.key()) == null) {
                Shape shape = new Shape(row.table(), List.copyOf(row.key().names()));
                shapes.computeIfAbsent(shape, s -> new LinkedHashSet<>()).add(row);
            }
        }
        Map<ItemKey, Item> found = new HashMap<>();
        for (Map.Entry<Shape, Set<RowKey>> entry : shapes.entrySet()) {
            Shape shape = entry.getKey();
            String task = "Cannot read " + store.noun(shape.table()) + " in " + store.location();
            PostgresTable table = store.known(shape.table(), task);
            PostgresSelect select = PostgresSelect.of(table, store.location().toString(), shape.columns(), List.of());
            List<RowKey> rows = List.copyOf(entry.getValue());
            try {
                store.with(task, connection -> {
                    for (int from = 0; from < rows.size(); from += AT_ONCE) {
                        List<RowKey> part = rows.subList(from, Math.min(rows.size(), from + AT_ONCE));
                        if (!range(connection, select, part, found)) {
                            some(connection, select, part, "", found);
                        }
                    }
                    return found;
                });
            } catch (StoreException e) {
                store.forget(table); // it may have been changed since it was looked up
                throw e;
            }
        }
        return found;
    }

    /**
     * Whole numbers that lie close together are found by the stretch that they lie in, which costs the server a tenth of
     * looking for each. Answers whether they do.
     */
    private static boolean range(
            Connection connection, PostgresSelect select, List<RowKey> keys, Map<ItemKey, Item> found)
            throws SQLException, StoreException {
        String between = between(select, keys.stream().map(RowKey::key).toList());
        if (between == null) {
            return false;
        }
        Map<Value, RowKey> wanted = new HashMap<>();
        for (RowKey key : keys) {
            wanted.put(key.key().at(0), key);
        }
        try (PostgresRows rows =
                PostgresRows.open(connection, select.all(), select.layout().isBinary(), between, List.of())) {
            for (byte[] row = rows.next(); row != null; row = rows.next()) {
                RowItem item = select.take(row, rows.isBinary(), Row.EMPTY).item();
                RowKey key = wanted.get(item.key().key().at(0));
                if (key != null) {
                    take(select, key, item, found);
                }
            }
        }
        return true;
    }

    /** The same of rows as they are; null where keys do not lie close together or a row has to be looked at. */
    static @Nullable PostgresPage among(Connection connection, PostgresTable table, String store, List<Row> keys)
            throws SQLException, StoreException {
        List<String> columns = List.copyOf(keys.get(0).names());
        PostgresSelect select = PostgresSelect.of(table, store, columns, List.of());
        String between = select.layout().isBinary() ? between(select, keys) : null;
        if (between == null) {
            return null;
        }
        PostgresPage page = new PostgresPage(select);
        try (PostgresRows rows = PostgresRows.open(connection, select.all(), true, between, List.of())) {
            if (!rows.isBinary()) {
                return null;
            }
            for (byte[] row = rows.next(); row != null; row = rows.next()) {
                page.add(row, Row.EMPTY);
            }
        }
        return page.isWhole() ? page : null;
    }

    /** The condition that a key lies in the stretch of these; null where that would be many more, or is not known. */
    private static @Nullable String between(PostgresSelect select, List<Row> keys) {
        String column = select.key().get(0);
        if (select.key().size() > 1 || !select.column(column).type().kind().equals("integer")) {
            return null;
        }
        long least = Long.MAX_VALUE;
        long most = Long.MIN_VALUE;
        for (Row key : keys) {
            if (!(key.at(0) instanceof Value.Int number) || number.value().bitLength() > 62) {
                return null;
            }
            least = Math.min(least, number.value().longValue());
            most = Math.max(most, number.value().longValue());
        }
        if (most - least >= 2L * keys.size()) {
            return null;
        }
        return " WHERE t." + Identifiers.quote(column) + " BETWEEN " + least + " AND " + most;
    }

    private static void take(PostgresSelect select, RowKey key, RowItem item, Map<ItemKey, Item> found)
            throws StoreException {
        if (found.put(key, new RowItem(key, item.row(), item.version(), item.unreadable())) != null) {
            throw new StoreException(
                    Kind.INVALID,
                    "Cannot find " + key.display() + " in " + select.store()
                            + ": more than one row has this key. Name columns that are unique.");
        }
    }

    /** Takes a row and the place of the key that it was found by. */
    private interface Each {
        void take(int place, RowItem item) throws StoreException;
    }

    /** The rows of one table with these keys, locked until the connection's transaction ends. */
    static Map<ItemKey, Item> locked(Connection connection, PostgresTable table, String store, List<RowKey> keys)
            throws SQLException, StoreException {
        PostgresSelect select = PostgresSelect.of(table, store, table.key(), List.of());
        Map<ItemKey, Item> found = new HashMap<>();
        for (int from = 0; from < keys.size(); from += AT_ONCE) {
            List<RowKey> part = keys.subList(from, Math.min(keys.size(), from + AT_ONCE));
            some(connection, select, part, " FOR UPDATE OF t", found);
        }
        return found;
    }

    private static void some(
            Connection connection, PostgresSelect select, List<RowKey> keys, String lock, Map<ItemKey, Item> found)
            throws SQLException, StoreException {
        join(connection, select, keys, lock, (place, item) -> take(select, keys.get(place), item, found));
    }

    /** The rows that have these values in these columns, in the order of their keys. */
    static Map<Row, List<Row>> related(PostgresStore store, String name, List<String> columns, Collection<Row> values)
            throws StoreException {
        String task = "Cannot read table " + name + " in " + store.location();
        List<RowKey> wanted = values.stream()
                .filter(value -> PostgresSelect.impossible(value) == null)
                .map(value -> new RowKey(name, value))
                .toList();
        Map<Row, List<Row>> found = new HashMap<>();
        PostgresTable table = store.known(name, task);
        return store.with(task, connection -> {
            PostgresSelect select =
                    PostgresSelect.of(table, store.location().toString(), List.copyOf(columns), List.of());
            StringBuilder order = new StringBuilder();
            for (String column : table.key()) {
                order.append(order.length() == 0 ? " ORDER BY t." : ", t.").append(Identifiers.quote(column));
            }
            for (int from = 0; from < wanted.size(); from += RELATED_AT_ONCE) {
                List<RowKey> some = wanted.subList(from, Math.min(wanted.size(), from + RELATED_AT_ONCE));
                join(
                        connection,
                        select,
                        some,
                        order.toString(),
                        (place, item) -> found.computeIfAbsent(some.get(place).key(), value -> new ArrayList<>())
                                .add(whole(item, task)));
            }
            return found;
        });
    }

    /** Those of the values that rows of a table have in some columns. */
    static List<Row> present(
            Connection connection, PostgresTable table, String store, List<String> columns, List<Row> values)
            throws SQLException, StoreException {
        PostgresSelect select = PostgresSelect.of(table, store, List.copyOf(columns), List.of());
        List<Row> found = new ArrayList<>();
        for (int from = 0; from < values.size(); from += AT_ONCE) {
            List<RowKey> some = values.subList(from, Math.min(values.size(), from + AT_ONCE)).stream()
                    .map(value -> new RowKey(table.asked(), value))
                    .toList();
            join(
                    connection,
                    select,
                    some,
                    "",
                    (place, item) -> found.add(some.get(place).key()));
        }
        return found;
    }

    private static Row whole(RowItem item, String task) throws StoreException {
        if (!item.isWhole()) {
            throw new StoreException(
                    Kind.INVALID, task + ": " + item.trouble() + ". Change the value or look up another table.");
        }
        return item.row();
    }

    private static void join(Connection connection, PostgresSelect select, List<RowKey> keys, String ending, Each each)
            throws SQLException, StoreException {
        StringBuilder names = new StringBuilder();
        StringBuilder same = new StringBuilder();
        StringBuilder arrays = new StringBuilder();
        for (int i = 0; i < select.key().size(); i++) {
            String column = select.key().get(i);
            String comma = i == 0 ? "" : ", ";
            names.append(comma).append('k').append(i);
            arrays.append(comma).append("pg_catalog.unnest(CAST(? AS text[]))");
            same.append(i == 0 ? "" : " AND ")
                    .append("t.")
                    .append(Identifiers.quote(column))
                    .append(" = CAST(w.k")
                    .append(i)
                    .append(" AS ")
                    .append(select.column(column).type().sql())
                    .append(')');
        }
        String sql = "SELECT " + select.columns() + ", w.place FROM ROWS FROM (" + arrays
                + ") WITH ORDINALITY AS w(" + names + ", place) JOIN "
                + select.table().sql() + " AS t ON " + same + ending;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < select.key().size(); i++) {
                statement.setArray(i + 1, texts(connection, keys, select.key().get(i)));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    RowItem item = select.take(rows, Row.EMPTY).item();
                    each.take((int) rows.getLong(select.read().size() + 1) - 1, item);
                }
            }
        }
    }

    private static Array texts(Connection connection, List<RowKey> keys, String column) throws SQLException {
        @Nullable String[] texts = new @Nullable String[keys.size()];
        for (int i = 0; i < texts.length; i++) {
            Value value = keys.get(i).key().find(column);
            texts[i] = value == null ? null : PostgresLiteral.of(value);
        }
        return connection.createArrayOf("text", texts);
    }
}
