package io.waybill.jdbc.sqlite;

import io.waybill.store.Catalogued.ForeignKey;
import io.waybill.store.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists the tables of a file and the foreign keys between them. */
final class SqliteTables {
    private static final String TABLES = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
            + " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
    private static final String FOREIGN_KEYS =
            "SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list(?) ORDER BY id, seq";

    private SqliteTables() {}

    static List<String> names(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement find = connection.createStatement();
                ResultSet found = find.executeQuery(TABLES)) {
            while (found.next()) {
                names.add(found.getString(1));
            }
        }
        return names;
    }

    static List<ForeignKey> foreignKeys(Connection connection, String store) throws SQLException, StoreException {
        List<String> names = names(connection);
        List<ForeignKey> keys = new ArrayList<>();
        for (String table : names) {
            for (Begun begun : begun(connection, table).values()) {
                for (String target : names) {
                    // a key to a table that is not there is allowed, and promises nothing
                    if (target.equalsIgnoreCase(begun.target)) {
                        List<String> columns = begun.targetColumns.isEmpty()
                                ? SqliteCatalog.table(connection, target, store).key()
                                : begun.targetColumns;
                        if (columns.size() == begun.columns.size()) {
                            keys.add(new ForeignKey(table, begun.columns, target, columns));
                        }
                    }
                }
            }
        }
        return keys;
    }

    /** A foreign key as it is declared: without target columns it means the key of the target. */
    private record Begun(String target, List<String> columns, List<String> targetColumns) {}

    private static Map<Integer, Begun> begun(Connection connection, String table) throws SQLException {
        Map<Integer, Begun> keys = new LinkedHashMap<>();
        try (PreparedStatement find = connection.prepareStatement(FOREIGN_KEYS)) {
            find.setString(1, table);
            try (ResultSet found = find.executeQuery()) {
                while (found.next()) {
                    String target = found.getString(2);
                    Begun begun = keys.computeIfAbsent(
                            found.getInt(1), id -> new Begun(target, new ArrayList<>(), new ArrayList<>()));
                    begun.columns.add(found.getString(3));
                    String column = found.getString(4);
                    if (column != null) {
                        begun.targetColumns.add(column);
                    }
                }
            }
        }
        return keys;
    }
}
