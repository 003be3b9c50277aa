package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.aws.testing.DynamoLocal;
import io.waybill.jdbc.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** What cannot work with tables is said in one line before the first write, though another move of the plan could. */
class BadRowsTest {
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
                "CREATE TABLE a (id int PRIMARY KEY, v text); INSERT INTO a VALUES (1, 'x'), (2, 'y');"
                        + " CREATE TABLE good (id int PRIMARY KEY, v text); CREATE TABLE target (id int PRIMARY KEY, v text);"
                        + " CREATE TABLE nokey (id int, v text); CREATE TABLE odd (id int PRIMARY KEY, v money);"
                        + " CREATE TABLE two (x int, y int, v text, PRIMARY KEY (x, y))");
        Files.createDirectories(folder.resolve("files"));
        Files.writeString(folder.resolve("files/t.csv"), "id,v\n1,x\n");
    }

    /** A good move first, then the bad one. */
    private String plan(String from, String to, String more) throws Exception {
        Files.writeString(folder.resolve("p.yaml"), """
                waybill: 1
                name: p
                stores:
                  pg: "%s"
                  guarded: { type: postgresql, host: %s, port: %d, database: %s, user: %s, password: "${env.PASSWORD}" }
                  cloud: %s
                  disk: ./files
                moves:
                  - { name: good, from: "pg:a", to: "pg:good" }
                  - { name: bad, from: "%s", to: "%s"%s }
                """.formatted(
                        postgres.url(database),
                        postgres.host(),
                        postgres.port(),
                        database,
                        PostgresServer.GUARDED,
                        dynamo.server().url(),
                        from,
                        to,
                        more));
        user.env("PASSWORD", "not-the-password");
        return " -f p.yaml";
    }

    private void refused(String plan, Exit exit, String... words) throws Exception {
        User.Ran ran = user.type("run --yes" + plan).exits(exit);
        assertThat(ran.err().lines().filter(line -> line.startsWith("error ")))
                .singleElement()
                .asString()
                .contains(words);
        assertThat(ran.err()).doesNotContain("not-the-password");
        try (Connection connection = postgres.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM good")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getLong(1)).as("rows that the good move wrote").isZero();
        }
    }

    @Test
    void aTableThatIsNotThere() throws Exception {
        refused(plan("pg:missing", "pg:target", ""), Exit.USAGE, "missing");
        refused(plan("pg:a", "pg:missing", ""), Exit.USAGE, "missing");
        refused(plan("pg:a", "cloud:missing", ""), Exit.USAGE, "missing");
        refused(plan("disk:missing.csv", "pg:target", ", key: id"), Exit.USAGE, "missing.csv");
    }

    @Test
    void aColumnThatIsNotThere() throws Exception {
        refused(plan("pg:a", "pg:target", ", where: row.w == 'x'"), Exit.USAGE, "no column \"w\" in a");
        refused(plan("pg:a", "pg:target", ", row: { set: { v: \"${row.w}\" } }"), Exit.USAGE, "no column \"w\" in a");
        refused(plan("pg:a", "pg:target", ", key: nokey"), Exit.USAGE, "nokey");
    }

    @Test
    void aTableWithoutAKey() throws Exception {
        refused(plan("pg:nokey", "pg:target", ""), Exit.USAGE, "nokey", "no key", "key:");
        refused(plan("pg:a", "pg:nokey", ""), Exit.USAGE, "nokey", "Give it a primary key");
        refused(plan("disk:t.csv", "pg:target", ""), Exit.USAGE, "t.csv", "key:");
    }

    @Test
    void aKeyOfTheTargetThatTheRowsDoNotMake() throws Exception {
        refused(plan("pg:a", "pg:two", ""), Exit.USAGE, "the key of two is x, y, and the rows of this move have no x");
        refused(
                plan("pg:a", "pg:two", ", row: { only: { x: \"${row.id}\", v: \"${row.v}\" } }"),
                Exit.USAGE,
                "the rows of this move have no y");
        String table = dynamo.server().newTable("PK", ScalarAttributeType.S, "SK", ScalarAttributeType.S);
        refused(
                plan("pg:a", "cloud:" + table, ", row: { set: { PK: \"${row.id}\" } }"),
                Exit.USAGE,
                "the key of " + table + " is PK, SK, and the rows of this move have no SK");
    }

    @Test
    void aTypeWithoutAMapping() throws Exception {
        refused(plan("pg:odd", "disk:o.jsonl", ""), Exit.USAGE, "column v has type money, which has no mapping");
    }

    @Test
    void wrongCredentials() throws Exception {
        refused(plan("guarded:a", "pg:target", ""), Exit.UNAVAILABLE, PostgresServer.GUARDED);
    }

    @Test
    void aPlanThatWasChangedInTheMiddleOfARun() throws Exception {
        String plan = plan("pg:a", "pg:target", "");
        user.type("run --limit 1" + plan);
        plan("pg:a", "pg:target", ", where: row.id == 1");

        assertThat(user.type("run" + plan).exits(Exit.REFUSED).err()).contains("changed");
    }

    @Test
    void namesInAPlanAreOnlyEverNames() throws Exception {
        for (String name : new String[] {"x\"; DROP TABLE a; --", "it's", "a".repeat(70), "a'; DELETE FROM a; --"}) {
            String quoted = name.replace("\"", "\\\"");
            refused(plan("pg:" + quoted, "pg:target", ""), Exit.USAGE, name.substring(0, 4));
            refused(plan("pg:a", "pg:target", ", key: [\"" + quoted + "\"]"), Exit.USAGE, "column");
        }
        user.type("run --yes" + plan("pg:a\\0b", "pg:target", "")).exits(Exit.USAGE);
        try (Connection connection = postgres.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM a")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getLong(1)).isEqualTo(2);
        }
    }

    @Test
    void expressionsThatWouldNeverEndAreRefusedOrSetTheirRowAside() throws Exception {
        String nested = "row.v".repeat(1) + " + row.v".repeat(5_000);
        for (Map.Entry<String, Exit> bomb : Map.of(
                        "row.v.matches('(a*)*b')",
                        Exit.DONE,
                        "(".repeat(3_000) + "1" + ")".repeat(3_000) + " == 1",
                        Exit.USAGE,
                        nested + " == 'x'",
                        Exit.USAGE)
                .entrySet()) {
            String plan = plan("pg:a", "pg:target", ", where: \"" + bomb.getKey() + "\"");
            long began = System.nanoTime();
            int exit = user.type("plan" + plan).exit();
            assertThat(exit)
                    .as(bomb.getKey().substring(0, 20))
                    .isIn(bomb.getValue().code(), Exit.USAGE.code());
            assertThat((System.nanoTime() - began) / 1_000_000_000).isLessThan(20);
        }
    }
}
