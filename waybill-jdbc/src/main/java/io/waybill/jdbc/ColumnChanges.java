package io.waybill.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Columns that tables get and lose. */
public final class ColumnChanges {
    private ColumnChanges() {}

    /** Adds a column of a type; {@code table} is quoted. */
    public static String add(String table, String column, String type) {
        return "ALTER TABLE " + table + " ADD COLUMN " + Identifiers.quote(column) + " " + type;
    }

    /**
     * Drops those of these columns that are null in every row, in one transaction.
     *
     * @param begin the statements that begin it and keep others from writing meanwhile
     */
    public static List<String> dropEmpty(Connection connection, String table, List<String> columns, List<String> begin)
            throws SQLException {
        List<String> dropped = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            for (String each : begin) {
                statement.execute(each);
            }
            try {
                for (String column : columns) {
                    String name = Identifiers.quote(column);
                    boolean empty;
                    try (ResultSet any = statement.executeQuery(
                            "SELECT 1 FROM " + table + " WHERE " + name + " IS NOT NULL LIMIT 1")) {
                        empty = !any.next();
                    }
                    if (empty) {
                        statement.execute("ALTER TABLE " + table + " DROP COLUMN " + name);
                        dropped.add(column);
                    }
                }
                statement.execute("COMMIT");
            } catch (SQLException e) {
                statement.execute("ROLLBACK");
                throw e;
            }
        }
        return dropped;
    }
}
