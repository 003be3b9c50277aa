package io.waybill.jdbc.postgresql;

import io.waybill.jdbc.Identifiers;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.Version;
import io.waybill.value.Row;
import io.waybill.value.Shape;
import io.waybill.value.Value;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The columns that a reading takes from a table: those wanted, and those of the key besides. Checked against the catalog.
 *
 * @param wanted what goes into the row, in this order
 * @param read what is read: wanted, then key columns that are not wanted
 * @param shape the names of what is read
 * @param layout the columns of what is read
 */
record PostgresSelect(
        PostgresTable table,
        String store,
        List<String> key,
        List<String> wanted,
        List<PostgresTable.Column> read,
        Shape shape,
        PostgresLayout layout) {

    /** {@code columns} empty means all. */
    static PostgresSelect of(PostgresTable table, String store, List<String> key, List<String> columns)
            throws StoreException {
        List<String> wanted = columns.isEmpty() ? List.copyOf(table.columns().keySet()) : List.copyOf(columns);
        Set<String> names = new LinkedHashSet<>(wanted);
        names.addAll(key);
        List<PostgresTable.Column> read = new ArrayList<>();
        for (String name : names) {
            PostgresTable.Column column = table.find(name);
            if (column == null) {
                throw new StoreException(
                        Kind.INVALID,
                        "Cannot read " + table.noun() + " in " + store + ": it has no column " + name
                                + ". Its columns are: "
                                + table.columns().keySet().stream().limit(30).collect(Collectors.joining(", ")) + ".");
            }
            if (column.type().reader() == null) {
                throw new StoreException(
                        Kind.INVALID,
                        "Cannot read " + table.noun() + " in " + store + ": column " + name + " has type "
                                + column.type().shown() + ", which has no mapping. Exclude the column.");
            }
            read.add(column);
        }
        return new PostgresSelect(
                table, store, List.copyOf(key), wanted, read, Shape.of(List.copyOf(names)), new PostgresLayout(read));
    }

    /** {@code t."a", t."b"}: what to select. */
    String columns() {
        return Identifiers.list(
                "t.", read.stream().map(PostgresTable.Column::name).toList());
    }

    /** What is read from where, for COPY. */
    String all() {
        return "SELECT " + columns() + " FROM " + table.copied() + " AS t";
    }

    /** {@code t."k1", t."k2"}: what to order by. */
    String keyColumns() {
        return Identifiers.list("t.", key);
    }

    /** {@code (CAST(? AS type), ...)}: a key to compare with. */
    String keyParameters() {
        return key.stream()
                .map(name -> "CAST(? AS " + column(name).type().sql() + ")")
                .collect(Collectors.joining(", ", "(", ")"));
    }

    PostgresTable.Column column(String name) {
        PostgresTable.Column column = table.find(name);
        if (column == null) {
            throw new IllegalArgumentException("no column " + name);
        }
        return column;
    }

    /** The values of a key, for {@link #keyParameters}. */
    List<String> keyValues(Row values) {
        List<String> texts = new ArrayList<>();
        for (String name : key) {
            Value value = Objects.requireNonNull(values.find(name), name);
            texts.add(Objects.requireNonNull(PostgresLiteral.of(value), name));
        }
        return texts;
    }

    /** A row under the cursor. */
    record Taken(RowItem item, long size) {}

    /**
     * Reads the row under the cursor, whose columns are {@link #columns} from number 1 on.
     *
     * @param after the key of the row before, for messages; empty for none
     */
    Taken take(ResultSet rows, Row after) throws SQLException, StoreException {
        Value[] values = new Value[read.size()];
        Map<String, String> unreadable = Map.of();
        long size = 0;
        for (int i = 0; i < values.length; i++) {
            String text = rows.getString(i + 1);
            if (text == null) {
                values[i] = nothing(read.get(i), after);
                continue;
            }
            size += text.length();
            try {
                values[i] = read.get(i).type().parse(text);
            } catch (BadValue e) {
                values[i] = Value.NULL;
                unreadable = unreadable(unreadable, read.get(i), e, after);
            }
        }
        return new Taken(taken(Row.of(shape, values), unreadable), size);
    }

    /** The same of a row that COPY sent. */
    Taken take(byte[] bytes, boolean binary, Row after) throws StoreException {
        RowItem item = binary ? take(new PostgresTuple(bytes, layout), after) : line(bytes, after);
        return new Taken(item, bytes.length);
    }

    /** Whether what is read is what is wanted. */
    boolean isOfWanted() {
        return read.size() == wanted.size();
    }

    /** What tells by itself that it can be decoded is not decoded yet. */
    RowItem take(PostgresTuple tuple, Row after) throws StoreException {
        @Nullable Value[] values = new @Nullable Value[read.size()];
        Map<String, String> unreadable = Map.of();
        for (int i = 0; i < values.length; i++) {
            if (tuple.isNull(i)) {
                values[i] = nothing(read.get(i), after);
            } else if (!tuple.isPlain(i)) {
                try {
                    values[i] = tuple.value(i);
                } catch (BadValue e) {
                    values[i] = Value.NULL;
                    unreadable = unreadable(unreadable, read.get(i), e, after);
                }
            }
        }
        return taken(Row.of(shape, values, tuple), unreadable);
    }

    private RowItem line(byte[] bytes, Row after) throws StoreException {
        PostgresLine line = new PostgresLine(bytes, read.size());
        Value[] values = new Value[read.size()];
        Map<String, String> unreadable = Map.of();
        for (int i = 0; i < values.length; i++) {
            if (line.isNull(i)) {
                values[i] = nothing(read.get(i), after);
                continue;
            }
            try {
                values[i] = read.get(i).type().parse(line.text(i));
            } catch (BadValue e) {
                values[i] = Value.NULL;
                unreadable = unreadable(unreadable, read.get(i), e, after);
            }
        }
        return taken(Row.of(shape, values), unreadable);
    }

    private RowItem taken(Row all, Map<String, String> unreadable) {
        Row readable = all;
        for (String name : unreadable.keySet()) {
            readable = readable.without(name);
        }
        RowKey rowKey = new RowKey(table.asked(), readable.only(key));
        Row row = isOfWanted() ? readable : readable.only(wanted);
        return new RowItem(rowKey, row, Version.NONE, unreadable);
    }

    /** What null is: a value, but none of a key, which only a query can give. */
    private Value nothing(PostgresTable.Column column, Row after) throws StoreException {
        if (table.isQuery() && key.contains(column.name())) {
            throw noKey(column, new BadValue("is null"), after);
        }
        return Value.NULL;
    }

    private Map<String, String> unreadable(
            Map<String, String> before, PostgresTable.Column column, BadValue bad, Row after) throws StoreException {
        if (key.contains(column.name())) {
            throw noKey(column, bad, after);
        }
        Map<String, String> more = new LinkedHashMap<>(before);
        more.put(column.name(), "column " + column.name() + " " + bad.getMessage());
        return more;
    }

    private StoreException noKey(PostgresTable.Column column, BadValue bad, Row after) {
        String place =
                after.names().isEmpty() ? "a row" : "the row after " + new RowKey(table.asked(), after).display();
        return new StoreException(
                Kind.INVALID,
                "Cannot read " + table.noun() + " in " + store + ": " + place
                        + " has a key that cannot be read: column " + column.name() + " " + bad.getMessage()
                        + ". Change the value.");
    }

    /** Says that two rows of a query have one key. */
    StoreException twice(RowKey key) {
        return new StoreException(
                Kind.INVALID,
                "Cannot read " + table.noun() + " in " + store + ": two of its rows have the key " + key.display()
                        + ". Name columns in key: that tell its rows apart, or let the query give each once.");
    }

    /** The key columns alone. */
    PostgresSelect keyOnly() throws StoreException {
        return of(table, store, key, key);
    }

    /** Explains why a value of a key cannot be in this table, or null if it can. */
    static @Nullable String impossible(Row key) {
        for (int i = 0; i < key.shape().size(); i++) {
            Value value = key.at(i);
            boolean fits =
                    value instanceof Value.Int || (!(value instanceof Value.Null) && PostgresLiteral.of(value) != null);
            if (!fits) {
                return key.shape().list().get(i);
            }
        }
        return null;
    }
}
