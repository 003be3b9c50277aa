package io.waybill.jdbc.sqlite;

import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Looks tables up. */
final class SqliteCatalog {
    private static final String FIND = "SELECT name, type, strict FROM pragma_table_list"
            + " WHERE schema = 'main' AND name = ? COLLATE NOCASE AND type IN ('table', 'view', 'virtual')";
    private static final String COLUMNS = "SELECT name, type, \"notnull\", dflt_value, pk, hidden"
            + " FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid";

    private SqliteCatalog() {}

    static SqliteTable table(Connection connection, String asked, String store) throws SQLException, StoreException {
        String near = null;
        try (PreparedStatement find = connection.prepareStatement(FIND)) {
            find.setString(1, asked);
            try (ResultSet found = find.executeQuery()) {
                while (found.next()) {
                    near = found.getString(1);
                    if (asked.equals(near)) {
                        boolean isTable = found.getString(2).equals("table");
                        return columns(connection, asked, found.getBoolean(3), isTable);
                    }
                }
            }
        }
        throw missing(asked, store, near);
    }

    private static StoreException missing(String asked, String store, @Nullable String near) {
        return new StoreException(
                Kind.NOT_FOUND,
                "Cannot find table " + asked + " in " + store + ": there is none. "
                        + (near == null ? "Check the name." : "Did you mean " + near + "?"));
    }

    private static SqliteTable columns(Connection connection, String name, boolean strict, boolean isTable)
            throws SQLException {
        Map<String, SqliteTable.Column> columns = new LinkedHashMap<>();
        Map<Integer, String> key = new TreeMap<>();
        try (PreparedStatement find = connection.prepareStatement(COLUMNS)) {
            find.setString(1, name);
            try (ResultSet found = find.executeQuery()) {
                while (found.next()) {
                    String column = found.getString(1);
                    String declared = found.getString(2);
                    int place = isTable ? found.getInt(5) : 0;
                    if (place > 0) {
                        key.put(place, column);
                    }
                    columns.put(
                            column,
                            new SqliteTable.Column(
                                    column,
                                    SqliteType.of(declared == null ? "" : declared, strict),
                                    !found.getBoolean(3) && place == 0,
                                    place > 0,
                                    found.getInt(6) > 1,
                                    found.getString(4)));
                }
            }
        }
        return new SqliteTable(name, columns, List.copyOf(key.values()), false);
    }
}
