package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another server of PostgreSQL takes the place of the one that was written to, without what was written last. */
class FailoverTest {
    @TempDir
    Path folder;

    private final PostgresServer primary = PostgresServer.shared();
    private String database = "";
    private Place place;
    private User user;
    private PostgresServer other;
    private Forwarder address;

    @BeforeEach
    void makePlace() throws Exception {
        database = primary.newDatabase();
        Path data = folder.resolve("other");
        String table = "CREATE TABLE people (id integer PRIMARY KEY, name text)";
        primary.execute(database, table);
        try (PostgresServer standby = PostgresServer.over(data)) {
            standby.execute("postgres", "CREATE DATABASE " + database);
            standby.execute(
                    database,
                    table + "; INSERT INTO people SELECT i, 'name ' || i FROM pg_catalog.generate_series(1, 200) i");
        }
        Files.createFile(data.resolve("standby.signal"));
        other = PostgresServer.over(data);
        address = new Forwarder(primary.port());
        place = Place.in(folder);
        StringBuilder rows = new StringBuilder("id,name\n");
        for (int i = 1; i <= 300; i++) {
            rows.append(i).append(",name ").append(i).append('\n');
        }
        place.file("data/people.csv", rows.toString());
        plan("");
        user = new User(folder);
    }

    @AfterEach
    void closeServer() throws Exception {
        address.close();
        other.close();
    }

    private void plan(String more) throws Exception {
        place.file("waybill.yaml", """
                waybill: 1
                name: people
                limits: { retries: 1, batch: 10 }
                stores:
                  disk: ./data
                  pg: postgresql://postgres@127.0.0.1:%d/%s
                moves:
                  - name: people
                    from: "disk:people.csv"
                    to: "pg:people"
                    format: { from: { key: id, types: { id: integer } } }
                %s""".formatted(address.port(), database, more));
    }

    private String ask(PostgresServer server, String sql) {
        return server.ask(database, sql);
    }

    private void promote() throws Exception {
        assertThat(ask(other, "SELECT pg_catalog.pg_promote()")).isEqualTo("t");
    }

    @Test
    void aReplicaIsRefusedBeforeAnythingIsWritten() throws Exception {
        address.to(other.port());

        assertThat(user.type("run").exits(Exit.UNAVAILABLE).err())
                .contains(
                        "the server is a replica, which only reads. Give the address of its primary. Nothing was written.");

        promote();
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("100 verified", "200 same");
    }

    @Test
    void whatTheNewPrimaryLostIsFoundMissingAndWrittenAgainAndStaysOurs() throws Exception {
        user.type("run").exits(Exit.DONE);
        promote();
        address.to(other.port());

        User.Ran verify = user.type("verify").exits(Exit.DIFFERENT);
        assertThat(verify.out()).contains("200 same, 100 missing");
        assertThat(verify.err()).contains("What is missing can be written again: waybill run --failed");

        assertThat(user.type("run --failed").exits(Exit.DONE).out()).contains("r1: Done", "300 verified");

        assertThat(ask(other, "SELECT count(*) || ' ' || sum(id) FROM people")).isEqualTo("300 45150");
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("300 same");
        assertThat(user.type("run --failed").exits(Exit.DONE).out()).contains("Nothing to do");
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(ask(other, "SELECT count(*) FROM people")).isEqualTo("0");
    }

    @Test
    void whatIsThereAfterAllKeepsItsAuthor() throws Exception {
        user.type("run").exits(Exit.DONE);
        address.to(other.port()); // a copy that lags behind
        assertThat(user.type("verify").exits(Exit.DIFFERENT).out()).contains("100 missing");
        address.to(primary.port());

        assertThat(user.type("run --failed").exits(Exit.DONE).out()).contains("300 verified");

        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(ask(primary, "SELECT count(*) FROM people")).isEqualTo("0");
    }

    @Test
    void aRunThatMeetsAReplicaInTheMiddleEndsAndGoesOnLater() throws Exception {
        place.file(
                "waybill.yaml", place.text("waybill.yaml").replace("retries: 1", "retries: 2, requests_per_second: 4"));
        CompletableFuture<User.Ran> run = CompletableFuture.supplyAsync(() -> user.type("run"));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (Integer.parseInt(ask(primary, "SELECT count(*) FROM people")) < 20) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(50);
        }
        primary.execute("postgres", "ALTER DATABASE " + database + " SET default_transaction_read_only = on");
        address.to(primary.port());

        User.Ran stopped = run.get(120, TimeUnit.SECONDS).exits(Exit.UNAVAILABLE);
        assertThat(stopped.err()).contains("read-only transaction");
        assertThat(user.type("status --json").exits(Exit.DONE).field("needs_you"))
                .isEqualTo("0");

        primary.execute("postgres", "ALTER DATABASE " + database + " SET default_transaction_read_only = off");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("300 verified");
        assertThat(ask(primary, "SELECT count(*) FROM people")).isEqualTo("300");
    }
}
