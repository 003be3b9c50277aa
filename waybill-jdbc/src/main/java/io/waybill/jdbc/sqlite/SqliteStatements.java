package io.waybill.jdbc.sqlite;

import io.waybill.store.RowItem;
import io.waybill.store.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The statements and tables of one call; each is prepared or looked up once. Not safe for several threads. */
final class SqliteStatements implements AutoCloseable {
    private static final int MOST = 64;

    private final Connection connection;
    private final SqliteStore store;
    private final Map<String, SqliteTable> tables = new HashMap<>();
    private final Map<String, PreparedStatement> prepared = new LinkedHashMap<>();

    SqliteStatements(Connection connection, SqliteStore store) {
        this.connection = connection;
        this.store = store;
    }

    SqliteTable table(String name) throws SQLException, StoreException {
        SqliteTable table = tables.get(name);
        if (table == null) {
            table = SqliteCatalog.table(connection, name, store.location().toString());
            tables.put(name, table);
        }
        return table;
    }

    /** Runs a change; answers how many rows it changed. */
    int change(String sql, Collection<? extends @Nullable Object> values) throws SQLException {
        PreparedStatement statement = prepare(sql);
        bind(statement, values);
        return statement.executeUpdate();
    }

    /** What stands at the key of a change, or null. */
    @Nullable
    RowItem find(SqliteChange change) throws SQLException, StoreException {
        SqliteTable table = change.table();
        SqliteSelect select = SqliteSelect.of(table, store.location().toString(), java.util.List.of());
        PreparedStatement statement =
                prepare("SELECT " + select.columns() + " FROM " + table.sql() + " WHERE " + table.sameKey());
        bind(statement, change.key().values());
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? select.take(rows, null).item() : null;
        }
    }

    private PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            if (prepared.size() >= MOST) {
                close();
            }
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        return statement;
    }

    private static void bind(PreparedStatement statement, Collection<? extends @Nullable Object> values)
            throws SQLException {
        int number = 1;
        for (Object value : values) {
            SqliteFind.bind(statement, number++, value);
        }
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : prepared.values()) {
            statement.close();
        }
        prepared.clear();
    }
}
