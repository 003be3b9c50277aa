package io.waybill.jdbc.sqlite;

import io.waybill.jdbc.Identifiers;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.Version;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The columns that a reading takes from a table: those wanted, and those of the key besides.
 *
 * @param wanted what goes into the row, in this order
 * @param read what is read: wanted, then key columns that are not wanted
 */
public record SqliteSelect(SqliteTable table, String store, List<String> wanted, List<SqliteTable.Column> read) {

    /** {@code columns} empty means all. */
    public static SqliteSelect of(SqliteTable table, String store, List<String> columns) throws StoreException {
        List<String> wanted = columns.isEmpty() ? List.copyOf(table.columns().keySet()) : List.copyOf(columns);
        Set<String> names = new LinkedHashSet<>(wanted);
        names.addAll(table.key());
        SqliteSelect none = new SqliteSelect(table, store, wanted, List.of());
        List<SqliteTable.Column> read = new ArrayList<>();
        for (String name : names) {
            read.add(none.column(name));
        }
        return new SqliteSelect(table, store, wanted, read);
    }

    SqliteTable.Column column(String name) throws StoreException {
        SqliteTable.Column column = table.find(name);
        if (column == null) {
            throw new StoreException(
                    Kind.INVALID,
                    "Cannot read " + table.noun() + " in " + store + ": it has no column " + name
                            + ". Its columns are: "
                            + table.columns().keySet().stream().limit(30).collect(Collectors.joining(", ")) + ".");
        }
        return column;
    }

    /** What to select. */
    public List<String> columns() {
        return read.stream().map(each -> Identifiers.quote(each.name())).toList();
    }

    /**
     * A row that was read.
     *
     * @param place the key's values as they are stored
     */
    public record Taken(RowItem item, Row place, long size) {}

    /**
     * Reads a row whose columns are {@link #columns}.
     *
     * @param after the key of the row before, for messages
     */
    public Taken take(SqliteSession.Cells cells, @Nullable Row after) throws StoreException {
        Map<String, Value> values = new LinkedHashMap<>();
        Map<String, Value> plain = new LinkedHashMap<>();
        Map<String, String> unreadable = new LinkedHashMap<>();
        long size = 0;
        int number = 1;
        for (SqliteTable.Column column : read) {
            Object stored;
            try {
                stored = cells.stored(number++);
                values.put(column.name(), SqliteReading.of(stored, column));
            } catch (BadValue e) {
                if (column.inKey()) {
                    throw noKey(column, e, after);
                }
                unreadable.put(column.name(), "column " + column.name() + " " + e.getMessage());
                continue;
            }
            if (column.inKey()) {
                if (stored == null && table.isQuery()) {
                    throw noKey(column, new BadValue("is null"), after);
                }
                plain.put(column.name(), SqliteReading.plain(stored));
            }
            size += size(stored);
        }
        Row all = Row.of(values);
        RowKey key = new RowKey(table.name(), all.only(table.key()));
        Row row = read.size() == wanted.size() ? all : all.only(wanted);
        RowItem item = new RowItem(key, row, Version.NONE, unreadable);
        return new Taken(item, Row.of(plain).only(table.key()), size);
    }

    private StoreException noKey(SqliteTable.Column column, BadValue bad, @Nullable Row after) {
        String place = after == null ? "its first row" : "the row after " + new RowKey(table.name(), after).display();
        return new StoreException(
                Kind.INVALID,
                "Cannot read " + table.noun() + " in " + store + ": " + place
                        + " has a key that cannot be read: column " + column.name() + " " + bad.getMessage()
                        + ". Change the value.");
    }

    /** Says that two rows of a query have one key. */
    StoreException twice(Row key) {
        return new StoreException(
                Kind.INVALID,
                "Cannot read " + table.noun() + " in " + store + ": two of its rows have the key "
                        + new RowKey(table.name(), key).display()
                        + ". Name columns in key: that tell its rows apart, or let the query give each once.");
    }

    private static long size(@Nullable Object stored) {
        if (stored instanceof String text) {
            return text.length();
        }
        return stored instanceof byte[] bytes ? bytes.length : 8;
    }
}
