package io.waybill.jdbc.postgresql;

import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks tables up in the catalog of one connection. */
final class PostgresCatalog {
    private static final String FIND = "SELECT c.oid::bigint, c.reltuples::float8 FROM pg_catalog.pg_class c"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p', 'v', 'm', 'f')";
    private static final String NEAR = "SELECT c.relname FROM pg_catalog.pg_class c"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ?"
            + " AND pg_catalog.lower(c.relname) = pg_catalog.lower(?) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')";
    private static final String COLUMNS = "SELECT a.attname, a.atttypid::bigint,"
            + " pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated <> '',"
            + " a.attidentity = 'a', a.atttypmod"
            + " FROM pg_catalog.pg_attribute a WHERE a.attrelid = ?::bigint::oid AND a.attnum > 0"
            + " AND NOT a.attisdropped ORDER BY a.attnum";
    private static final String OF_TABLE = "SELECT a.atttypid FROM pg_catalog.pg_attribute a"
            + " WHERE a.attrelid = ?::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped";
    private static final String TYPES = " UNION SELECT CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.typelem END"
            + " FROM need JOIN pg_catalog.pg_type t ON t.oid = need.oid WHERE t.typtype = 'd' OR t.typcategory = 'A')"
            + " SELECT t.oid::bigint, t.typname, t.typtype, t.typcategory, t.typbasetype::bigint, t.typelem::bigint,"
            + " n.nspname = 'pg_catalog', pg_catalog.format_type(t.oid, -1), t.typtypmod, ARRAY(SELECT e.enumlabel::text"
            + " FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) FROM need"
            + " JOIN pg_catalog.pg_type t ON t.oid = need.oid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace";
    private static final String KEYS = "SELECT i.indexrelid::bigint, a.attname, a.attnotnull, i.indisprimary"
            + " FROM pg_catalog.pg_index i CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS"
            + " k(number, place) LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number"
            + " WHERE i.indrelid = ?::bigint::oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL"
            + " AND (i.indimmediate OR i.indisprimary) AND k.place <= i.indnkeyatts"
            + " ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid, k.place";

    private final Connection connection;
    private final String defaultSchema;
    private final String store;

    PostgresCatalog(Connection connection, String defaultSchema, String store) {
        this.connection = connection;
        this.defaultSchema = defaultSchema;
        this.store = store;
    }

    /** The table of this name in the default schema; else, if the name has a dot, of the schema before the first dot. */
    PostgresTable table(String asked) throws SQLException, StoreException {
        PostgresTable table = find(asked, defaultSchema, asked);
        int dot = asked.indexOf('.');
        if (table == null && dot > 0) {
            table = find(asked, asked.substring(0, dot), asked.substring(dot + 1));
        }
        if (table != null) {
            return table;
        }
        String near = near(asked);
        throw new StoreException(
                Kind.NOT_FOUND,
                "Cannot find table " + asked + " in " + store + ": there is none in schema " + defaultSchema + ". "
                        + (near != null
                                ? "Did you mean " + near + "?"
                                : "Check the name, or write SCHEMA.TABLE for another schema."));
    }

    private @Nullable PostgresTable find(String asked, String schema, String name) throws SQLException {
        if (schema.indexOf('\0') >= 0 || name.indexOf('\0') >= 0) {
            return null;
        }
        try (PreparedStatement find = connection.prepareStatement(FIND)) {
            find.setString(1, schema);
            find.setString(2, name);
            try (ResultSet found = find.executeQuery()) {
                if (!found.next()) {
                    return null;
                }
                long oid = found.getLong(1);
                return new PostgresTable(asked, schema, name, columns(oid), key(oid), found.getDouble(2), null);
            }
        }
    }

    private @Nullable String near(String name) throws SQLException {
        if (name.indexOf('\0') >= 0) {
            return null;
        }
        try (PreparedStatement find = connection.prepareStatement(NEAR)) {
            find.setString(1, defaultSchema);
            find.setString(2, name);
            try (ResultSet found = find.executeQuery()) {
                return found.next() ? found.getString(1) : null;
            }
        }
    }

    private Map<String, PostgresTable.Column> columns(long table) throws SQLException {
        Map<Long, TypeRow> types = types(OF_TABLE, table);
        Map<String, PostgresTable.Column> columns = new LinkedHashMap<>();
        try (PreparedStatement find = connection.prepareStatement(COLUMNS)) {
            find.setLong(1, table);
            try (ResultSet found = find.executeQuery()) {
                while (found.next()) {
                    String name = found.getString(1);
                    PostgresType type =
                            type(found.getLong(2), found.getInt(7), types).shownAs(found.getString(3));
                    columns.put(
                            name,
                            new PostgresTable.Column(
                                    name, type, !found.getBoolean(4), found.getBoolean(5), found.getBoolean(6)));
                }
            }
        }
        return columns;
    }

    private record TypeRow(
            String name,
            String kind,
            String category,
            long base,
            long element,
            boolean builtIn,
            String sql,
            int modifier,
            List<String> labels) {}

    private Map<Long, TypeRow> types(String needed, Object parameter) throws SQLException {
        Map<Long, TypeRow> types = new HashMap<>();
        try (PreparedStatement find = connection.prepareStatement("WITH RECURSIVE need(oid) AS (" + needed + TYPES)) {
            find.setObject(1, parameter);
            try (ResultSet found = find.executeQuery()) {
                while (found.next()) {
                    types.put(
                            found.getLong(1),
                            new TypeRow(
                                    found.getString(2),
                                    found.getString(3),
                                    found.getString(4),
                                    found.getLong(5),
                                    found.getLong(6),
                                    found.getBoolean(7),
                                    found.getString(8),
                                    found.getInt(9),
                                    List.of((String[]) found.getArray(10).getArray())));
                }
            }
        }
        return types;
    }

    private static PostgresType type(long oid, int modifier, Map<Long, TypeRow> types) {
        TypeRow row = types.get(oid);
        if (row == null) {
            return PostgresType.unmapped("unknown");
        }
        if (row.kind.equals("d")) {
            return type(row.base, row.modifier, types).ofDomain();
        }
        boolean vector = row.builtIn && (row.name.equals("int2vector") || row.name.equals("oidvector"));
        if (row.category.equals("A") && row.element != 0 && !vector) {
            return PostgresType.arrayOf(type(row.element, modifier, types), row.sql);
        }
        return row.kind.equals("e")
                ? PostgresType.enumerated(row.sql, row.labels)
                : PostgresType.scalar(row.name, row.builtIn, row.sql, modifier);
    }

    /** The types with these numbers, in this order. */
    List<PostgresType> types(List<Long> numbers) throws SQLException {
        Map<Long, TypeRow> types = types(
                "SELECT pg_catalog.unnest(?::bigint[])::oid", connection.createArrayOf("bigint", numbers.toArray()));
        List<PostgresType> found = new ArrayList<>();
        for (Long number : numbers) {
            found.add(type(number, -1, types));
        }
        return found;
    }

    private List<String> key(long table) throws SQLException {
        Map<Long, List<String>> indexes = new LinkedHashMap<>();
        List<Long> useless = new ArrayList<>();
        try (PreparedStatement find = connection.prepareStatement(KEYS)) {
            find.setLong(1, table);
            try (ResultSet found = find.executeQuery()) {
                while (found.next()) {
                    long index = found.getLong(1);
                    String column = found.getString(2);
                    if (column == null || !(found.getBoolean(3) || found.getBoolean(4))) {
                        useless.add(index);
                    } else {
                        indexes.computeIfAbsent(index, i -> new ArrayList<>()).add(column);
                    }
                }
            }
        }
        useless.forEach(indexes::remove);
        return indexes.isEmpty() ? List.of() : indexes.values().iterator().next();
    }
}
