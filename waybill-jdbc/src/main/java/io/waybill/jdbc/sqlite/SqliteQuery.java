package io.waybill.jdbc.sqlite;

import io.waybill.jdbc.Statements;
import io.waybill.store.Querying;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A statement that is read in place of a table: a view that each connection has for itself. The file is opened for reading
 * only, and after the view is made nothing can be written at all.
 */
final class SqliteQuery {
    /** A name that no statement uses by chance. */
    private static final String NAME = "waybill query";

    static final String VIEW = "temp.\"" + NAME + "\"";

    private final Querying.Query asked;
    private final String statement;
    private final String task;

    private SqliteQuery(Querying.Query asked, String statement, String task) {
        this.asked = asked;
        this.statement = statement;
        this.task = task;
    }

    static SqliteQuery of(Querying.Query asked, String store) throws StoreException {
        String task = "Cannot read query " + asked.name() + " in " + store;
        String statement = Statements.one(asked.statement(), Statements.Dialect.SQLITE)
                .orElseThrow(
                        () -> new StoreException(
                                Kind.INVALID,
                                task
                                        + ": it is not one statement without parameters. Write one that gives rows, such as a SELECT."));
        return new SqliteQuery(asked, statement, task);
    }

    /** A view takes one statement that gives rows, and no parameters. */
    void prepare(Connection connection) throws SQLException {
        try (Statement view = connection.createStatement()) {
            view.execute("CREATE TEMP VIEW \"" + NAME + "\" AS " + statement);
        }
    }

    SqliteTable table(SqliteSession session) throws StoreException {
        Map<String, SqliteTable.Column> columns = new LinkedHashMap<>();
        for (Map<String, String> found : session.pragma("temp.table_xinfo(\"" + NAME + "\")")) {
            String name = String.valueOf(found.get("name"));
            boolean inKey = asked.key().contains(name);
            columns.put(
                    name,
                    new SqliteTable.Column(
                            name, SqliteType.of(found.getOrDefault("type", ""), false), !inKey, inKey, false, null));
        }
        for (String name : asked.key()) {
            if (!columns.containsKey(name)) {
                throw new StoreException(
                        Kind.INVALID,
                        task + ": its key is " + String.join(", ", asked.key()) + ", and it gives no column " + name
                                + ". Its columns are: "
                                + columns.keySet().stream().limit(30).collect(Collectors.joining(", ")) + ".");
            }
        }
        return new SqliteTable(asked.name(), columns, List.copyOf(asked.key()), true);
    }
}
