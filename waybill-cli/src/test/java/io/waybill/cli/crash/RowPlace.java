package io.waybill.cli.crash;

import io.waybill.aws.testing.DynamoLocal;
import io.waybill.engine.Migration;
import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Selector;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * A PostgreSQL table, an empty DynamoDB table, and a plan between them; on real servers. What the target must hold is made
 * here from the source by JDBC and the SDK alone.
 */
final class RowPlace {
    static final int ROWS = 2_400;

    private final Path folder;
    private final PostgresServer postgres = PostgresServer.shared();
    private final DynamoLocal dynamo = DynamoLocal.shared();
    private final String database;
    private final String table;

    private RowPlace(Path folder, String database, String table) {
        this.folder = folder;
        this.database = database;
        this.table = table;
    }

    static RowPlace make(Path folder, boolean exclusive) throws Exception {
        return make(folder, exclusive, 3);
    }

    /** With one worker there is one split, which is longer than a page. */
    static RowPlace make(Path folder, boolean exclusive, int parallel) throws Exception {
        String database = PostgresServer.shared().newDatabase();
        String table = DynamoLocal.shared().newTable("orderId", ScalarAttributeType.S);
        RowPlace place = new RowPlace(folder, database, table);
        place.sql("""
                CREATE TABLE orders (
                    id bigint PRIMARY KEY, full_name text NOT NULL, email text, city text NOT NULL, zip text,
                    total numeric(12, 2) NOT NULL, weight double precision, paid boolean NOT NULL,
                    placed timestamptz NOT NULL, due date, photo bytea, legacy text);
                INSERT INTO orders SELECT n, 'Näme ' || n, CASE WHEN n %% 3 > 0 THEN 'e' || n || '@example.org' END,
                    'City ' || n %% 17, CASE WHEN n %% 5 > 0 THEN lpad(n::text, 5, '0') END, n * 1.25, n / 8.0, n %% 2 = 0,
                    timestamptz '2024-01-01 00:00:00+00' + n * interval '1 minute', date '2024-01-01' + n %% 300,
                    decode(md5(n::text), 'hex'), 'x'
                FROM generate_series(1, %d) n""".formatted(ROWS));
        Files.writeString(place.plan(), """
                waybill: 1
                name: orders
                stores:
                  shop: { type: postgresql, host: %s, port: %d, database: %s, user: postgres }
                  cloud: { type: dynamodb, region: %s, endpoint: "%s", keys: LOCAL }
                limits: { batch: 100, parallel: %d, retries: 4 }
                moves:
                  - name: orders
                    from: shop:orders
                    to: cloud:%s
                    exclusive: %s
                    where: row.total > 0
                    row:
                      set:
                        orderId: "o-${row.id}"
                        customer: ${row.full_name}
                        /address/city: ${row.city}
                        /address/zip?: ${row.zip}
                        run: ${run.id}
                      drop: [id, full_name, city, zip, legacy]
                """.formatted(
                        place.postgres.host(),
                        place.postgres.port(),
                        database,
                        DynamoLocal.REGION,
                        place.dynamo.endpoint(),
                        parallel,
                        table,
                        exclusive));
        return place;
    }

    /** The same tables with a ledger that knows nothing. */
    RowPlace again() throws Exception {
        Path fresh = Files.createDirectories(folder.resolve("again"));
        Files.copy(plan(), fresh.resolve("waybill.yaml"));
        return new RowPlace(fresh, database, table);
    }

    Path plan() {
        return folder.resolve("waybill.yaml");
    }

    /** Changes a text in the plan file. */
    void edit(String old, String replacement) throws Exception {
        Files.writeString(plan(), Files.readString(plan()).replace(old, replacement));
    }

    /** From the ledger: how many rows each batch has. */
    Map<String, Long> batches() throws Exception {
        Map<String, Long> rows = new TreeMap<>();
        try (LedgerReader reader = CrashChild.ledger(plan()).read()) {
            reader.entries(Selector.ALL, 0, entry -> {
                rows.put("r" + entry.run() + "." + entry.batch(), entry.items());
                return true;
            });
        }
        return rows;
    }

    Migration migration() throws Exception {
        return CrashChild.migration(plan());
    }

    void sql(String sql) {
        postgres.execute(database, sql);
    }

    /** Makes a column that is left out so large that the rows cannot all be on their way at once. */
    void widen() {
        postgres.execute(database, "UPDATE orders SET legacy = repeat(md5(id::text), 500)");
    }

    void endSessions() {
        postgres.endSessions(database);
    }

    int child(String verb, String point, int nth) throws Exception {
        return CrashPlace.start(folder, plan(), verb, point, nth).waitFor();
    }

    Process start(String verb) throws Exception {
        return CrashPlace.start(folder, plan(), verb, "none", 1);
    }

    /** What the child printed. */
    String output() throws Exception {
        return Files.readString(folder.resolve("child.log"));
    }

    /** Every item of the target by key, in a form that can be compared. */
    Map<String, Map<String, Object>> target() {
        Map<String, Map<String, Object>> items = new TreeMap<>();
        DynamoDbClient client = dynamo.client();
        client.scanPaginator(scan -> scan.tableName(table).consistentRead(true))
                .items()
                .forEach(item -> items.put(item.get("orderId").s(), plain(item)));
        return items;
    }

    void put(Map<String, AttributeValue> item) {
        dynamo.client().putItem(put -> put.tableName(table).item(item));
    }

    void remove(String id) {
        dynamo.client().deleteItem(delete -> delete.tableName(table).key(Map.of("orderId", AttributeValue.fromS(id))));
    }

    /** An item as the service gives it. */
    Map<String, AttributeValue> item(String id) {
        return dynamo.client()
                .getItem(get -> get.tableName(table).key(Map.of("orderId", AttributeValue.fromS(id))))
                .item();
    }

    private static Map<String, Object> plain(Map<String, AttributeValue> item) {
        Map<String, Object> plain = new TreeMap<>();
        item.forEach((name, value) -> plain.put(name, plain(value)));
        return plain;
    }

    private static Object plain(AttributeValue value) {
        return switch (value.type()) {
            case S -> value.s();
            case N -> new BigDecimal(value.n()).stripTrailingZeros();
            case BOOL -> value.bool();
            case NUL -> "null";
            case B -> value.b();
            case M -> plain(value.m());
            default -> throw new IllegalStateException("not expected: " + value);
        };
    }

    /** What the target must hold for the source as it is now. */
    Map<String, Map<String, Object>> expected() throws SQLException {
        Map<String, Map<String, Object>> items = new TreeMap<>();
        try (Connection connection = postgres.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT * FROM orders")) {
            while (row.next()) {
                Map<String, Object> item = new TreeMap<>();
                Map<String, Object> address = new TreeMap<>();
                item.put("orderId", "o-" + row.getLong("id"));
                item.put("customer", row.getString("full_name"));
                item.put("email", row.getString("email") == null ? "null" : row.getString("email"));
                address.put("city", row.getString("city"));
                if (row.getString("zip") != null) {
                    address.put("zip", row.getString("zip"));
                }
                item.put("address", address);
                item.put("total", row.getBigDecimal("total").stripTrailingZeros());
                item.put("weight", new BigDecimal(Double.toString(row.getDouble("weight"))).stripTrailingZeros());
                item.put("paid", row.getBoolean("paid"));
                item.put(
                        "placed",
                        row.getObject("placed", OffsetDateTime.class)
                                .withOffsetSameInstant(ZoneOffset.UTC)
                                .format(DateTimeFormatter.ISO_INSTANT));
                item.put("due", row.getString("due"));
                item.put("photo", SdkBytes.fromByteArray(row.getBytes("photo")));
                item.put("run", "r1");
                items.put("o-" + row.getLong("id"), item);
            }
        }
        return items;
    }
}
