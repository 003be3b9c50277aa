package io.waybill.jdbc.d1;

import io.waybill.jdbc.testing.D1Endpoint;
import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.store.TableStore;
import io.waybill.store.TableStoreContract;
import io.waybill.value.Row;
import io.waybill.value.RowCodec;
import io.waybill.value.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class D1ContractTest extends TableStoreContract {
    private static @Nullable D1Endpoint endpoint;

    private static int tables;

    @BeforeAll
    static void start(@TempDir Path folder) {
        endpoint = D1Endpoint.over(folder.resolve("d1.sqlite"));
    }

    @AfterAll
    static void stop() throws Exception {
        endpoint().close();
    }

    private static D1Endpoint endpoint() {
        return java.util.Objects.requireNonNull(endpoint);
    }

    @Override
    protected TableStore open() throws Exception {
        return D1Testing.open(endpoint());
    }

    @Override
    protected String create(Shape shape) {
        String name = "Table " + tables++;
        String key =
                switch (shape) {
                    case INTEGER_KEY -> "id INTEGER PRIMARY KEY)";
                    case TEXT_KEY -> "id TEXT PRIMARY KEY)";
                    case PAIR_KEY -> "town TEXT, number INTEGER, PRIMARY KEY (town, number)) WITHOUT ROWID";
                };
        endpoint().execute("CREATE TABLE \"" + name + "\" (name TEXT, amount DECIMAL TEXT, note TEXT, " + key);
        return name;
    }

    @Override
    protected void fill(String table, List<Row> rows) {
        List<String> statements = new ArrayList<>();
        for (Row row : rows) {
            List<String> values = new ArrayList<>();
            for (Value value : row.fields().values()) {
                values.add(
                        value instanceof Value.Null
                                ? "NULL"
                                : value instanceof Value.Int integer
                                        ? integer.value().toString()
                                        : "'" + RowCodec.text(value).replace("'", "''") + "'");
            }
            statements.add("INSERT INTO \"" + table + "\" (" + String.join(", ", row.names()) + ") VALUES ("
                    + String.join(", ", values) + ")");
        }
        statements.add(0, "BEGIN");
        statements.add("COMMIT");
        endpoint().execute(statements.toArray(String[]::new));
    }

    @Override
    protected String valueTable(Value value) {
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
        endpoint().execute("CREATE TABLE IF NOT EXISTS \"" + name + "\" (id INTEGER PRIMARY KEY, v " + type + ")");
        return name;
    }

    @Override
    protected TableStore openUnreachable() throws Exception {
        return D1Testing.open(endpoint(), "endpoint", "http://127.0.0.1:" + PostgresServer.deadPort() + "/client/v4");
    }

    @Override
    protected TableStore openWithWrongSecret() throws Exception {
        return D1Testing.open(endpoint(), "token", SECRET);
    }
}
