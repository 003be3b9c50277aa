package io.waybill.jdbc.sqlite;

import io.waybill.jdbc.Identifiers;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Looks tables up. */
public final class SqliteCatalog {
    private static final Set<String> TYPES = Set.of("table", "view", "virtual");

    private SqliteCatalog() {}

    /** The table, or NOT_FOUND. */
    public static SqliteTable table(SqliteSession session, String asked, String store) throws StoreException {
        String near = null;
        if (asked.indexOf('\0') < 0) {
            for (Map<String, String> found : session.pragma("table_list(" + Identifiers.quote(asked) + ")")) {
                String name = found.get("name");
                String type = String.valueOf(found.get("type"));
                if (!"main".equals(found.get("schema")) || name == null || !TYPES.contains(type)) {
                    continue;
                }
                near = name;
                if (asked.equals(name)) {
                    return columns(session, asked, is(found, "strict"), type.equals("table"));
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

    private static SqliteTable columns(SqliteSession session, String name, boolean strict, boolean isTable)
            throws StoreException {
        Map<String, SqliteTable.Column> columns = new LinkedHashMap<>();
        Map<Integer, String> key = new TreeMap<>();
        for (Map<String, String> found : session.pragma("table_xinfo(" + Identifiers.quote(name) + ")")) {
            String column = String.valueOf(found.get("name"));
            int hidden = number(found, "hidden");
            if (hidden == 1) {
                continue;
            }
            int place = isTable ? number(found, "pk") : 0;
            if (place > 0) {
                key.put(place, column);
            }
            columns.put(
                    column,
                    new SqliteTable.Column(
                            column,
                            SqliteType.of(found.getOrDefault("type", ""), strict),
                            !is(found, "notnull") && place == 0,
                            place > 0,
                            hidden > 1,
                            found.get("dflt_value")));
        }
        return new SqliteTable(name, columns, List.copyOf(key.values()), false);
    }

    static int number(Map<String, String> row, String column) {
        return Integer.parseInt(row.getOrDefault(column, "0"));
    }

    private static boolean is(Map<String, String> row, String column) {
        return number(row, column) != 0;
    }
}
