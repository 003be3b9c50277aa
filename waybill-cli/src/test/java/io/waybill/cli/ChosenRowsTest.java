package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is about some rows only ({@code --where}) carries those, and the next one goes on with the others. */
class ChosenRowsTest {
    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private User user;
    private Lite lite;
    private String database = "";

    @BeforeEach
    void makeStores() throws Exception {
        user = new User(folder);
        database = postgres.newDatabase();
        postgres.execute(
                database,
                "CREATE TABLE orders (no bigint PRIMARY KEY, state text, total numeric);"
                        + " INSERT INTO orders SELECT i, CASE WHEN i % 10 = 0 THEN NULL WHEN i % 2 = 0 THEN 'open'"
                        + " ELSE 'shut' END, i FROM generate_series(1, 2000) AS i");
        lite = new Lite(folder.resolve("app.db"))
                .execute("CREATE TABLE sales (no INTEGER PRIMARY KEY, state TEXT, total DECIMAL TEXT)");
    }

    private void plan(String moves) throws Exception {
        Files.writeString(
                folder.resolve("waybill.yaml"), """
                waybill: 1
                name: chosen
                stores:
                  disk: ./files
                  lite: sqlite:app.db
                  pg: postgresql://postgres@%s:%d/%s
                moves:
                """.formatted(postgres.host(), postgres.port(), database) + moves);
    }

    private static final String ORDERS = """
              - name: orders
                from: pg:orders
                to: lite:sales
                where: row.no > 100
                limits: { batch: 300 }
            """;

    @Test
    void theChosenRowsAreCarriedNowAndTheOthersByTheNextRun() throws Exception {
        plan(ORDERS);

        User.Ran some = user.run("run", "--where", "row.state == 'open' && row.no <= 1000")
                .exits(Exit.DONE);

        assertThat(some.out()).contains("1540 planned, 360 written");
        assertThat(lite.rows("SELECT count(*) FROM sales WHERE state = 'open' AND no BETWEEN 101 AND 1000"))
                .containsExactly("360");
        assertThat(lite.rows("SELECT count(*) FROM sales")).containsExactly("360");

        postgres.execute(
                database,
                "UPDATE orders SET total = -1 WHERE no = 107; UPDATE orders SET state = 'new' WHERE no = 110");
        assertThat(user.run("run", "--where", "row.state == null || row.state == 'new'")
                        .exits(Exit.DONE)
                        .out())
                .startsWith("r1: ")
                .contains("1350 planned, 550 written");
        assertThat(lite.rows("SELECT total FROM sales WHERE no IN (107, 110)")).containsExactly("110");

        User.Ran rest = user.type("run").exits(Exit.DONE);
        assertThat(rest.out()).contains("r1: Done in").contains("1900 verified");
        assertThat(lite.rows("SELECT count(*) || ' ' || count(DISTINCT no) FROM sales"))
                .containsExactly("1900 1900");
        assertThat(lite.rows("SELECT total FROM sales WHERE no = 107")).containsExactly("-1");
        user.type("verify").exits(Exit.DONE);
        user.type("ledger check").exits(Exit.DONE);
    }

    @Test
    void whereAndLimitTogetherTakeTheFirstOfTheChosen() throws Exception {
        plan(ORDERS);

        assertThat(user.run("run", "--where", "row.state == 'open'", "--limit", "10")
                        .exits(Exit.DONE)
                        .out())
                .contains("10 written");
        assertThat(user.run("run", "--where", "row.state == 'open'", "--limit", "7")
                        .exits(Exit.DONE)
                        .out())
                .contains("17 written");

        assertThat(lite.rows("SELECT count(*) FROM sales WHERE state = 'open'")).containsExactly("17");
        assertThat(lite.rows("SELECT count(*) FROM sales")).containsExactly("17");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("1900 verified");
    }

    @Test
    void failedRowsAreTakenUpAgainByConditionToo() throws Exception {
        postgres.execute(
                database, "DELETE FROM orders WHERE no > 109; UPDATE orders SET state = '' WHERE no IN (103, 104)");
        plan(ORDERS + "    checks: { required: [total], rules: { has a state: row.state != '' } }\n");
        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("7 verified, 2 quarantined");
        postgres.execute(database, "UPDATE orders SET state = 'open' WHERE no IN (103, 104)");

        assertThat(user.run("run", "--failed", "--where", "row.no == 104")
                        .exits(Exit.DONE)
                        .out())
                .contains("1 planned")
                .contains("1 written");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("9 verified");
    }

    @Test
    void aDryRunAndStagedRowsAreOfTheChosenRowsToo() throws Exception {
        plan(ORDERS);

        assertThat(user.run("run", "--dry-run", "--where", "row.no <= 150")
                        .exits(Exit.DONE)
                        .out())
                .contains("+  50  to write");
        assertThat(user.run("run", "--until", "read", "--where", "row.no <= 150", "--limit", "20")
                        .exits(Exit.DONE)
                        .out())
                .contains("read 20 · filtered 0 · staged 20");
        assertThat(lite.rows("SELECT count(*) FROM sales")).containsExactly("0");
    }

    @Test
    void aConditionThatDoesNotFitTheTableIsRefusedBeforeTheFirstWrite() throws Exception {
        plan(ORDERS);

        assertThat(user.run("run", "--where", "row.stat == 'open'")
                        .exits(Exit.USAGE)
                        .err())
                .contains("Cannot choose rows of move orders by --where row.stat == 'open'")
                .contains("no column \"stat\" in orders")
                .contains("did you mean \"state\"?");
        assertThat(user.run("run", "--where", "row.state > 5").exits(Exit.USAGE).err())
                .contains("cannot compare text with integer");
        assertThat(user.run("run", "--where", "file.size > 5")
                        .exits(Exit.REFUSED)
                        .err())
                .contains("of rows only --limit, --move and a --where over row. choose a part");
        assertThat(user.run("items", "--where", "row.no == 1").exits(Exit.USAGE).err())
                .contains("In --where row.no == 1");
        assertThat(lite.rows("SELECT count(*) FROM sales")).containsExactly("0");
    }

    @Test
    void aConditionThatCannotBeToldOfARowEndsTheRunAndLosesNothing() throws Exception {
        Files.createDirectories(folder.resolve("files"));
        Files.writeString(folder.resolve("files/in.jsonl"), "{\"no\":1,\"x\":5}\n{\"no\":2,\"x\":\"five\"}\n");
        plan(
                "  - { name: odd, from: \"disk:in.jsonl\", to: \"disk:out.jsonl\", key: \"no\", format: { type: jsonl } }\n");

        User.Ran ran = user.run("run", "--where", "row.x > 3");

        assertThat(ran.exit()).isNotZero();
        assertThat(ran.err())
                .contains("Cannot choose rows by --where row.x > 3: in.jsonl[no=2]: text and integer have no order");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("2 verified");
        assertThat(Files.readAllLines(folder.resolve("files/out.jsonl"))).hasSize(2);
    }
}
