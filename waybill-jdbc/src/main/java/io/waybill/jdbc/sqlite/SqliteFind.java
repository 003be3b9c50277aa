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
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks rows up by key, one question for each key. */
public final class SqliteFind {
    private SqliteFind() {}

    /** Keys asked for together: those of one table that name the same columns. */
    public record Shape(String table, List<String> columns) {}

    /** The keys by their shape, each once. */
    public static Map<Shape, Set<RowKey>> shapes(Collection<? extends ItemKey> keys, String store)
            throws StoreException {
        Map<Shape, Set<RowKey>> shapes = new LinkedHashMap<>();
        for (ItemKey key : keys) {
            if (!(key instanceof RowKey row) || row.key().fields().isEmpty()) {
                throw new StoreException(
                        Kind.INVALID,
                        "Cannot find " + key.display() + " in " + store + ": this is no key of a row."
                                + " Name a table and its key columns.");
            }
            Shape shape = new Shape(row.table(), List.copyOf(row.key().names()));
            shapes.computeIfAbsent(shape, s -> new LinkedHashSet<>()).add(row);
        }
        return shapes;
    }

    /** Looks up keys of one shape. */
    public static void find(
            SqliteSession session,
            SqliteTable table,
            String store,
            Shape shape,
            Collection<RowKey> keys,
            Map<ItemKey, Item> found)
            throws StoreException {
        SqliteSelect select = SqliteSelect.of(table, store, List.of());
        List<SqliteTable.Column> asked = new ArrayList<>();
        for (String name : shape.columns()) {
            asked.add(select.column(name));
        }
        String where = String.join(
                " AND ",
                shape.columns().stream()
                        .map(name -> Identifiers.quote(name) + " = ?")
                        .toList());
        List<RowKey> possible = new ArrayList<>();
        List<SqliteSession.Question> questions = new ArrayList<>();
        for (RowKey key : keys) {
            List<Object> values = values(asked, key.key());
            if (values != null) {
                possible.add(key);
                questions.add(new SqliteSession.Question(
                        select.columns(), "FROM " + table.sql() + " WHERE " + where + " LIMIT 2", values));
            }
        }
        session.ask(questions, (number, row) -> {
            RowKey key = possible.get(number);
            RowItem item = select.take(row, null).item();
            if (found.put(key, new RowItem(key, item.row(), item.version(), item.unreadable())) != null) {
                throw new StoreException(
                        Kind.INVALID,
                        "Cannot find " + key.display() + " in " + store
                                + ": more than one row has this key. Name columns that are unique.");
            }
            return true;
        });
    }

    /** What is stored for a key, or null when no row can have it. */
    private static @Nullable List<Object> values(List<SqliteTable.Column> columns, Row key) {
        List<Object> values = new ArrayList<>();
        for (SqliteTable.Column column : columns) {
            Value value = key.find(column.name());
            try {
                Object stored = value == null ? null : SqliteStorage.of(value, column.type());
                if (stored == null) {
                    return null;
                }
                values.add(stored);
            } catch (BadValue e) {
                return null;
            }
        }
        return values;
    }
}
