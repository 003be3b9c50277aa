package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.aws.testing.DynamoLocal;
import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.mapping.Expression;
import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.mapping.Scope;
import io.waybill.store.Filtering;
import io.waybill.store.Item;
import io.waybill.store.Predicate;
import io.waybill.store.RowItem;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreProvider;
import io.waybill.store.TableStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * A store that leaves rows out by itself never leaves out one that the plan's condition takes, or of which it cannot be told:
 * each condition is tried both ways over rows with nulls, missing fields, odd values and other types.
 */
class PushdownTest {
    private static final int MIXED = 250;

    @TempDir
    Path folder;

    /** What was found over a corpus. */
    private record Found(int tried, int pushed, int left, int failing) {}

    private TableStore open(String type, Map<String, String> options) throws Exception {
        StoreProvider provider = Objects.requireNonNull(Providers.all().get(type));
        Map<String, String> all = new HashMap<>();
        provider.options().forEach(option -> {
            if (option.defaultValue() != null) {
                all.put(option.name(), option.defaultValue());
            }
        });
        all.putAll(options);
        return (TableStore) provider.open(new StoreProvider.Settings("s", all, folder, DynamoLocal.environment()::get));
    }

    private static Map<String, RowItem> read(TableStore store, Selection what) throws Exception {
        Map<String, RowItem> rows = new LinkedHashMap<>();
        try (Source.Opened opened = store.open(what)) {
            for (Source.Split split : opened.splits(3)) {
                try (Source.Items items = opened.read(split, null)) {
                    for (Source.Page page = items.next(); page != null; page = items.next()) {
                        for (Item item : page.items()) {
                            assertThat(rows.put(item.key().encoded(), (RowItem) item))
                                    .isNull();
                        }
                    }
                }
            }
        }
        return rows;
    }

    /** Tries all of the single conditions, and as many mixtures of them. */
    private static Found tryAll(TableStore store, String name, List<String> single) throws Exception {
        TableStore.Table table = store.table(name);
        Map<String, RowItem> all = read(store, Selection.all(name));
        assertThat(all).hasSizeGreaterThan(8);
        List<String> fitting = new ArrayList<>();
        for (String condition : single) {
            try {
                Expression.compile(condition, Scope.EMPTY.withRow(table));
                fitting.add(condition);
            } catch (MappingException e) {
                // a plan with it is refused
            }
        }
        assertThat(fitting).as("of " + single.size()).hasSizeGreaterThan(60);
        List<String> corpus = new ArrayList<>(fitting);
        Random random = new Random(20240229);
        for (int i = 0; i < MIXED; i++) {
            corpus.add(mixed(fitting, random, 3));
        }
        int pushed = 0;
        int left = 0;
        int failing = 0;
        for (String condition : corpus) {
            Expression where = Expression.compile(condition, Scope.EMPTY.withRow(null));
            List<Predicate> tested = new ArrayList<>();
            for (Predicate each : where.conjuncts(Names.of(""))) {
                List<Predicate> more = new ArrayList<>(tested);
                if (each != null) {
                    more.add(each);
                    if (((Filtering) store).filters(name, more)) {
                        tested.add(each);
                    }
                }
            }
            if (tested.isEmpty()) {
                continue;
            }
            pushed++;
            Set<String> wanted = new TreeSet<>();
            for (Map.Entry<String, RowItem> row : all.entrySet()) {
                RowItem item = row.getValue();
                try {
                    if (where.test(Names.of("").with("row", item.row(), item.unreadable()))) {
                        wanted.add(row.getKey());
                    }
                } catch (MappingException e) {
                    wanted.add(row.getKey());
                    failing++;
                }
            }
            Map<String, RowItem> given = read(store, new Selection(name, List.of(), Long.MAX_VALUE, tested));
            assertThat(given.keySet()).as(condition).containsAll(wanted);
            given.forEach((key, row) -> assertThat(row.row())
                    .isEqualTo(Objects.requireNonNull(all.get(key)).row()));
            left += all.size() - given.size();
        }
        return new Found(corpus.size(), pushed, left, failing);
    }

    private static String mixed(List<String> single, Random random, int depth) {
        if (depth == 0 || random.nextInt(4) == 0) {
            return single.get(random.nextInt(single.size()));
        }
        String left = mixed(single, random, depth - 1);
        return switch (random.nextInt(3)) {
            case 0 -> "!(" + left + ")";
            case 1 -> "(" + left + " && " + mixed(single, random, depth - 1) + ")";
            default -> "(" + left + " || " + mixed(single, random, depth - 1) + ")";
        };
    }

    private static List<String> conditions(List<String> fields, List<String> literals) {
        List<String> all = new ArrayList<>();
        for (String field : fields) {
            for (String literal : literals) {
                for (String sign : List.of("==", "!=", "<", "<=", ">", ">=")) {
                    all.add("row." + field + " " + sign + " " + literal);
                }
            }
            all.add(literals.get(0) + " < row." + field);
            all.add("row." + field + " == null");
            all.add("row." + field + " != null");
            all.add("has(row." + field + ")");
            all.add("!has(row." + field + ")");
            all.add("row." + field + " in [" + literals.get(0) + ", " + literals.get(1) + "]");
        }
        all.add("row.yes");
        all.add("!row.yes");
        return all;
    }

    private static final List<String> LITERALS = List.of(
            "0",
            "5",
            "-1",
            "9007199254740993",
            "9223372036854775807",
            "decimal('0.1')",
            "decimal('0.5')",
            "decimal('12345678901234567890.125')",
            "0.1",
            "0.5",
            "1.0e300",
            "-0.0",
            "'a'",
            "'A'",
            "'a '",
            "'\u00e4'",
            "'z\u00e9'",
            "'\uffee'",
            "'\ud83d\ude00'",
            "''",
            "'%'",
            "'2024-02-29'",
            "true",
            "false",
            "date('2024-02-29')",
            "date('0001-01-01')",
            "timestamp('2024-02-29T12:00:00Z')",
            "timestamp('2024-02-29T12:00:00.5Z')",
            "timestamp('2024-02-29T12:00:00.000000001Z')",
            "timestamp(date('2024-02-29'), 'UTC')");

    @Test
    void postgresLeavesOutNothingThatThePlanWouldTake() throws Exception {
        PostgresServer server = PostgresServer.shared();
        String database = server.newDatabase();
        server.execute(database, """
                CREATE TYPE mood AS ENUM ('z', 'a');
                CREATE DOMAIN small AS int CHECK (VALUE < 100);
                CREATE TABLE odd (id bigint PRIMARY KEY, i int, l bigint, n numeric, dom small, d double precision, r real,
                  t text, v varchar(10), c char(5), nm name, m mood, yes boolean, day date, ts timestamp, tz timestamptz,
                  u uuid, j jsonb, b bytea, a int[], "Odd ""col" text);
                INSERT INTO odd (id) VALUES (1);
                INSERT INTO odd (id, i, l, n, dom, d, r, t, v, c, nm, m, yes, day, ts, tz, u, j, b, a) VALUES
                 (2, 0, 0, 0, 0, 0, 0, '', '', '', '', 'a', true, '2024-02-29', '2024-02-29 12:00', '2024-02-29 12:00+00',
                  '00000000-0000-0000-0000-000000000001', 'null', '', '{}'),
                 (3, 5, 9007199254740993, 0.1, 5, 0.1, 0.1, 'a', 'a', 'a', 'a', 'z', false, '0001-01-01',
                  '2024-02-29 12:00:00.5', '2024-02-29 12:00:00.5+00', '00000000-0000-0000-0000-00000000000A', '5', 'a', '{5}'),
                 (4, -1, 9223372036854775807, 12345678901234567890.125, -1, 'NaN', 'NaN', 'A', 'A', 'A', 'A', 'a', NULL,
                  '4713-01-01 BC', '4713-01-01 BC', '4713-01-01 BC', NULL, '"a"', '\\x00', '{NULL}'),
                 (5, 2147483647, -9223372036854775808, 0.5000, 99, 'Infinity', '-Infinity', 'a ', 'a ', 'a ', 'a ', 'z', true,
                  '9999-12-31', '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999+00', NULL, '{"x": null}', 'A', NULL),
                 (6, NULL, 5, -0.5, NULL, -0.0, 0.5, E'\\u00e4', E'z\\u00e9', E'\\u00e4', 'ab', NULL, true, '2024-03-01',
                  '2024-02-29 11:59:59.999999', '2024-02-29 14:00:00+02', NULL, 'true', NULL, NULL),
                 (7, 5, 5, 5, 5, 5, 5, E'\\U0001F600', E'\\uffee', '%', '%', 'a', false, '2024-02-28', '2024-03-01', '2024-03-01',
                  NULL, '[]', NULL, NULL),
                 (10, 5, 5, 'NaN', 5, 5, 5, 'a', 'a', 'a', 'a', 'a', true, 'infinity', 'infinity', '-infinity', NULL, '1', NULL, '{7}'),
                 (8, 6, 6, 1e100, 6, 1e300, 1e30, E'\\uffee', 'Z', 'Z', 'Z', 'z', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
                 (9, 1, 1, 0.10, 1, 0.30000000000000004, 16777216, '2024-02-29', '%', 'zz', 'zz', 'a', true, '2024-02-29',
                  '2024-02-29 00:00:00', '2024-02-29 00:00:00+00', NULL, NULL, NULL, NULL);
                """);
        try (TableStore store = open(
                "postgresql",
                Map.of("host", server.host(), "port", "" + server.port(), "database", database, "user", "postgres"))) {
            List<String> single = conditions(
                    List.of(
                            "i", "l", "n", "dom", "d", "r", "t", "v", "c", "nm", "m", "yes", "day", "ts", "tz", "j",
                            "b", "a", "u"),
                    LITERALS);
            single.add("row.u == '00000000-0000-0000-0000-00000000000a'");
            single.add("row.`Odd \"col` == null");

            Found found = tryAll(store, "odd", single);

            assertThat(found.pushed()).as(found.toString()).isGreaterThan(500);
            assertThat(found.left()).as(found.toString()).isGreaterThan(2_000);
        }
    }

    @Test
    void sqliteLeavesOutNothingThatThePlanWouldTake() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("odd.db"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("""
                    CREATE TABLE odd (id INTEGER PRIMARY KEY, i INTEGER, d REAL, n NUMERIC, p DECIMAL TEXT, t TEXT,
                      nc TEXT COLLATE NOCASE, rt TEXT COLLATE RTRIM, yes BOOLEAN, day DATE, ts TIMESTAMP, dt DATETIME, j JSON,
                      b BLOB, x)
                    """);
            List<String> values = List.of(
                    "NULL",
                    "0",
                    "1",
                    "5",
                    "-1",
                    "2",
                    "0.1",
                    "0.5",
                    "9007199254740993",
                    "9223372036854775807",
                    "9e999",
                    "1e300",
                    "'a'",
                    "'A'",
                    "'a '",
                    "'five'",
                    "''",
                    "'\u00e4'",
                    "'\uffee'",
                    "'\ud83d\ude00'",
                    "'2024-02-29'",
                    "'2024-02-30'",
                    "'2024-13-01'",
                    "'0001-01-01'",
                    "'2024-02-29 12:00:00'",
                    "'2024-02-29 12:00:00.5'",
                    "'2024-02-29T12:00:00Z'",
                    "'2024-02-29 14:00:00+02:00'",
                    "'2024-02-29 24:00:00'",
                    "'9999-12-31'",
                    "x'00ff'",
                    "CAST(x'61ff' AS TEXT)",
                    "CAST(x'6100ff' AS TEXT)",
                    "'12345678901234567890.125'");
            int id = 1;
            for (String value : values) {
                statement.executeUpdate("INSERT INTO odd VALUES (" + id++ + (", " + value).repeat(14) + ")");
            }
        }
        try (TableStore store =
                open("sqlite", Map.of("path", folder.resolve("odd.db").toString()))) {
            Found found = tryAll(
                    store,
                    "odd",
                    conditions(
                            List.of("i", "d", "n", "p", "t", "nc", "rt", "yes", "day", "ts", "dt", "j", "b", "x"),
                            LITERALS));

            assertThat(found.pushed()).as(found.toString()).isGreaterThan(400);
            assertThat(found.left()).as(found.toString()).isGreaterThan(4_000);
            assertThat(found.failing()).as(found.toString()).isGreaterThan(1_000);
        }
    }

    @Test
    void dynamoLeavesOutNothingThatThePlanWouldTake() throws Exception {
        DynamoLocal server = DynamoLocal.shared();
        String table = server.newTable("id", ScalarAttributeType.N);
        List<AttributeValue> values = List.of(
                AttributeValue.fromNul(true),
                AttributeValue.fromN("0"),
                AttributeValue.fromN("5"),
                AttributeValue.fromN("-1"),
                AttributeValue.fromN("0.1"),
                AttributeValue.fromN("0.5"),
                AttributeValue.fromN("12345678901234567890.125"),
                AttributeValue.fromN("9007199254740993"),
                AttributeValue.fromN("9.9e125"),
                AttributeValue.fromN("1e-130"),
                AttributeValue.fromS(""),
                AttributeValue.fromS("a"),
                AttributeValue.fromS("A"),
                AttributeValue.fromS("a "),
                AttributeValue.fromS("5"),
                AttributeValue.fromS("\u00e4"),
                AttributeValue.fromS("\uffee"),
                AttributeValue.fromS("\ud83d\ude00"),
                AttributeValue.fromS("2024-02-29"),
                AttributeValue.fromBool(true),
                AttributeValue.fromBool(false),
                AttributeValue.fromSs(List.of("a", "b")),
                AttributeValue.fromNs(List.of("5")),
                AttributeValue.fromL(List.of(AttributeValue.fromN("5"))),
                AttributeValue.fromM(Map.of("a", AttributeValue.fromS("a"))));
        int id = 1;
        server.client().putItem(put -> put.tableName(table).item(Map.of("id", AttributeValue.fromN("0"))));
        for (AttributeValue value : values) {
            String key = "" + id++;
            server.client()
                    .putItem(put -> put.tableName(table)
                            .item(Map.of("id", AttributeValue.fromN(key), "x", value, "yes", value)));
        }
        try (TableStore store = open("dynamodb", server.options())) {
            List<String> single = conditions(List.of("x"), LITERALS);
            single.addAll(List.of(
                    "row.id > 5", "row.id in [1, 2, 3]", "row.none == null", "row.none > 5", "!(row.none > 5)"));
            Found found = tryAll(store, table, single);

            assertThat(found.pushed()).as(found.toString()).isGreaterThan(200);
            assertThat(found.left()).as(found.toString()).isGreaterThan(1_500);
            assertThat(found.failing()).as(found.toString()).isGreaterThan(1_000);
        }
    }
}
