package io.waybill.jdbc.postgresql;

import io.waybill.store.Catalogued.ForeignKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

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

    private PostgresTables() {}

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
}
