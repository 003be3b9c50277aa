package io.waybill.jdbc.sqlite;

import io.waybill.jdbc.Identifiers;
import io.waybill.store.Catalogued.ForeignKey;
import io.waybill.store.StoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Lists the tables of a database and the foreign keys between them. */
public final class SqliteTables {
    private SqliteTables() {}

    /** The names of the tables, sorted, without those that are SQLite's own. */
    public static List<String> names(SqliteSession session) throws StoreException {
        List<String> names = new ArrayList<>();
        for (Map<String, String> found : session.pragma("table_list")) {
            String name = found.get("name");
            boolean isTable = "main".equals(found.get("schema")) && "table".equals(found.get("type"));
            if (isTable && name != null && !name.regionMatches(true, 0, "sqlite_", 0, "sqlite_".length())) {
                names.add(name);
            }
        }
        names.sort(Comparator.naturalOrder());
        return names;
    }

    /** The foreign keys between these tables. */
    public static List<ForeignKey> foreignKeys(SqliteSession session, List<String> names, String store)
            throws StoreException {
        List<ForeignKey> keys = new ArrayList<>();
        for (String table : names) {
            for (Begun begun : begun(session, table)) {
                for (String target : names) {
                    // a key to a table that is not there is allowed, and promises nothing
                    if (target.equalsIgnoreCase(begun.target)) {
                        List<String> columns = begun.targetColumns.isEmpty()
                                ? SqliteCatalog.table(session, target, store).key()
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

    private static Collection<Begun> begun(SqliteSession session, String table) throws StoreException {
        List<Map<String, String>> rows =
                new ArrayList<>(session.pragma("foreign_key_list(" + Identifiers.quote(table) + ")"));
        rows.sort(Comparator.comparingInt(row -> SqliteCatalog.number(row, "seq")));
        Map<Integer, Begun> keys = new TreeMap<>();
        for (Map<String, String> row : rows) {
            Begun begun = keys.computeIfAbsent(
                    SqliteCatalog.number(row, "id"),
                    id -> new Begun(String.valueOf(row.get("table")), new ArrayList<>(), new ArrayList<>()));
            begun.columns.add(String.valueOf(row.get("from")));
            String column = row.get("to");
            if (column != null) {
                begun.targetColumns.add(column);
            }
        }
        return keys.values();
    }
}
