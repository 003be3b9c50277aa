package io.waybill.jdbc.sqlite;

import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Canonical;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows as tables hold them. */
public final class SqliteHolding {
    private static final String ADVICE = ". Change it in the plan, or leave the column out.";

    private SqliteHolding() {}

    /** The row with each value as its column gives it back. */
    public static Row hold(SqliteTable table, Row row, String task) throws StoreException {
        Map<String, Value> held = new LinkedHashMap<>();
        for (Map.Entry<String, Value> field : row.fields().entrySet()) {
            SqliteTable.Column column = writable(table, field.getKey(), task);
            Object stored = stored(column, field.getValue(), task);
            held.put(field.getKey(), hold(column, field.getValue(), stored, task));
        }
        return Row.of(held);
    }

    /** What is stored for each column, where each gives back just what it is given. */
    static Map<String, @Nullable Object> store(SqliteTable table, Row row, String task) throws StoreException {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        for (Map.Entry<String, Value> field : row.fields().entrySet()) {
            SqliteTable.Column column = writable(table, field.getKey(), task);
            Value value = field.getValue();
            Object stored = stored(column, value, task);
            Value held = hold(column, value, stored, task);
            if (held != value) {
                throw refused(column, value, "it would be kept as " + held.kind(), task);
            }
            all.put(field.getKey(), stored);
        }
        return all;
    }

    /** The very same value where what is given back has the same canonical form. */
    private static Value hold(SqliteTable.Column column, Value value, @Nullable Object stored, String task)
            throws StoreException {
        Value held;
        try {
            held = SqliteReading.of(stored, column);
        } catch (BadValue e) {
            throw refused(column, value, "read again, the column " + e.getMessage(), task);
        }
        return held.equals(value) || Arrays.equals(Canonical.bytes(held), Canonical.bytes(value)) ? value : held;
    }

    private static @Nullable Object stored(SqliteTable.Column column, Value value, String task) throws StoreException {
        if (value instanceof Value.Null && !column.nullable()) {
            throw refused(column, value, "it is NOT NULL", task);
        }
        try {
            return SqliteStorage.of(value, column.type());
        } catch (BadValue e) {
            throw refused(column, value, String.valueOf(e.getMessage()), task);
        }
    }

    private static SqliteTable.Column writable(SqliteTable table, String name, String task) throws StoreException {
        SqliteTable.Column column = table.find(name);
        if (column == null) {
            throw new StoreException(
                    Kind.INVALID,
                    task + ": table " + table.name() + " has no column " + name + ". Its columns are: "
                            + table.columns().keySet().stream().limit(30).collect(Collectors.joining(", ")) + ".");
        } else if (column.generated()) {
            throw new StoreException(
                    Kind.INVALID, task + ": column " + name + " is generated from other columns. Leave it out.");
        }
        return column;
    }

    private static StoreException refused(SqliteTable.Column column, Value value, String why, String task) {
        String declared = column.type().declared();
        return new StoreException(
                Kind.INVALID,
                task + ": column " + column.name() + " (" + (declared.isEmpty() ? "no type" : declared)
                        + ") cannot hold this " + value.kind() + ": " + why + ADVICE);
    }

    /** The row as columns whose declared types fit hold it. */
    public static Row natural(Row row, String task) throws StoreException {
        for (Map.Entry<String, Value> field : row.fields().entrySet()) {
            Value value = field.getValue();
            String declared =
                    switch (value.kind()) {
                        case "integer", "decimal" -> "DECIMAL TEXT";
                        case "double" -> "REAL";
                        default -> "TEXT";
                    };
            try {
                SqliteStorage.of(value, SqliteType.of(declared, false));
            } catch (BadValue e) {
                throw new StoreException(
                        Kind.INVALID,
                        task + ": no column " + field.getKey() + " can hold this " + value.kind() + ": "
                                + e.getMessage() + ADVICE);
            }
        }
        return row;
    }

    /** What is stored for the columns of a key, in the key's order. */
    static Map<String, @Nullable Object> key(SqliteTable table, RowKey key, String task) throws StoreException {
        if (table.key().isEmpty()) {
            throw new StoreException(Kind.INVALID, task + ": table " + table.name() + " has no primary key. Add one.");
        } else if (!Set.copyOf(table.key()).equals(key.key().names())) {
            throw new StoreException(
                    Kind.INVALID,
                    task + ": its rows are told apart by " + String.join(", ", table.key()) + " and not by "
                            + String.join(", ", key.key().names()) + ". Map the columns of the key.");
        }
        Map<String, @Nullable Object> stored = new LinkedHashMap<>();
        for (String name : table.key()) {
            Value value = java.util.Objects.requireNonNull(key.key().find(name));
            stored.put(name, stored(table.column(name), value, task));
        }
        return stored;
    }
}
