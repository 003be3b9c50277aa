package io.waybill.jdbc.postgresql;

import io.waybill.jdbc.Identifiers;
import io.waybill.jdbc.Statements;
import io.waybill.store.TableStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table as the catalog has it.
 *
 * @param asked the name it was asked for by
 * @param columns in the catalog's order
 * @param key columns of the primary key, else of the first unique index over columns that are never null; may be empty
 * @param estimate the planner's idea of the number of rows; negative when it has none
 * @param query the statement whose rows these are, or null for those of a table
 */
record PostgresTable(
        String asked,
        String schema,
        String name,
        Map<String, Column> columns,
        List<String> key,
        double estimate,
        @Nullable String query) {
    PostgresTable {
        columns = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        key = List.copyOf(key);
    }

    /**
     * A column.
     *
     * @param computed the server computes it from others; it cannot be written
     * @param always the server numbers it and changes it only when told to override
     */
    record Column(String name, PostgresType type, boolean nullable, boolean computed, boolean always) {}

    /** What the rows of a statement are: nothing keeps their key from being null or there twice. */
    boolean isQuery() {
        return query != null;
    }

    /** What it is, for messages. */
    String noun() {
        return (isQuery() ? "query " : "table ") + asked;
    }

    /** Schema and name, quoted; or the statement, whose last line may be a comment, as the driver prepares it. */
    String sql() {
        return query != null ? "(" + Statements.prepared(query) + "\n)" : named();
    }

    /** The same for COPY, which is not prepared. */
    String copied() {
        return query != null ? "(" + query + "\n)" : named();
    }

    private String named() {
        return Identifiers.quote(schema) + "." + Identifiers.quote(name);
    }

    @Nullable
    Column find(String column) {
        return columns.get(column);
    }

    TableStore.Table table() {
        List<TableStore.Column> all = new ArrayList<>();
        for (Column column : columns.values()) {
            all.add(new TableStore.Column(column.name(), column.type().kind(), column.nullable()));
        }
        return new TableStore.Table(asked, all, key, false);
    }
}
