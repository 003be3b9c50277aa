package io.waybill.jdbc.postgresql;

import io.waybill.store.Examined.Right;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;

/** What the role of the session may do with a table. */
final class PostgresRights {
    /** Some columns are enough to change rows; reading takes all. Only owners add columns. */
    private static final String GRANTED = "SELECT has_schema_privilege(c.relnamespace, 'USAGE'),"
            + " has_table_privilege(c.oid, 'SELECT'), has_any_column_privilege(c.oid, 'INSERT'),"
            + " has_any_column_privilege(c.oid, 'UPDATE'), has_table_privilege(c.oid, 'DELETE'),"
            + " pg_has_role(c.relowner, 'USAGE') FROM pg_catalog.pg_class c WHERE c.oid ="
            + " (SELECT r.oid FROM pg_catalog.pg_class r JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace"
            + " WHERE n.nspname = ? AND r.relname = ?)";

    private PostgresRights() {}

    /** Those of these that the role does not have. */
    static Set<Right> lacks(Connection connection, PostgresTable table, Set<Right> wanted) throws SQLException {
        EnumSet<Right> lacking = EnumSet.noneOf(Right.class);
        try (PreparedStatement ask = connection.prepareStatement(GRANTED)) {
            ask.setString(1, table.schema());
            ask.setString(2, table.name());
            try (ResultSet row = ask.executeQuery()) {
                if (!row.next()) {
                    return Set.of(); // gone just now
                }
                int column = 2;
                for (Right right : Right.values()) {
                    boolean granted = row.getBoolean(1) && row.getBoolean(column++);
                    if (wanted.contains(right) && !granted) {
                        lacking.add(right);
                    }
                }
            }
        }
        return lacking;
    }
}
