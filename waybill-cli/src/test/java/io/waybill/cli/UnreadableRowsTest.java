package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A value that a source cannot give exactly sets its row aside, and the other rows go on. */
class UnreadableRowsTest {
    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private User user;
    private String database = "";

    @BeforeEach
    void makeStores() throws Exception {
        user = new User(folder);
        database = postgres.newDatabase();
        postgres.execute(
                database,
                "CREATE TABLE t (id int PRIMARY KEY, price numeric, born date, note text);"
                        + " INSERT INTO t VALUES (1, 1.5, '2020-01-01', 'a'), (2, 'NaN', '2020-01-02', 'b'),"
                        + " (3, 3, 'infinity', 'c'), (4, 4, NULL, 'd')");
    }

    private String plan(String from, String to, String more) throws Exception {
        Files.createDirectories(folder.resolve("files"));
        Files.writeString(
                folder.resolve("p.yaml"), """
                waybill: 1
                name: p
                stores:
                  disk: ./files
                  lite: sqlite:app.db
                  pg: postgresql://postgres@%s:%d/%s
                moves:
                  - from: %s
                    to: %s
                """.formatted(postgres.host(), postgres.port(), database, from, to) + more);
        return " -f p.yaml";
    }

    private List<String> lines(String file) throws Exception {
        return Files.readAllLines(folder.resolve("files").resolve(file));
    }

    private String items(String plan) {
        return user.type("items --failed --values" + plan).out();
    }

    @Test
    void rowsOfPostgresqlAreSetAsideAndTakenUpWhenTheyAreMended() throws Exception {
        String plan = plan("pg:t", "disk:out.jsonl", "");

        assertThat(user.type("run --dry-run" + plan).exits(Exit.NEEDS_YOU).out())
                .contains("2  to be set aside");
        assertThat(user.type("run" + plan).exits(Exit.NEEDS_YOU).out()).contains("2 verified, 2 quarantined");
        assertThat(lines("out.jsonl")).hasSize(2);
        assertThat(items(plan))
                .contains("id=2", "column price holds NaN, which no decimal can be")
                .contains("id=3", "column born holds infinity, which no point in time can be");
        assertThat(user.type("verify" + plan).out()).contains("2 same").doesNotContain("4 same");

        assertThat(user.type("run --failed" + plan).exits(Exit.NEEDS_YOU).out()).contains("2 quarantined");
        postgres.execute(database, "UPDATE t SET price = 2 WHERE id = 2");
        assertThat(user.type("run --failed" + plan).exits(Exit.NEEDS_YOU).out()).contains("1 quarantined");
        postgres.execute(database, "UPDATE t SET born = NULL WHERE id = 3");
        user.type("run --failed" + plan).exits(Exit.DONE);
        assertThat(lines("out.jsonl")).hasSize(4);
        assertThat(user.type("verify" + plan).exits(Exit.DONE).out()).contains("4 same");
    }

    @Test
    void aRowGoesOnWhenThePlanHasNoUseForWhatCannotBeRead() throws Exception {
        String plan = plan("pg:t", "disk:out.jsonl", "    where: row.id != 3\n    row: { drop: [price] }\n");

        assertThat(user.type("run" + plan).exits(Exit.DONE).out()).contains("3 verified");
        assertThat(lines("out.jsonl")).hasSize(3).noneMatch(line -> line.contains("price"));
    }

    @Test
    void aConditionOnWhatCannotBeReadDoesNotLeaveTheRowOut() throws Exception {
        String plan = plan("pg:t", "disk:out.jsonl", "    where: row.price > decimal('3')\n");

        assertThat(user.type("run" + plan).exits(Exit.NEEDS_YOU).out()).contains("1 verified, 1 quarantined");
        assertThat(items(plan)).contains("id=2", "column price holds NaN");
    }

    @Test
    void textOfSqliteThatIsNoUtf8SetsItsRowAside() throws Exception {
        new Lite(folder.resolve("app.db"))
                .execute(
                        "CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT)",
                        "INSERT INTO t VALUES (1, 'a'), (2, CAST(x'ff41' AS TEXT)), (3, 'c')");
        String plan = plan("lite:t", "disk:out.jsonl", "");

        assertThat(user.type("run" + plan).exits(Exit.NEEDS_YOU).out()).contains("2 verified, 1 quarantined");
        assertThat(items(plan)).contains("id=2", "column note holds a text that is not UTF-8");
        new Lite(folder.resolve("app.db")).execute("UPDATE t SET note = 'b'");
        user.type("run --failed" + plan).exits(Exit.DONE);
        assertThat(lines("out.jsonl")).hasSize(3);
    }

    @Test
    void fieldsOfCsvSetTheirRowsAsideWithoutShowingTheirValues() throws Exception {
        String plan = plan(
                "disk:in.csv", "disk:out.jsonl", "    key: id\n    format: { types: { id: integer, n: integer } }\n");
        byte[] latin = "id,n,note\n1,1,a\n2,secret,b\n3,3,M\u00fcller\n4,4,d\n".getBytes(StandardCharsets.ISO_8859_1);
        Files.write(folder.resolve("files/in.csv"), latin);

        assertThat(user.type("run" + plan).exits(Exit.NEEDS_YOU).out()).contains("2 verified, 2 quarantined");
        assertThat(items(plan))
                .contains("row 2, column n, at byte 16: it is no integer")
                .contains("row 3, column note, at byte 32: byte 0xfc is not UTF-8")
                .doesNotContain("secret");
    }

    @Test
    void aKeyThatCannotBeReadStopsTheRunWithItsPlace() throws Exception {
        String plan = plan(
                "disk:in.csv", "disk:out.jsonl", "    key: id\n    format: { types: { id: integer, n: integer } }\n");
        Files.writeString(folder.resolve("files/in.csv"), "id,n\n1,1\nx,2\n");

        assertThat(user.type("run" + plan).exits(Exit.UNAVAILABLE).err())
                .contains("Cannot read", "in.csv: row 2, column id, at byte 9: it is no integer", "part of the key");

        String other = plan("pg:t", "disk:out.jsonl", "    key: price\n");
        assertThat(user.type("run" + other + " --new").exits(Exit.UNAVAILABLE).err())
                .contains("its key cannot be read: column price holds NaN");
    }

    @Test
    void aRowAtTheTargetThatCannotBeReadIsNotReplacedSinceItCouldNotBePutBack() throws Exception {
        Files.createDirectories(folder.resolve("files"));
        Files.writeString(folder.resolve("files/in.jsonl"), """
                {"id":1,"price":9,"note":"new"}
                {"id":2,"price":9,"note":"new"}
                """);
        String plan = plan("disk:in.jsonl", "pg:t", "    key: id\n    exists: replace\n");

        assertThat(user.type("run --yes" + plan).exits(Exit.NEEDS_YOU).out()).contains("1 verified, 1 conflict");
        assertThat(items(plan)).contains("the row at the target cannot be read", "column price holds NaN");
        try (Connection connection = postgres.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT price::text || note FROM t WHERE id = 2")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1)).isEqualTo("NaNb");
        }
    }

    @Test
    void aRowIsNotTakenToBeTheSameByWhatCouldBeRead() throws Exception {
        Files.createDirectories(folder.resolve("files"));
        Files.writeString(
                folder.resolve("files/in.jsonl"), "{\"id\":2,\"price\":null,\"born\":\"2020-01-02\",\"note\":\"b\"}\n");
        String plan = plan("disk:in.jsonl", "pg:t", "    key: id\n");

        assertThat(user.type("run" + plan).exits(Exit.NEEDS_YOU).out()).contains("1 conflict");
    }

    @Test
    void rowsThatLookUpAnUnreadableRowAreSetAsideAndTheOthersGoOn() throws Exception {
        postgres.execute(
                database,
                "CREATE TABLE o (n int PRIMARY KEY, tid int, note text); INSERT INTO o VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 4, 'd')");
        for (String by : List.of("id: row.tid", "note: row.note")) {
            Files.deleteIfExists(folder.resolve("files/out.jsonl"));
            String plan = plan(
                    "pg:o",
                    "disk:out.jsonl",
                    "    lookup: { t: { in: \"pg:t\", by: { " + by + " } } }\n"
                            + "    row: { set: { price: \"${lookup.t.price}\" } }\n");
            assertThat(user.type("run --new" + plan).exits(Exit.NEEDS_YOU).out())
                    .contains("2 verified, 1 quarantined");
            assertThat(items(plan)).contains("n=2", "column price holds NaN");
        }
    }

    @Test
    void aBackupThatLacksARowSaysSo() throws Exception {
        String plan = plan("pg:t", "disk:out.jsonl", "");

        assertThat(user.type("backup pg:t -o saved.jsonl" + plan)
                        .exits(Exit.NEEDS_YOU)
                        .out())
                .contains("2 quarantined");
    }
}
