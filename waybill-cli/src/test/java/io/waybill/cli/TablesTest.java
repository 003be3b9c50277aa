package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.aws.testing.DynamoLocal;
import io.waybill.jdbc.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** Rows go round from a file through every kind of store and come back, each step by a plan of its own. */
class TablesTest {
    private static final String CSV = """
            \uFEFFid,name,price,born,note\r
            1,Ada,12345678901234567890.125,1815-12-10,"says ""hi"",\r
            twice"\r
            2,Grace,0.10,1906-12-09,\r
            3,,-7,NULL,NULL\r
            """;

    @TempDir
    Path folder;

    private final DynamoTables dynamo = new DynamoTables();
    private final PostgresServer postgres = PostgresServer.shared();
    private User user;
    private String database = "";

    @BeforeEach
    void makeStores() throws Exception {
        user = new User(folder);
        DynamoLocal.environment().forEach(user::env);
        database = postgres.newDatabase();
        Files.createDirectories(folder.resolve("files"));
        Files.writeString(folder.resolve("files/people.csv"), CSV);
        postgres.execute(
                database,
                "CREATE TABLE people (id bigint PRIMARY KEY, name text, price numeric, born date, note text,"
                        + " seen timestamptz DEFAULT now())");
        sqlite("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, price DECIMAL TEXT, born DATE, note TEXT)");
    }

    private void sqlite(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("app.db"));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<String> rows(Connection connection) throws Exception {
        List<String> rows = new ArrayList<>();
        try (connection;
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, name, price, born, note FROM people ORDER BY id")) {
            while (row.next()) {
                rows.add(row.getString(1) + "|" + row.getString(2) + "|" + row.getString(3) + "|" + row.getString(4)
                        + "|" + row.getString(5));
            }
        }
        return rows;
    }

    private String plan(String name, String from, String to, String more) throws Exception {
        String yaml = """
                waybill: 1
                name: %s
                stores:
                  disk: ./files
                  lite: sqlite:app.db
                  pg: postgresql://postgres@%s:%d/%s
                  cloud: %s
                moves:
                  - from: %s
                    to: %s
                """.formatted(
                                name,
                                postgres.host(),
                                postgres.port(),
                                database,
                                dynamo.server().url(),
                                from,
                                to)
                + more;
        Files.writeString(folder.resolve(name + ".yaml"), yaml);
        return name + ".yaml";
    }

    private static final String FROM_CSV =
            "    key: id\n    format: { nulls: \"NULL\", types: { id: integer, price: decimal, born: date } }\n";

    private void carry(String plan) {
        assertThat(user.type("run -f " + plan).exits(Exit.DONE).out()).contains("3 verified");
        assertThat(user.type("verify -f " + plan).exits(Exit.DONE).out()).contains("3 same");
        assertThat(user.type("run -f " + plan).exits(Exit.DONE).out()).doesNotContain("verified");
    }

    @Test
    void rowsGoRoundThroughEveryKindOfStore() throws Exception {
        carry(plan("a", "disk:people.csv", "pg:people", FROM_CSV));
        assertThat(rows(postgres.connect(database)))
                .containsExactly(
                        "1|Ada|12345678901234567890.125|1815-12-10|says \"hi\",\r\ntwice",
                        "2|Grace|0.10|1906-12-09|",
                        "3||-7|null|null");

        carry(plan("b", "pg:people", "lite:people", "    row: { drop: [seen] }\n"));
        assertThat(rows(DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("app.db"))))
                .containsExactly(
                        "1|Ada|12345678901234567890.125|1815-12-10|says \"hi\",\r\ntwice",
                        "2|Grace|0.10|1906-12-09|",
                        "3||-7|null|null");

        String table = dynamo.server().newTable("id", ScalarAttributeType.N);
        carry(plan("c", "lite:people", "cloud:" + table, ""));
        assertThat(dynamo.all(table, "id")).hasSize(3);

        carry(plan("d", "cloud:" + table, "disk:out/people.jsonl", ""));
        assertThat(Files.readAllLines(folder.resolve("files/out/people.jsonl")))
                .hasSize(3)
                .anySatisfy(line -> assertThat(line)
                        .contains("12345678901234567890.125")
                        .contains("says \\\"hi\\\",\\u000d\\ntwice"));

        carry(plan(
                "e",
                "disk:out/people.jsonl",
                "disk:back.csv",
                "    key: id\n    format: { from: { type: jsonl }, to: { columns: [id, name, price, born, note],"
                        + " nulls: \"NULL\", types: { id: integer, price: decimal, born: date } } }\n"));
        assertThat(Files.readAllLines(folder.resolve("files/back.csv"))).hasSize(5);
    }

    @Test
    void theTablesOfADatabaseAreListed() throws Exception {
        String plan = plan("a", "disk:people.csv", "pg:people", FROM_CSV);
        postgres.execute(database, "CREATE TABLE \"two\nlines\" (id int PRIMARY KEY)");
        sqlite("CREATE TABLE orders (id INTEGER PRIMARY KEY)");

        assertThat(user.type("ls pg: -f " + plan).exits(Exit.DONE).out().lines())
                .containsExactly("people", "two\\x0alines");
        assertThat(user.type("ls lite: -f " + plan).exits(Exit.DONE).out().lines())
                .containsExactly("orders", "people");
        String table = dynamo.server().newTable("id", ScalarAttributeType.N);
        assertThat(user.type("ls cloud: -f " + plan).exits(Exit.DONE).out().lines())
                .contains(table);
        assertThat(user.type("ls pg: --limit 1 --json -f " + plan)
                        .exits(Exit.DONE)
                        .out())
                .isEqualToIgnoringWhitespace(
                        "{\"schema_version\": 1, \"items\": [{\"name\": \"people\"}], \"count\": 1, \"more\": true}");
    }

    @Test
    void eachStepIsRolledBack() throws Exception {
        String plan = plan("a", "disk:people.csv", "pg:people", FROM_CSV);
        user.type("run -f " + plan).exits(Exit.DONE);

        user.type("rollback r1 --yes=r1 -f " + plan).exits(Exit.DONE);

        assertThat(rows(postgres.connect(database))).isEmpty();

        String file = plan("b", "disk:people.csv", "disk:out.jsonl", FROM_CSV);
        user.type("run -f " + file).exits(Exit.DONE);
        assertThat(Files.readAllLines(folder.resolve("files/out.jsonl"))).hasSize(3);
        user.type("rollback r1 --yes=r1 -f " + file).exits(Exit.DONE);
        assertThat(Files.readString(folder.resolve("files/out.jsonl"))).isEmpty();
    }

    @Test
    void whatIsReplacedComesBackOnRollback() throws Exception {
        postgres.execute(database, "INSERT INTO people VALUES (2, 'Old', 5, NULL, 'kept', '2020-01-01Z')");
        String plan = plan("a", "disk:people.csv", "pg:people", FROM_CSV + "    exists: replace\n");
        user.type("run --yes -f " + plan).exits(Exit.DONE);
        assertThat(rows(postgres.connect(database))).contains("2|Grace|0.10|1906-12-09|");

        user.type("rollback r1 --yes=r1 -f " + plan).exits(Exit.DONE);

        assertThat(rows(postgres.connect(database))).containsExactly("2|Old|5|null|kept");
    }

    @Test
    void anUnknownColumnIsNamedWithItsPlaceBeforeAnythingIsRead() throws Exception {
        String plan = plan("a", "pg:people", "lite:people", "    where: row.nmae != 'x'\n    row: { drop: [seen] }\n");

        assertThat(user.type("plan -f " + plan).exits(Exit.USAGE).err())
                .contains("a.yaml:11:12: in \"where\": no column \"nmae\" in people -> did you mean \"name\"?");
    }

    @Test
    void aBackupHoldsEveryValueAndIsPutBack() throws Exception {
        postgres.execute(
                database,
                "INSERT INTO people VALUES (1, 'A', 1.10, '2020-02-29', NULL, '2020-01-01Z'), (2, '', -0.5, NULL, 'x',"
                        + " NULL)");
        String plan = plan("a", "pg:people", "lite:people", "    row: { drop: [seen] }\n");
        List<String> before = rows(postgres.connect(database));

        user.type("backup pg:people -o saved.jsonl -f " + plan).exits(Exit.DONE);
        assertThat(user.type("backup pg:people -o saved.jsonl -f " + plan)
                        .exits(Exit.USAGE)
                        .err())
                .contains("there already");
        postgres.execute(database, "DELETE FROM people WHERE id = 1; UPDATE people SET name = 'changed'");

        assertThat(user.type("restore saved.jsonl --into pg:people --yes -f " + plan)
                        .exits(Exit.DONE)
                        .out())
                .contains("Restored 2 rows");
        assertThat(rows(postgres.connect(database))).isEqualTo(before);
        assertThat(user.type("restore saved.jsonl --into pg:people --yes -f " + plan)
                        .exits(Exit.DONE)
                        .out())
                .contains("2 were the same");
    }

    @Test
    void aTargetIsBackedUpBeforeTheRunBegins() throws Exception {
        postgres.execute(database, "INSERT INTO people VALUES (9, 'There', 5, NULL, 'kept', NULL)");
        String plan = plan("a", "disk:people.csv", "pg:people", FROM_CSV + "    backup: full\n");

        assertThat(user.type("run -f " + plan).exits(Exit.DONE).err()).contains("backed up 1 row of pg:people");

        try (java.util.stream.Stream<Path> files = Files.list(folder.resolve(".waybill/backups"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".jsonl")).toList())
                    .singleElement()
                    .satisfies(file -> assertThat(Files.readString(file)).contains("There"));
        }
    }

    @Test
    void aVerificationFindsWhatIsMissingDifferentAndExtraAndForgetsOlderRuns() throws Exception {
        String plan = plan("a", "disk:people.csv", "pg:people", FROM_CSV + "    exists: replace\n");
        user.type("run --yes -f " + plan).exits(Exit.DONE);
        Files.writeString(folder.resolve("files/people.csv"), CSV.replace("Ada", "Augusta"));
        user.type("run --yes -f " + plan).exits(Exit.DONE);
        assertThat(user.type("verify --both-ways -f " + plan).exits(Exit.DONE).out())
                .contains("read back 3 targets")
                .contains("3 same");
        postgres.execute(
                database,
                "DELETE FROM people WHERE id = 1; UPDATE people SET name = 'x' WHERE id = 2;"
                        + " INSERT INTO people (id) VALUES (77)");

        assertThat(user.type("verify --both-ways -f " + plan)
                        .exits(Exit.DIFFERENT)
                        .out())
                .contains("1 same, 1 different, 1 missing, 1 extra")
                .contains("people[id=77]");
        int compared = 0;
        for (String part : List.of("1/3", "2/3", "3/3")) {
            User.Ran ran = user.type("verify --json --part " + part + " -f " + plan);
            for (String what : List.of("same", "different", "missing")) {
                compared += Integer.parseInt(io.waybill.value.RowCodec.text(
                        User.field(ran.lines().get(ran.lines().size() - 1), what)));
            }
        }
        assertThat(compared).isEqualTo(3);
    }

    @Test
    void aDryRunPredictsWhatTheRunThenDoes() throws Exception {
        postgres.execute(
                database,
                "INSERT INTO people VALUES (1, 'Other', 5, NULL, 'kept', NULL), (2, 'Grace', 0.1, '1906-12-09', '', NULL)");
        String plan = plan(
                "a", "disk:people.csv", "pg:people", FROM_CSV + "    checks: { required: [name], unique: [price] }\n");

        String dry = user.type("run --dry-run -f " + plan).exits(Exit.NEEDS_YOU).out();

        assertThat(dry)
                .contains("=  1  already there")
                .contains("!  1  conflict")
                .contains("-  1  to be set aside")
                .contains("people.csv[id=3]: required: name is empty");
        assertThat(rows(postgres.connect(database))).hasSize(2);
        assertThat(user.type("run -f " + plan).exits(Exit.NEEDS_YOU).out())
                .contains("1 same, 1 conflict, 1 quarantined");

        String replace = plan("b", "disk:people.csv", "pg:people", FROM_CSV + "    exists: replace\n");
        assertThat(user.type("run --dry-run -f " + replace).exits(Exit.DONE).out())
                .contains("+  1  to write")
                .contains("~  1  to replace");
        assertThat(user.type("run --yes -f " + replace).exits(Exit.DONE).out()).contains("2 verified, 1 same");
    }

    @Test
    void newKeysInTheTableThatIsReadNeedACondition() throws Exception {
        String plan = plan("a", "pg:people", "pg:people", "    row: { set: { id: \"${row.id + 100}\" } }\n");

        assertThat(user.type("run --yes -f " + plan).exits(Exit.USAGE).err()).contains("could meet them again");
    }

    @Test
    void existsFailWritesNothingWhereARowOfSomebodyElseStands() throws Exception {
        postgres.execute(database, "INSERT INTO people (id, name) VALUES (2, 'somebody else'), (77, 'not in the way')");
        String plan = plan("a", "disk:people.csv", "pg:people", FROM_CSV + "    exists: fail\n");

        assertThat(user.type("run --dry-run -f " + plan).exits(Exit.NEEDS_YOU).out())
                .contains("!  1  conflict", "people[id=2]: a row stands there, and exists is fail");
        User.Ran refused = user.type("run -f " + plan).exits(Exit.REFUSED);

        assertThat(refused.err())
                .contains("1 row exists already and exists is fail. Nothing was written.", "people[id=2]");
        assertThat(rows(postgres.connect(database))).hasSize(2);
        assertThat(user.type("runs -f " + plan).out())
                .as("no run is left behind")
                .doesNotContain("r1");
        postgres.execute(database, "DELETE FROM people WHERE id = 2");
        assertThat(user.type("run -f " + plan).exits(Exit.DONE).out()).contains("3 verified");
    }

    @Test
    void existsFailMeansRowsThatThePlanDidNotWrite() throws Exception {
        String plan = plan("a", "disk:people.csv", "pg:people", FROM_CSV + "    exists: fail\n");
        user.type("run --limit 2 -f " + plan).exits(Exit.DONE);

        assertThat(user.type("run -f " + plan).exits(Exit.DONE).out())
                .as("goes on")
                .contains("3 verified");
        assertThat(user.type("run -f " + plan).exits(Exit.DONE).out())
                .as("again")
                .contains("3 same");
        postgres.execute(database, "INSERT INTO people (id, name) VALUES (4, 'equal')");
        Files.writeString(folder.resolve("files/people.csv"), CSV + "4,equal,,,\r\n");
        assertThat(user.type("run -f " + plan).exits(Exit.REFUSED).err()).contains("people[id=4]");
        user.type("rollback r1 --yes=r1 -f " + plan).exits(Exit.DONE);
        assertThat(rows(postgres.connect(database))).containsExactly("4|equal|null|null|null");
    }

    @Test
    void aTableThatIsNotThereIsNamed() throws Exception {
        String plan = plan("a", "pg:peple", "lite:people", "");

        assertThat(user.type("run -f " + plan).exits(Exit.USAGE).err()).contains("peple");
    }

    @Test
    void rowsThatBreakARuleAreSetAsideWithTheReasonAndCanBeMended() throws Exception {
        String plan = plan(
                "a",
                "disk:people.csv",
                "pg:people",
                FROM_CSV
                        + "    checks: { required: [name], rules: { the price is positive: row.price > decimal('0') } }\n");
        assertThat(user.type("run -f " + plan).exits(Exit.NEEDS_YOU).out()).contains("2 verified, 1 quarantined");
        assertThat(user.type("items --failed --values -f " + plan).out())
                .contains("id=3")
                .contains("required: name");

        Files.writeString(folder.resolve("files/people.csv"), CSV.replace("3,,-7", "3,Joan,7"));
        user.type("run --failed -f " + plan).exits(Exit.DONE);

        assertThat(rows(postgres.connect(database))).hasSize(3).contains("3|Joan|7|null|null");
    }
}
