package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.aws.testing.DynamoLocal;
import io.waybill.jdbc.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** A move reads what a statement gives, as it would read a table; and the statement can only read. */
class QueryTest {
    private static final int BUYERS = 300;

    private static final String TOTALS = """
              - name: totals
                from:
                  store: pg
                  query: |
                    SELECT b.id, b.name, count(o.no) AS orders, sum(o.total) AS total,
                           max(o.made) AS latest, array_agg(o.no ORDER BY o.no) AS numbers
                    FROM buyers b JOIN orders o ON o.buyer = b.id -- those who bought
                    GROUP BY b.id;
                key: id
                to: %s
            """;

    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private final DynamoTables dynamo = new DynamoTables();
    private User user;
    private String database = "";

    @BeforeEach
    void makeStores() throws Exception {
        user = new User(folder);
        DynamoLocal.environment().forEach(user::env);
        database = postgres.newDatabase();
        postgres.execute(
                database,
                "CREATE TABLE buyers (id text COLLATE \"C\" PRIMARY KEY, name text NOT NULL);"
                        + " CREATE TABLE orders (no bigint PRIMARY KEY, buyer text REFERENCES buyers, total numeric(12,2),"
                        + " made timestamptz, tags jsonb);"
                        + " CREATE SEQUENCE numbers; CREATE TABLE sums (id text PRIMARY KEY, orders bigint, total numeric);"
                        + " INSERT INTO buyers SELECT 'b' || i, 'Buyer ' || i FROM generate_series(1, " + (BUYERS + 10)
                        + ") AS i;"
                        + " INSERT INTO orders SELECT i, 'b' || (i % " + BUYERS + " + 1), i * 1.10,"
                        + " timestamptz '2024-01-01 00:00:00+00' + i * interval '1 minute', '{\"a\": 1}'"
                        + " FROM generate_series(1, " + 4 * BUYERS + ") AS i");
        lite().execute("CREATE TABLE buyers (id INTEGER PRIMARY KEY, name TEXT, born DATE)");
        lite().execute("CREATE TABLE orders (no INTEGER PRIMARY KEY, buyer INTEGER, total DECIMAL TEXT)");
        lite().execute("CREATE TABLE sums (id INTEGER PRIMARY KEY, name TEXT, born DATE, orders INTEGER)");
        lite().execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
                + " INSERT INTO buyers SELECT i, 'Buyer ' || i, date('2000-01-01', '+' || i || ' days') FROM n");
        lite().execute("INSERT INTO orders SELECT id, id / 2 + 1, '1.10' FROM buyers");
    }

    private String pg(String sql) throws Exception {
        try (Connection connection = postgres.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private Lite lite() {
        return new Lite(folder.resolve("app.db"));
    }

    private void plan(String moves) throws Exception {
        Files.writeString(
                folder.resolve("waybill.yaml"),
                """
                waybill: 1
                name: queries
                stores:
                  pg: postgresql://postgres@%s:%d/%s
                  lite: sqlite:app.db
                  disk: ./files
                  cloud: { type: dynamodb, region: us-east-1, endpoint: "%s", keys: LOCAL }
                moves:
                """.formatted(
                                        postgres.host(),
                                        postgres.port(),
                                        database,
                                        dynamo.server().endpoint())
                        + moves);
        Files.createDirectories(folder.resolve("files"));
    }

    private String question(String query, String key) {
        return "  - { name: asked, from: { store: pg, query: \""
                + query.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\" }, key: [" + key
                + "], to: \"disk:asked.jsonl\" }\n";
    }

    @Test
    void aJoinWithSumsGoesToDynamoDbIsVerifiedAndRolledBack() throws Exception {
        String table = dynamo.server().newTable("id", ScalarAttributeType.S);
        plan(TOTALS.formatted("cloud:" + table));

        assertThat(user.type("plan --json").exits(Exit.DONE).out()).contains("pg:(query)");
        assertThat(user.type("run --dry-run").exits(Exit.DONE).out()).contains("read 300 rows");
        assertThat(dynamo.all(table, "id")).isEmpty();
        assertThat(user.type("run --yes").exits(Exit.DONE).out()).contains("300 verified");

        Map<String, Object> items = dynamo.all(table, "id");
        assertThat(items).hasSize(BUYERS);
        // b2 bought orders 1, 301, 601 and 901.
        assertThat(String.valueOf(items.get("b2")))
                .isEqualTo("{id=b2, latest=2024-01-01T15:01:00Z, name=Buyer 2, numbers=[1, 301, 601, 901], orders=4,"
                        + " total=1984.4}");
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("300 same");
        assertThat(user.type("run --yes").exits(Exit.DONE).out()).contains("300 same");

        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        assertThat(dynamo.all(table, "id")).isEmpty();
    }

    @Test
    void aPartOfTheRowsAndThoseThatFailedAreFoundAgain() throws Exception {
        plan(TOTALS.formatted("pg:sums") + """
                    where: row.total > 2000 && row.name != 'Buyer 300'
                    row: { drop: [name, latest, numbers] }
                    checks: { rules: { few: "row.id != 'b299'" } }
                """);

        assertThat(user.type("plan").exits(Exit.DONE).all()).contains("the store tests for move totals");
        assertThat(user.type("run --yes --limit 5").exits(Exit.DONE).out()).contains("5 written");
        assertThat(user.type("run --yes --where row.id=='b299'")
                        .exits(Exit.NEEDS_YOU)
                        .out())
                .contains("1 quarantined");
        assertThat(user.type("run --yes").exits(Exit.NEEDS_YOU).out()).contains("1 quarantined");
        postgres.execute(database, "UPDATE orders SET buyer = 'b301' WHERE buyer = 'b299'");
        assertThat(user.type("items --failed --values").exits(Exit.DONE).out()).contains("b299");
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
    }

    @Test
    void aRunThatWasKilledGoesOn() throws Exception {
        plan(TOTALS.formatted("pg:sums") + "    row: { drop: [name, latest, numbers] }\n    limits: { batch: 50 }\n");

        assertThat(DyingCommand.run(
                        folder, DynamoLocal.environment(), "after-write-before-evidence", 3, List.of("run", "--yes")))
                .isEqualTo(DyingCommand.DIED);
        assertThat(user.type("run --yes").exits(Exit.DONE).out()).contains("250 verified, 50 same");

        assertThat(pg("SELECT count(*) || ' ' || sum(total) FROM sums"))
                .isEqualTo(pg("SELECT 300 || ' ' || sum(total) FROM orders"));
    }

    @Test
    void sqliteIsReadTheSameWay() throws Exception {
        plan("""
                  - name: sums
                    from:
                      store: lite
                      query: >-
                        SELECT b.id, b.name, b.born, count(*) AS orders FROM buyers b
                        JOIN orders o ON o.buyer = b.id GROUP BY b.id
                    key: id
                    to: lite:sums
                    where: row.born >= date('2000-01-03')
                """);

        assertThat(user.type("run --yes").exits(Exit.DONE).out()).contains("2500 verified");
        assertThat(lite().rows("SELECT count(*) || ' ' || sum(orders) FROM sums"))
                .containsExactly("2500 4999");
        assertThat(lite().rows("SELECT born || name FROM sums WHERE id = 2")).containsExactly("2000-01-03Buyer 2");
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("2500 same");
        assertThat(user.type("run --yes").exits(Exit.DONE).out()).contains("2500 same");
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        assertThat(lite().rows("SELECT count(*) FROM sums")).containsExactly("0");
    }

    @Test
    void expressionsAreCheckedAgainstTheColumnsOfTheStatement() throws Exception {
        plan(TOTALS.formatted("disk:sums.jsonl")
                + "    where: row.totl > 3\n    row: { set: { n: \"${upper(row.orders)}\" } }\n");

        assertThat(user.type("plan").exits(Exit.USAGE).err())
                .contains("waybill.yaml:19:12: in \"where\": no column \"totl\" in totals -> did you mean \"total\"?")
                .contains("waybill.yaml:20:25");
    }

    @Test
    void aQueryHasAKeyThatTellsItsRowsApart() throws Exception {
        plan(TOTALS.formatted("disk:sums.jsonl").replace("    key: id\n", ""));
        assertThat(user.type("lint").exits(Exit.USAGE).err())
                .contains("a query has no key of its own")
                .contains("name the columns that identify a row");

        plan(question("SELECT no, buyer FROM orders", "number"));
        assertThat(user.type("plan").exits(Exit.USAGE).err()).contains("gives no column number", "no, buyer");
        plan(question("SELECT no, no FROM orders", "no"));
        assertThat(user.type("plan").exits(Exit.USAGE).err()).contains("two of its columns are called no");
        plan(question("SELECT no, buyer FROM orders", "buyer"));
        assertThat(user.type("run --yes --new").exits(Exit.UNAVAILABLE).err())
                .contains("two of its rows have the key asked[buyer=b");
        plan(question("SELECT nullif(no, 3) AS no FROM orders", "no"));
        assertThat(user.type("run --yes --new").exits(Exit.UNAVAILABLE).err()).contains("column no is null");

        for (String query :
                List.of("SELECT buyer, no FROM orders", "SELECT nullif(buyer, 7) AS buyer, no FROM buyers, orders")) {
            plan(question(query, "buyer").replace("store: pg", "store: lite"));
            assertThat(user.type("run --yes --new").exits(Exit.UNAVAILABLE).err())
                    .containsAnyOf("two of its rows have the key asked[buyer=", "column buyer is null");
        }
    }

    @Test
    void aPlanIsRefusedThatAsksWhatAQueryCannotDo() throws Exception {
        plan("""
                  - { name: a, from: { store: cloud, query: SELECT 1 }, key: id, to: "pg:sums" }
                  - { name: b, from: { store: none, query: SELECT 1 }, key: id, to: "pg:sums" }
                  - { name: c, from: { store: pg, query: "SELECT '${env.HOME}'" }, key: id, to: "pg:sums" }
                  - { name: d, from: { store: pg, query: SELECT 1 }, key: id, to: "pg:sums", source: delete }
                  - { name: e, from: { store: pg }, key: id, to: "pg:sums" }
                  - { name: f, from: "pg:orders", query: SELECT 1, to: "pg:sums" }
                  - { name: g, from: "pg:orders", to: "pg:sums", source: delete }
                """);

        assertThat(user.type("lint").exits(Exit.USAGE).err())
                .contains(
                        "store \"cloud\" (dynamodb) takes no query -> name a table, or a store of postgresql or sqlite")
                .contains("store \"none\" is not defined")
                .contains("waybill.yaml:11:")
                .containsPattern(":12:.*\"source: delete\" is for moves of files")
                .containsPattern(
                        ":15:.*\"source: delete\" is for moves of files; rows stay where they were read -> say source: keep")
                .contains("\"query\" is missing")
                .contains("\"query\" stands below \"from\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT no FROM orders; DROP TABLE orders",
                "SELECT no FROM orders; COMMIT; DROP TABLE orders",
                "SELECT no FROM orders) AS t; DROP TABLE orders; --",
                "SELECT 1 AS no) AS t, (SELECT 2",
                "SELECT no FROM orders) AS t ORDER BY no; COMMIT; DELETE FROM orders; SELECT * FROM (SELECT 1 AS no",
                "DROP TABLE orders",
                "DELETE FROM orders RETURNING no",
                "INSERT INTO sums (id) VALUES ('x') RETURNING 1 AS no",
                "UPDATE orders SET total = 0 RETURNING no",
                "WITH gone AS (DELETE FROM orders RETURNING no) SELECT no FROM gone",
                "WITH n AS (INSERT INTO sums (id) VALUES ('x') RETURNING 1 AS no) SELECT no FROM n",
                "SELECT no INTO copied FROM orders",
                "SELECT no FROM orders FOR UPDATE",
                "SELECT nextval('numbers') AS no",
                "SELECT no, setval('numbers', 100) FROM orders",
                "SELECT no, set_config('transaction_read_only', 'off', false), nextval('numbers') FROM orders",
                "COPY orders TO STDOUT",
                "EXPLAIN SELECT no FROM orders",
                "SHOW search_path",
                "SET default_transaction_read_only = off",
                "BEGIN",
                "CALL nothing()",
                "DO $$ BEGIN DELETE FROM orders; END $$",
                "TRUNCATE orders",
                "SELECT $1 AS no",
                "SELECT 'a' AS no, '",
                "SELECT 1 AS no /*",
                "SELECT 1 AS no -- \n; DROP TABLE orders",
                "; DROP TABLE orders",
                ""
            })
    void postgresqlOnlyReads(String query) throws Exception {
        plan(question(query, "no"));

        User.Ran ran = user.type("run --yes");

        assertThat(ran.exit()).as(ran.all()).isNotEqualTo(Exit.DONE.code()).isNotEqualTo(Exit.INTERNAL.code());
        assertThat(ran.err()).contains("waybill");
        assertThat(pg("SELECT count(*) || ' ' || (SELECT count(*) FROM sums) || ' ' || (SELECT is_called FROM numbers)"
                        + " || ' ' || coalesce(to_regclass('copied')::text, 'none') FROM orders WHERE total > 0"))
                .isEqualTo(4 * BUYERS + " 0 false none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT no FROM orders; DROP TABLE orders",
                "SELECT no FROM orders) ; DROP TABLE orders; --",
                "DROP TABLE orders",
                "DELETE FROM orders RETURNING no",
                "INSERT INTO sums (id) VALUES (1) RETURNING id AS no",
                "WITH n AS (SELECT 1) DELETE FROM orders",
                "PRAGMA journal_mode = DELETE",
                "PRAGMA query_only = OFF",
                "ATTACH 'other.db' AS other",
                "CREATE TABLE copied AS SELECT no FROM orders",
                "EXPLAIN SELECT no FROM orders",
                "SELECT ? AS no",
                "SELECT :no AS no",
                "SELECT load_extension('x') AS no",
                "SELECT '",
                "",
                "VACUUM"
            })
    void sqliteOnlyReads(String query) throws Exception {
        plan(question(query, "no").replace("store: pg", "store: lite"));

        User.Ran ran = user.type("run --yes");

        assertThat(ran.exit()).as(ran.all()).isNotEqualTo(Exit.DONE.code()).isNotEqualTo(Exit.INTERNAL.code());
        assertThat(lite().rows("SELECT count(*) || ' ' || (SELECT count(*) FROM sums) || ' ' || (SELECT count(*)"
                        + " FROM sqlite_schema) FROM orders"))
                .containsExactly("5000 0 3");
        assertThat(folder.resolve("other.db")).doesNotExist();
    }

    @Test
    void operatorsWithQuestionMarksCommentsAndOddNamesAreTakenAsTheyAre() throws Exception {
        plan(question(
                "/* first; */ SELECT no, tags ? 'a' AS \"has a;\", 'it''s; ?' AS text, E'\\';' AS odd, $x$;'$x$ AS dollars"
                        + " FROM orders WHERE no <= 3 AND tags ?| array['a', 'b']; -- end",
                "no"));

        user.type("run --yes").exits(Exit.DONE);

        assertThat(Files.readString(folder.resolve("files/asked.jsonl")))
                .contains("\"has a;\":true", "\"text\":\"it's; ?\"", "\"odd\":\"';\"", "\"dollars\":\";'\"");
    }

    @Test
    void anotherStatementIsAnotherPlan() throws Exception {
        plan(question("SELECT no FROM orders", "no"));
        user.type("run --yes --limit 1").exits(Exit.DONE);
        plan(question("SELECT no FROM orders WHERE no > 5", "no"));

        assertThat(user.type("run --yes").exits(Exit.REFUSED).err()).contains("query: SELECT no FROM orders ->");
    }

    @Test
    void doctorTriesTheStatement() throws Exception {
        plan(question("SELECT no FROM orders", "no"));
        assertThat(user.type("doctor pg").exits(Exit.DONE).out()).contains("its queries can be read");
        plan(question("SELECT no FROM nothing", "no"));
        assertThat(user.type("doctor pg").all()).contains("relation \"nothing\" does not exist");
    }
}
