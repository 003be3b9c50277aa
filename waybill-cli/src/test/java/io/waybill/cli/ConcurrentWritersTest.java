package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.value.Value;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else's transaction in PostgreSQL makes one of ours fail: it is done again, and nothing is lost or doubled. */
class ConcurrentWritersTest {
    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private String database = "";
    private Place place;
    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        database = postgres.newDatabase();
        postgres.execute(database, "CREATE TABLE people (id integer PRIMARY KEY, name text, note text)");
        place = Place.in(folder);
        user = new User(folder);
    }

    private void plan(String move) throws Exception {
        place.file("waybill.yaml", """
                waybill: 1
                name: people
                stores: { disk: ./data, pg: "%s" }
                moves:
                  - { name: people, %s }
                """.formatted(postgres.url(database), move));
    }

    private String ask(String sql) {
        return postgres.ask(database, sql);
    }

    private void awaitWaiter() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (ask("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
                .equals("0")) {
            assertThat(System.nanoTime()).as("it waits for our lock").isLessThan(end);
            Thread.sleep(20);
        }
    }

    private Value.MapOf result(CompletableFuture<User.Ran> run) throws Exception {
        return run.get(120, TimeUnit.SECONDS).exits(Exit.DONE).lines().stream()
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    private static long retries(Value.MapOf result) {
        return Long.parseLong(io.waybill.value.RowCodec.text(User.field(result, "retries")));
    }

    @Test
    void theVictimOfADeadlockIsWrittenAgain() throws Exception {
        StringBuilder rows = new StringBuilder("id,name\n");
        for (int i = 1; i <= 100; i++) {
            rows.append(i).append(",name ").append(i).append('\n');
        }
        place.file("data/people.csv", rows.toString());
        plan("from: \"disk:people.csv\", to: \"pg:people\", format: { from: { key: id, types: { id: integer } } }");
        // a wait is looked at once, after this time: by then the other one has to wait as well
        postgres.execute("postgres", "ALTER DATABASE " + database + " SET deadlock_timeout = '5s'");
        CompletableFuture<User.Ran> run;
        try (Connection other = postgres.connect(database);
                Statement statement = other.createStatement()) {
            statement.execute("SET deadlock_timeout = '60s'"); // so that the run is the one that notices, and gives way
            other.setAutoCommit(false);
            statement.execute("INSERT INTO people VALUES (50, 'other')");
            run = CompletableFuture.supplyAsync(() -> user.type("run --json"));
            awaitWaiter();
            statement.execute("INSERT INTO people VALUES (1, 'other')"); // waits until the run has given way
            other.rollback();
        }

        assertThat(retries(result(run))).isPositive();

        assertThat(
                        ask(
                                "SELECT count(*) || ' ' || sum(id) || ' ' || count(*) FILTER (WHERE name = 'other') FROM people"))
                .isEqualTo("100 5050 0");
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("100 same");
    }

    @Test
    void aChangeThatCouldNotBeSerializedIsMadeOnceAndTheOtherOneStays() throws Exception {
        postgres.execute(
                database,
                "INSERT INTO people SELECT i, 'name ' || i FROM pg_catalog.generate_series(1, 50) i; ALTER DATABASE "
                        + database + " SET default_transaction_isolation = 'repeatable read'");
        plan("from: \"pg:people\", to: \"pg:people\", row: { set: { name: \"${row.name + '!'}\" } }");
        CompletableFuture<User.Ran> run;
        try (Connection other = postgres.connect(database);
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE people SET note = 'kept' WHERE id = 25");
            run = CompletableFuture.supplyAsync(() -> user.type("run --yes --json"));
            awaitWaiter();
            other.commit();
        }

        assertThat(retries(result(run))).isPositive();

        assertThat(ask("SELECT count(*) FROM people WHERE name = 'name ' || id || '!'"))
                .isEqualTo("50");
        assertThat(ask("SELECT note FROM people WHERE id = 25")).isEqualTo("kept");
    }
}
