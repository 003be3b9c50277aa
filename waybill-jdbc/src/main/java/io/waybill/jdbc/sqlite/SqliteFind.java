package io.waybill.jdbc.sqlite;

import io.waybill.jdbc.Identifiers;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks rows up by key, one statement for all keys of a table and the same columns. */
final class SqliteFind {
    private SqliteFind() {}

    /** Keys asked for together. */
    private record Shape(String table, List<String> columns) {}

    static Map<ItemKey, Item> find(SqliteStore store, Collection<? extends ItemKey> keys) throws StoreException {
        Map<Shape, List<RowKey>> shapes = new LinkedHashMap<>();
        for (ItemKey key : keys) {
            if (!(key instanceof RowKey row) || row.key().fields().isEmpty()) {
                throw new StoreException(
                        Kind.INVALID,
                        "Cannot find " + key.display() + " in " + store.location() + ": this is no key of a row."
                                + " Name a table and its key columns.");
            }
            Shape shape = new Shape(row.table(), List.copyOf(row.key().names()));
            shapes.computeIfAbsent(shape, s -> new ArrayList<>()).add(row);
        }
        Map<ItemKey, Item> found = new HashMap<>();
        for (Map.Entry<Shape, List<RowKey>> entry : shapes.entrySet()) {
            Shape shape = entry.getKey();
            store.with("Cannot read " + store.noun(shape.table()) + " in " + store.location(), connection -> {
                SqliteTable table = store.find(connection, shape.table());
                some(connection, store, table, shape.columns(), entry.getValue(), found);
                return found;
            });
        }
        return found;
    }

    private static void some(
            Connection connection,
            SqliteStore store,
            SqliteTable table,
            List<String> columns,
            List<RowKey> keys,
            Map<ItemKey, Item> found)
            throws SQLException, StoreException {
        SqliteSelect select = SqliteSelect.of(table, store.location().toString(), List.of());
        List<SqliteTable.Column> asked = new ArrayList<>();
        for (String name : columns) {
            asked.add(select.column(name));
        }
        String where = String.join(
                " AND ",
                columns.stream().map(name -> Identifiers.quote(name) + " = ?").toList());
        String sql = "SELECT " + select.columns() + " FROM " + table.sql() + " WHERE " + where;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (RowKey key : keys) {
                if (found.containsKey(key) || !bind(statement, asked, key.key())) {
                    continue;
                }
                try (ResultSet rows = statement.executeQuery()) {
                    if (rows.next()) {
                        RowItem item = select.take(rows, null).item();
                        found.put(key, new RowItem(key, item.row(), item.version(), item.unreadable()));
                        if (rows.next()) {
                            throw new StoreException(
                                    Kind.INVALID,
                                    "Cannot find " + key.display() + " in " + select.store()
                                            + ": more than one row has this key. Name columns that are unique.");
                        }
                    }
                }
            }
        }
    }

    /** False when no row can have this key. */
    private static boolean bind(PreparedStatement statement, List<SqliteTable.Column> columns, Row key)
            throws SQLException {
        int number = 1;
        for (SqliteTable.Column column : columns) {
            Value value = key.find(column.name());
            try {
                Object stored = value == null ? null : SqliteStorage.of(value, column.type());
                if (stored == null) {
                    return false;
                }
                bind(statement, number++, stored);
            } catch (BadValue e) {
                return false;
            }
        }
        return true;
    }

    static void bind(PreparedStatement statement, int number, @Nullable Object stored) throws SQLException {
        if (stored == null) {
            statement.setNull(number, java.sql.Types.NULL);
        } else if (stored instanceof Long integer) {
            statement.setLong(number, integer);
        } else if (stored instanceof Double real) {
            statement.setDouble(number, real);
        } else if (stored instanceof String text) {
            statement.setString(number, text);
        } else {
            statement.setBytes(number, (byte[]) stored);
        }
    }
}
