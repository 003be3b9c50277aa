package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages and batches are bounded by their bytes: rows of 4 MB among small ones go through a heap of 128 MB. */
class LargeRowsTest {
    private static final int ROWS = 60;

    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private final String database = postgres.newDatabase();

    private void plan(String name, String from, String to, String more) throws Exception {
        Files.createDirectories(folder.resolve("files"));
        Files.writeString(folder.resolve(name + ".yaml"), """
                waybill: 1
                name: %s
                stores:
                  disk: ./files
                  lite: sqlite:app.db
                  pg: "%s"
                moves:
                  - { from: "%s", to: "%s"%s }
                """.formatted(name, postgres.url(database), from, to, more));
    }

    /** Small rows first, so that what was learned of them says nothing of the large ones. */
    private void sqlite() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("app.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
                for (int i = 1; i <= ROWS; i++) {
                    insert.setInt(1, i);
                    insert.setString(
                            2,
                            i <= ROWS / 2 ? "small" : "row %03d ".formatted(i).repeat(500_000));
                    insert.executeUpdate();
                }
            }
            connection.commit();
        }
    }

    private void inASmallHeap(String verb, String name) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "io.waybill.cli.Main",
                        verb,
                        "-f",
                        name + ".yaml")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("child.log").toFile())
                .start();
        assertThat(process.waitFor(240, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(verb + " " + name + ": " + Files.readString(folder.resolve("child.log")))
                .isZero();
    }

    private void sums(String where) throws Exception {
        try (Connection connection = postgres.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*), sum(length(v)) FROM " + where)) {
            assertThat(row.next()).isTrue();
            assertThat(row.getLong(1)).isEqualTo(ROWS);
            assertThat(row.getLong(2)).isEqualTo(ROWS / 2 * (5L + 4_000_000));
        }
    }

    @Test
    void rowsOf4MegabytesGoFromStoreToStoreInAHeapOf128() throws Exception {
        sqlite();
        postgres.execute(
                database, "CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE u (id int PRIMARY KEY, v text)");

        plan("a", "lite:t", "pg:t", "");
        inASmallHeap("run", "a");
        sums("t");
        plan("b", "pg:t", "pg:u", ", exists: replace");
        inASmallHeap("run", "b");
        inASmallHeap("verify", "b");
        sums("u");
        plan("c", "pg:u", "disk:t.jsonl", "");
        inASmallHeap("run", "c");
        assertThat(Files.size(folder.resolve("files/t.jsonl"))).isGreaterThan(ROWS / 2 * 4_000_000L);
        plan(
                "d",
                "disk:t.jsonl",
                "disk:t.csv",
                ", key: id, format: { from: { type: jsonl }, to: { type: csv, columns: [id, v] } }");
        inASmallHeap("run", "d");
        assertThat(Files.size(folder.resolve("files/t.csv"))).isGreaterThan(ROWS / 2 * 4_000_000L);
    }
}
