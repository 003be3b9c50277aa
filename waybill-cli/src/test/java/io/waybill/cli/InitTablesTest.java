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
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** Plans that are written from real tables work as they are written. */
class InitTablesTest {
    private static final String SHOP = """
            CREATE TABLE orders_%1$s (id bigint PRIMARY KEY, customer_id uuid NOT NULL, amount numeric(14, 2) NOT NULL,
                note text NOT NULL, placed timestamp);
            CREATE TABLE people_%1$s (id uuid PRIMARY KEY, name text NOT NULL, born date, "Site ID" int,
                parent uuid REFERENCES people_%1$s);
            ALTER TABLE orders_%1$s ADD FOREIGN KEY (customer_id) REFERENCES people_%1$s;
            CREATE TABLE log_%1$s (line text);
            INSERT INTO people_%1$s VALUES ('6f7c1d0a-52f4-5d3e-9b1c-7a11b1110001', 'Ada', '1815-12-10', 1, NULL),
                ('6f7c1d0a-52f4-5d3e-9b1c-7a11b1110002', '', NULL, NULL, '6f7c1d0a-52f4-5d3e-9b1c-7a11b1110001');
            INSERT INTO orders_%1$s VALUES (1, '6f7c1d0a-52f4-5d3e-9b1c-7a11b1110001', 10.50, '', '2024-01-01 10:00'),
                (2, '6f7c1d0a-52f4-5d3e-9b1c-7a11b1110002', 0, 'two', NULL)""";

    @TempDir
    Path folder;

    private final DynamoTables dynamo = new DynamoTables();
    private final PostgresServer postgres = PostgresServer.shared();
    private User user;
    private String database = "";

    @BeforeEach
    void makeStores() {
        user = new User(folder);
        DynamoLocal.environment().forEach(user::env);
        database = postgres.newDatabase();
    }

    private String shop() {
        postgres.execute(database, SHOP.formatted(database));
        return postgres.url(database);
    }

    private void sqlite(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("app.db"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private static String one(Connection connection, String sql) throws Exception {
        try (connection;
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : "none";
        }
    }

    private void table(String name, String key, ScalarAttributeType type) {
        dynamo.server().createTable(name, new LinkedHashMap<>(Map.of(key, type)));
    }

    private User.Ran init(String from, String to) {
        return user.run("init", "--from", from, "--to", to);
    }

    private String plan() throws Exception {
        return Files.readString(folder.resolve("waybill.yaml"));
    }

    private void works(int rows) throws Exception {
        user.type("lint").exits(Exit.DONE);
        user.type("plan").exits(Exit.DONE);
        assertThat(user.type("run").exits(Exit.DONE).out()).contains(rows + " verified");
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains(rows + " same");
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
    }

    /** With every commented line of a mapping put into force. */
    private void uncomment() throws Exception {
        Files.writeString(
                folder.resolve("waybill.yaml"), plan().replaceAll("(?m)^    # (row:|  set:|    .*\\$\\{)", "    $1"));
        assertThat(plan()).contains("\n    row: ");
    }

    @Test
    void tablesOfPostgresGoToDynamo() throws Exception {
        table("people_" + database, "id", ScalarAttributeType.S);
        table("orders_" + database, "id", ScalarAttributeType.N);

        User.Ran ran = init(shop(), dynamo.server().url()).exits(Exit.DONE);

        assertThat(ran.err()).contains("Left out: log_" + database + ", since it has no key.");
        assertThat(plan())
                .contains(
                        "name: " + database,
                        "from: \"source:orders_" + database + "\"",
                        "after: [people_" + database + "]",
                        "required: [customer_id, amount]",
                        "customer_id: people_" + database,
                        "perhaps empty, which required would refuse: note",
                        "its own table; that is not checked",
                        "timestamp without zone; arrives as text",
                        "${row.`Site ID`}")
                .containsSubsequence("- name: people_", "- name: orders_");
        works(4);
        uncomment();
        works(4);
    }

    @Test
    void tablesOfPostgresGoToSqlite() throws Exception {
        sqlite("CREATE TABLE people_" + database + " (id UUID PRIMARY KEY, name TEXT, born TEXT, \"Site ID\" INTEGER,"
                + " parent UUID)");
        sqlite("CREATE TABLE \"Orders-" + database + "\" (id INTEGER PRIMARY KEY, customer_id UUID,"
                + " amount DECIMAL TEXT, note TEXT, placed DATETIME)");

        User.Ran ran = init(shop(), "sqlite:app.db").exits(Exit.DONE);

        assertThat(ran.err()).contains("takes another type than the source has: born");
        assertThat(plan())
                .contains(
                        "to: \"target:Orders-" + database + "\"",
                        "born: ${text(row.born)}",
                        "the target's column is text")
                .doesNotContain("required:");
        Files.writeString(
                folder.resolve("waybill.yaml"),
                plan().replaceAll("(?m)^    # (row:|  set:|    .*\\$\\{text\\(row.born)", "    $1")
                        .replaceAll("(?m)(- name: orders(?s:.*))\n    row:.*\n      set:\n", "$1\n"));
        works(4);
    }

    @Test
    void aFileGoesToPostgresWithTheTypesOfTheTable() throws Exception {
        postgres.execute(
                database, "CREATE TABLE people (id bigint PRIMARY KEY, name text NOT NULL, price numeric, born date)");
        Files.createDirectories(folder.resolve("files"));
        Files.writeString(
                folder.resolve("files/people.csv"), "id,name,price,born\n1,Ada,1.50,1815-12-10\n2,NULL,-7,NULL\n");

        init("files/people.csv", postgres.url(database)).exits(Exit.DONE);

        assertThat(plan()).contains("key: [id]", "nulls: \"NULL\"", "price: decimal", "born: date");
        assertThat(plan()).contains("from: \"source:people.csv\"");
        Files.writeString(
                folder.resolve("files/people.csv"), "id,name,price,born\n1,Ada,1.50,1815-12-10\n2,Bo,-7,NULL\n");
        works(2);
    }

    @Test
    void aFolderOfTablesGoesToPostgres() throws Exception {
        postgres.execute(
                database, "CREATE TABLE a (id bigint PRIMARY KEY, v text); CREATE TABLE b (id text PRIMARY KEY)");
        Files.createDirectories(folder.resolve("files/in"));
        Files.writeString(folder.resolve("files/in/a.jsonl"), "{\"id\": 1, \"v\": \"x\"}\n{\"id\": 2, \"v\": null}\n");
        Files.writeString(folder.resolve("files/b.csv"), "id\none\n");
        Files.writeString(folder.resolve("files/readme.txt"), "no table");

        init("./files", postgres.url(database)).exits(Exit.DONE);

        assertThat(plan()).contains("source:in/a.jsonl", "source:b.csv").doesNotContain("readme");
        works(3);
    }

    @Test
    void tablesGoToFiles() throws Exception {
        Files.createDirectories(folder.resolve("out"));

        init(shop(), "./out").exits(Exit.DONE);

        works(4);
        user.type("run --new").exits(Exit.DONE);
        assertThat(Files.readAllLines(folder.resolve("out/people_" + database + ".jsonl")))
                .hasSize(2);
    }

    @Test
    void aTableGoesToOneFileOfCsv() throws Exception {
        sqlite("CREATE TABLE notes (id INTEGER PRIMARY KEY, \"a, b\" TEXT)");
        sqlite("INSERT INTO notes VALUES (1, 'x'), (2, NULL)");
        Files.createDirectories(folder.resolve("out"));

        init("sqlite:app.db", "out/notes.csv").exits(Exit.DONE);

        works(2);
        user.type("run --new").exits(Exit.DONE);
        assertThat(Files.readAllLines(folder.resolve("out/notes.csv")))
                .startsWith("id,\"a, b\"")
                .contains("1,x", "2,NULL");
    }

    @Test
    void theTablesOfSqliteKeepTheirReferences() throws Exception {
        sqlite("CREATE TABLE parents (id INTEGER PRIMARY KEY, code TEXT UNIQUE)");
        sqlite("CREATE TABLE children (id INTEGER PRIMARY KEY, parent REFERENCES PARENTS, code TEXT REFERENCES"
                + " parents (code))");
        sqlite("INSERT INTO parents VALUES (1, 'a')");
        sqlite("INSERT INTO children VALUES (5, 1, 'a')");
        postgres.execute(
                database,
                "CREATE TABLE parents (id bigint PRIMARY KEY, code text UNIQUE);"
                        + " CREATE TABLE children (id bigint PRIMARY KEY, parent bigint, code text)");

        init("sqlite:app.db", postgres.url(database)).exits(Exit.DONE);

        assertThat(plan()).contains("after: [parents]", "parent: parents", "code: target:parents.code");
        works(2);
        assertThat(one(postgres.connect(database), "SELECT count(*) FROM children"))
                .isEqualTo("0");
    }

    @Test
    void aTableOfDynamoGoesToTheOneOfTheSameNameElsewhere() throws Exception {
        try (DynamoLocal other = DynamoLocal.start(folder.resolve("server"))) {
            for (DynamoLocal server : new DynamoLocal[] {other, dynamo.server()}) {
                server.createTable("things-" + database, new LinkedHashMap<>(Map.of("id", ScalarAttributeType.S)));
            }
            other.client()
                    .putItem(put -> put.tableName("things-" + database)
                            .item(DynamoTables.attributes((io.waybill.value.Value.MapOf)
                                    io.waybill.value.Json.parse("{\"id\": \"a\", \"n\": 1, \"list\": [1, \"x\"]}"))));

            init(other.url(), dynamo.server().url()).exits(Exit.DONE);

            assertThat(plan()).contains("n: ${row.n}", "# decimal", "list: ${row.list}");
            works(1);
        }
    }

    @Test
    void aKeyThatDynamoCannotHaveIsSaid() throws Exception {
        sqlite("CREATE TABLE wide_" + database + " (a INTEGER, b TEXT, c TEXT, PRIMARY KEY (a, b, c))");

        assertThat(init("sqlite:app.db", dynamo.server().url()).exits(Exit.DONE).err())
                .contains("the key a (number), b (text), c (text), of which a table there can have two");
    }

    @Test
    void whatIsNotThereYetIsSaidAndAsked() throws Exception {
        table("people_" + database, "PK", ScalarAttributeType.S);

        User.Ran ran = init(shop(), dynamo.server().url()).exits(Exit.DONE);

        assertThat(ran.err())
                .contains("has no table orders_" + database + " yet: make it, with the key id (number).")
                .contains("the key of people_" + database + " is PK (text), and the rows have no PK");
        assertThat(plan()).contains("# To do: ", "PK: ${text(row.id)}");
        user.type("lint").exits(Exit.DONE);
        assertThat(user.type("plan").exits(Exit.USAGE).err())
                .contains("the rows of this move have no PK. Set it in row.");
    }

    @Test
    void aPasswordIsUsedAndNotWritten() throws Exception {
        postgres.execute(
                database,
                "CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (1);" + " GRANT SELECT ON a TO "
                        + PostgresServer.GUARDED);
        Files.createDirectories(folder.resolve("out"));
        String at = "@" + postgres.host() + ":" + postgres.port() + "/" + database;

        User.Ran ran = init("postgresql://" + PostgresServer.GUARDED + ":open%20sesame" + at, "./out")
                .exits(Exit.DONE);

        assertThat(ran.all()).contains("set SOURCE_PASSWORD").doesNotContain("sesame");
        assertThat(plan()).contains("password: \"${env.SOURCE_PASSWORD}\"").doesNotContain("sesame");
        user.env("SOURCE_PASSWORD", PostgresServer.PASSWORD);
        works(1);

        Files.delete(folder.resolve("waybill.yaml"));
        String reference = "postgresql://" + PostgresServer.GUARDED + ":${env.SOURCE_PASSWORD}" + at;
        user.env("SOURCE_PASSWORD", "open%20sesame");
        init(reference, "./out").exits(Exit.DONE);
        assertThat(plan()).contains("source: \"" + reference + "\"").doesNotContain("sesame");
        user.type("lint").exits(Exit.DONE);
    }

    @Test
    void aServerThatDoesNotAnswerIsOneError() {
        User.Ran ran = init(
                        "postgresql://u:sentinel-1@127.0.0.1:" + PostgresServer.deadPort() + "/shop",
                        dynamo.server().url())
                .exits(Exit.UNAVAILABLE);

        assertThat(ran.err()).contains("Cannot list the tables of").doesNotContain("sentinel-1");
        assertThat(ran.err().lines().filter(line -> line.contains("Cannot"))).hasSize(1);
        assertThat(folder.resolve("waybill.yaml")).doesNotExist();

        assertThat(init("postgresql://u:sentinel-1@127.0.0.1/shop?tsl=true", "./x")
                        .exits(Exit.USAGE)
                        .all())
                .contains("tsl")
                .doesNotContain("sentinel-1");
    }

    @Test
    void namesCannotBreakOutOfThePlan() throws Exception {
        sqlite("CREATE TABLE \"a: b # ${vars.x}\" (\"id\" INTEGER PRIMARY KEY, \"x\n    source: delete\" TEXT,"
                + " \"in\" TEXT, \"null\" TEXT, \"- [\" TEXT)");
        sqlite("CREATE TABLE \"odd\nname\" (id INTEGER PRIMARY KEY)");
        sqlite("INSERT INTO \"a: b # ${vars.x}\" VALUES (1, 'a', 'b', 'c', 'd')");
        Files.createDirectories(folder.resolve("out"));

        init("sqlite:app.db", "./out").exits(Exit.DONE);

        assertThat(plan()).doesNotContain("\n    source: delete");
        user.type("lint").exits(Exit.DONE);
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("1 verified");
    }

    @Test
    void notesAreInTheDocument() throws Exception {
        sqlite("CREATE TABLE a (id INTEGER PRIMARY KEY)");

        User.Ran ran = user.run("init", "--json", "--from", "sqlite:app.db", "--to", postgres.url(database))
                .exits(Exit.DONE);

        assertThat(ran.field("plan_file")).isEqualTo("waybill.yaml");
        assertThat(String.valueOf(ran.value("notes"))).contains("has no table a yet");
    }
}
