package io.waybill.jdbc.postgresql;

import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.store.TableStore;
import io.waybill.store.TableStoreContract;
import io.waybill.value.Row;
import io.waybill.value.RowCodec;
import io.waybill.value.Value;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.Map;

class PostgresContractTest extends TableStoreContract {
    private static final PostgresServer SERVER = PostgresServer.shared();
    private static final String DATABASE = SERVER.newDatabase();
    private static int tables;

    @Override
    protected TableStore open() throws Exception {
        return PostgresTesting.open(DATABASE);
    }

    @Override
    protected String create(Shape shape) {
        String name = "Table " + tables++;
        String key =
                switch (shape) {
                    case INTEGER_KEY -> "id bigint PRIMARY KEY";
                    case TEXT_KEY -> "id text PRIMARY KEY";
                    case PAIR_KEY -> "town text, number bigint, PRIMARY KEY (town, number)";
                };
        SERVER.execute(DATABASE, "CREATE TABLE \"" + name + "\" (name text, amount numeric, note text, " + key + ")");
        return name;
    }

    @Override
    protected void fill(String table, List<Row> rows) throws Exception {
        List<String> names = List.copyOf(rows.get(0).names());
        String sql = "INSERT INTO \"" + table + "\" (" + String.join(", ", names) + ") VALUES (?"
                + ", ?".repeat(names.size() - 1) + ")";
        try (Connection connection = SERVER.connect(DATABASE)) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement(sql)) {
                for (Row row : rows) {
                    for (int i = 0; i < names.size(); i++) {
                        Value value = row.find(names.get(i));
                        if (value == null || value instanceof Value.Null) {
                            insert.setObject(i + 1, null);
                        } else if (value instanceof Value.Text text) {
                            insert.setString(i + 1, text.value());
                        } else {
                            insert.setBigDecimal(i + 1, new java.math.BigDecimal(RowCodec.text(value)));
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
    protected String valueTable(Value value) {
        String type =
                switch (value.kind()) {
                    case "integer", "decimal" -> "numeric";
                    case "double" -> "double precision";
                    case "bytes" -> "bytea";
                    case "timestamp without zone" -> "timestamp";
                    case "timestamp" -> "timestamp with time zone";
                    case "list", "map", "set" -> "jsonb";
                    case "null" -> "text";
                    default -> value.kind();
                };
        String name = "values of " + type;
        SERVER.execute(
                DATABASE, "CREATE TABLE IF NOT EXISTS \"" + name + "\" (id integer PRIMARY KEY, v " + type + ")");
        return name;
    }

    @Override
    protected TableStore openUnreachable() throws Exception {
        Map<String, String> options = SERVER.options(DATABASE);
        options.put("port", Integer.toString(PostgresServer.deadPort()));
        return PostgresTesting.open(options);
    }

    @Override
    protected TableStore openWithWrongSecret() throws Exception {
        Map<String, String> options = SERVER.options(DATABASE);
        options.put("user", PostgresServer.GUARDED);
        options.put("password", SECRET);
        return PostgresTesting.open(options);
    }

    @Override
    protected int manyRows() {
        return 10_000;
    }
}
