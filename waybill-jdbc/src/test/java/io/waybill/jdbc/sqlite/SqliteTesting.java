package io.waybill.jdbc.sqlite;

import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

/** Opens stores as the plan layer does, and files by SQLite's own means. */
final class SqliteTesting {
    private SqliteTesting() {}

    static SqliteStore open(Path file, String... more) throws StoreException {
        Map<String, String> options = new LinkedHashMap<>();
        for (StoreProvider.Option option : SqliteOptions.ALL) {
            if (option.defaultValue() != null) {
                options.put(option.name(), option.defaultValue());
            }
        }
        options.put("path", file.toString());
        for (int i = 0; i < more.length; i += 2) {
            options.put(more[i], more[i + 1]);
        }
        return (SqliteStore)
                new SqliteProvider().open(new StoreProvider.Settings("db", options, Path.of("/"), name -> null));
    }

    static Connection connect(Path file) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 20000");
        }
        return connection;
    }

    /** Runs statements one by one. */
    static void execute(Path file, String... statements) throws SQLException {
        try (Connection connection = connect(file);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
