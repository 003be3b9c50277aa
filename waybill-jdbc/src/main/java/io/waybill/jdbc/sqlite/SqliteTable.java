package io.waybill.jdbc.sqlite;

import io.waybill.jdbc.Identifiers;
import io.waybill.store.TableStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table as the catalog has it.
 *
 * @param columns in the table's order
 * @param key columns of the primary key; empty if it has none
 * @param isQuery whether it is what a statement gives: nothing keeps its key from being null or there twice
 */
public record SqliteTable(String name, Map<String, Column> columns, List<String> key, boolean isQuery) {
    public SqliteTable {
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        key = List.copyOf(key);
    }

    /**
     * A column.
     *
     * @param inKey whether it is of the key: its values are read only as what finds them again
     * @param generated whether it is computed from others
     * @param otherwise the SQL of its default, or null
     */
    public record Column(
            String name,
            SqliteType type,
            boolean nullable,
            boolean inKey,
            boolean generated,
            @Nullable String otherwise) {}

    public String sql() {
        return isQuery ? SqliteQuery.VIEW : "main." + Identifiers.quote(name);
    }

    /** What it is, for messages. */
    public String noun() {
        return (isQuery ? "query " : "table ") + name;
    }

    public @Nullable Column find(String column) {
        return columns.get(column);
    }

    public Column column(String name) {
        Column column = columns.get(name);
        if (column == null) {
            throw new IllegalArgumentException("no column " + name);
        }
        return column;
    }

    /** {@code "k1" = ? AND "k2" = ?}. */
    public String sameKey() {
        return String.join(
                " AND ",
                key.stream().map(each -> Identifiers.quote(each) + " = ?").toList());
    }

    /** As the engine sees it. */
    public TableStore.Table table() {
        List<TableStore.Column> all = new ArrayList<>();
        for (Column column : columns.values()) {
            all.add(new TableStore.Column(column.name(), column.type().kind(), column.nullable()));
        }
        return new TableStore.Table(name, all, key, false);
    }
}
