package io.waybill.jdbc.postgresql;

import io.waybill.store.Catalogued.ForeignKey;
import io.waybill.store.Catalogued.UniqueKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lists the tables of one schema and the foreign keys between them. */
final class PostgresTables {
    /** Partitions are read through their table; tables of an extension are its own business. */
    private static final String TABLES = "SELECT c.relname FROM pg_catalog.pg_class c"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE n.nspname = ? AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
            + " AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d"
            + " WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')"
            + " ORDER BY c.relname COLLATE \"C\"";

    private static final String FOREIGN_KEYS =
            "SELECT f.oid::bigint, r.relname, a.attname, t.relname, b.attname, f.condeferrable"
                    + " FROM pg_catalog.pg_constraint f JOIN pg_catalog.pg_class r ON r.oid = f.conrelid"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace"
                    + " JOIN pg_catalog.pg_class t ON t.oid = f.confrelid AND t.relnamespace = r.relnamespace"
                    + " CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(f.conkey), pg_catalog.unnest(f.confkey))"
                    + " WITH ORDINALITY AS k(mine, theirs, place)"
                    + " JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum = k.mine"
                    + " JOIN pg_catalog.pg_attribute b ON b.attrelid = t.oid AND b.attnum = k.theirs"
                    + " WHERE n.nspname = ? AND f.contype = 'f' AND f.conparentid = 0"
                    + " ORDER BY r.relname COLLATE \"C\", f.conname COLLATE \"C\", f.oid, k.place";

    /** Of an index over an expression, the column is null. */
    private static final String UNIQUE_KEYS = "SELECT i.indexrelid::bigint, c.relname, a.attname"
            + " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, place)"
            + " LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number"
            + " WHERE n.nspname = ? AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND i.indisunique"
            + " AND i.indisvalid AND i.indpred IS NULL AND k.place <= i.indnkeyatts"
            + " ORDER BY c.relname COLLATE \"C\", i.indexrelid, k.place";

    /** The first columns of the whole indexes of a table, by which they are searched; those over an expression are left out. */
    private static final String INDEXED = "SELECT a.attname FROM pg_catalog.pg_index i"
            + " JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
            + " WHERE i.indrelid = ?::regclass AND i.indisvalid AND i.indpred IS NULL";

    /** The rows of tables that inherit from another are read with it, and its keys are not theirs; partitions share the keys. */
    private static final String INHERITED = "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_inherits h"
            + " JOIN pg_catalog.pg_class c ON c.oid = h.inhparent WHERE c.oid = ?::regclass AND c.relkind <> 'p')";

    private PostgresTables() {}

    /** Whether other tables inherit from one. */
    static boolean isInherited(Connection connection, PostgresTable table) throws SQLException {
        try (PreparedStatement ask = connection.prepareStatement(INHERITED)) {
            ask.setString(1, table.sql());
            try (ResultSet answer = ask.executeQuery()) {
                answer.next();
                return answer.getBoolean(1);
            }
        }
    }

    /** Whether an index leads to rows with these columns. */
    static boolean isIndexed(Connection connection, PostgresTable table, List<String> columns) throws SQLException {
        try (PreparedStatement find = connection.prepareStatement(INDEXED)) {
            find.setString(1, table.sql());
            try (ResultSet found = find.executeQuery()) {
                while (found.next()) {
                    if (columns.contains(found.getString(1))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    static List<String> names(Connection connection, String schema) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement find = connection.prepareStatement(TABLES)) {
            find.setString(1, schema);
            try (ResultSet found = find.executeQuery()) {
                while (found.next()) {
                    names.add(found.getString(1));
                }
            }
        }
        return names;
    }

    static List<ForeignKey> foreignKeys(Connection connection, String schema) throws SQLException {
        List<ForeignKey> keys = new ArrayList<>();
        long last = -1;
        try (PreparedStatement find = connection.prepareStatement(FOREIGN_KEYS)) {
            find.setString(1, schema);
            try (ResultSet found = find.executeQuery()) {
                while (found.next()) {
                    List<String> columns = new ArrayList<>();
                    List<String> targets = new ArrayList<>();
                    if (found.getLong(1) == last) {
                        ForeignKey begun = keys.remove(keys.size() - 1);
                        columns.addAll(begun.columns());
                        targets.addAll(begun.targetColumns());
                    }
                    last = found.getLong(1);
                    columns.add(found.getString(3));
                    targets.add(found.getString(5));
                    keys.add(new ForeignKey(
                            found.getString(2), columns, found.getString(4), targets, found.getBoolean(6)));
                }
            }
        }
        return keys;
    }

    static List<UniqueKey> uniqueKeys(Connection connection, String schema) throws SQLException {
        Map<Long, String> tables = new LinkedHashMap<>();
        Map<Long, List<@Nullable String>> indexes = new LinkedHashMap<>();
        try (PreparedStatement find = connection.prepareStatement(UNIQUE_KEYS)) {
            find.setString(1, schema);
            try (ResultSet found = find.executeQuery()) {
                while (found.next()) {
                    tables.put(found.getLong(1), found.getString(2));
                    indexes.computeIfAbsent(found.getLong(1), index -> new ArrayList<>())
                            .add(found.getString(3));
                }
            }
        }
        List<UniqueKey> keys = new ArrayList<>();
        tables.forEach((index, table) -> {
            List<String> columns = new ArrayList<>();
            for (String column : indexes.getOrDefault(index, List.of())) {
                if (column == null) {
                    return;
                }
                columns.add(column);
            }
            UniqueKey key = new UniqueKey(table, columns);
            if (!keys.contains(key)) {
                keys.add(key);
            }
        });
        return keys;
    }
}
