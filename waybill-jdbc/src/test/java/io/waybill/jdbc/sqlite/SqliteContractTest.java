package io.waybill.jdbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.store.TableStoreContract;
import io.waybill.value.Row;
import io.waybill.value.RowCodec;
import io.waybill.value.Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteContractTest extends TableStoreContract {
    @TempDir
    private static Path folder = Path.of(".");

    private static int tables;

    private @Nullable Connection holder;

    private static Path file() throws Exception {
        Path file = folder.resolve("odd name? 100%#1.db");
        if (!Files.exists(file)) {
            Path plain = folder.resolve("plain.db");
            SqliteTesting.execute(plain, "PRAGMA journal_mode = WAL", "CREATE TABLE first (id INTEGER PRIMARY KEY)");
            Files.move(plain, file);
        }
        return file;
    }

    private static Connection connect() throws Exception {
        // The driver takes part of a path for options unless it is written as a URI.
        Connection connection = java.sql.DriverManager.getConnection(
                "jdbc:sqlite:file:" + file().toUri().getRawPath());
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 20000");
        }
        return connection;
    }

    private static void execute(String sql) throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @AfterEach
    void letGo() throws Exception {
        if (holder != null) {
            holder.close();
        }
    }

    @Override
    protected TableStore open() throws Exception {
        return SqliteTesting.open(file());
    }

    @Override
    protected String create(Shape shape) throws Exception {
        String name = "Table " + tables++;
        String key =
                switch (shape) {
                    case INTEGER_KEY -> "id INTEGER PRIMARY KEY)";
                    case TEXT_KEY -> "id TEXT PRIMARY KEY)";
                    case PAIR_KEY -> "town TEXT, number INTEGER, PRIMARY KEY (town, number)) WITHOUT ROWID";
                };
        execute("CREATE TABLE \"" + name + "\" (name TEXT, amount DECIMAL TEXT, note TEXT, " + key);
        return name;
    }

    @Override
    protected void fill(String table, List<Row> rows) throws Exception {
        List<String> names = List.copyOf(rows.get(0).names());
        String sql = "INSERT INTO \"" + table + "\" (" + String.join(", ", names) + ") VALUES (?"
                + ", ?".repeat(names.size() - 1) + ")";
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement(sql)) {
                for (Row row : rows) {
                    for (int i = 0; i < names.size(); i++) {
                        Value value = row.find(names.get(i));
                        if (value == null || value instanceof Value.Null) {
                            insert.setObject(i + 1, null);
                        } else if (value instanceof Value.Int integer) {
                            insert.setLong(i + 1, integer.value().longValueExact());
                        } else {
                            insert.setString(i + 1, RowCodec.text(value));
                        }
                    }
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            connection.commit();
        }
    }

    @Override
    protected String valueTable(Value value) throws Exception {
        String type =
                switch (value.kind()) {
                    case "integer", "decimal" -> "DECIMAL TEXT";
                    case "double" -> "DOUBLE PRECISION";
                    case "bytes" -> "BLOB";
                    case "timestamp without zone" -> "DATETIME";
                    case "list", "map", "set" -> "JSON";
                    case "null" -> "TEXT";
                    default -> value.kind().toUpperCase(java.util.Locale.ROOT);
                };
        String name = "values of " + type;
        execute("CREATE TABLE IF NOT EXISTS \"" + name + "\" (id INTEGER PRIMARY KEY, v " + type + ")");
        return name;
    }

    /** There is no server; a file that another program holds for itself is as far away. */
    @Override
    protected TableStore openUnreachable() throws Exception {
        Path file = folder.resolve("held.db");
        SqliteTesting.execute(file, "CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, name, amount, note)");
        holder = SqliteTesting.connect(file);
        try (Statement statement = holder.createStatement()) {
            statement.execute("BEGIN EXCLUSIVE");
        }
        return SqliteTesting.open(file, "timeout", "50ms");
    }

    @Override
    protected TableStore openWithWrongSecret() throws Exception {
        return SqliteTesting.open(Files.writeString(folder.resolve("other.db"), SECRET.repeat(1_000)));
    }

    /** A file has no credentials; what is no SQLite file, or is an encrypted one, is told apart from an empty one. */
    @Override
    @Test
    protected void wrongCredentialsAreDeniedWithoutShowingThem() throws Exception {
        try (TableStore other = openWithWrongSecret()) {
            assertThatThrownBy(() -> other.table("t"))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CORRUPT))
                    .hasMessageContaining(other.location().toString())
                    .message()
                    .doesNotContain(SECRET);
        }
    }
}
