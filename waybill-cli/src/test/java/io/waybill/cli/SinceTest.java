package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code since} a run reads on from where finished runs were: what they read already is not read again. */
class SinceTest {
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
                "CREATE TABLE orders (no bigint PRIMARY KEY, state text, changed timestamptz);"
                        + " INSERT INTO orders SELECT i, 'new', timestamptz '2024-01-01 00:00:00+00' + i * interval '1 hour'"
                        + " FROM generate_series(1, 100) AS i; UPDATE orders SET changed = NULL WHERE no = 7");
        lite = new Lite(folder.resolve("app.db")).execute("CREATE TABLE sales (no INTEGER PRIMARY KEY, state TEXT)");
    }

    private static final String ORDERS = """
              - name: orders
                from: pg:orders
                to: lite:sales
                since: changed
                exists: replace
                row: { drop: [changed] }
            """;

    private void plan(String moves) throws Exception {
        Files.writeString(
                folder.resolve("waybill.yaml"), """
                waybill: 1
                name: since
                stores:
                  disk: ./files
                  lite: sqlite:app.db
                  pg: postgresql://postgres@%s:%d/%s
                moves:
                """.formatted(postgres.host(), postgres.port(), database) + moves);
    }

    private void change(String sql) throws Exception {
        postgres.execute(database, sql);
    }

    @Test
    void aLaterRunReadsFromTheHighestValueOn() throws Exception {
        plan(ORDERS);
        assertThat(user.type("run --yes").exits(Exit.DONE).out()).contains("100 verified");
        change("UPDATE orders SET state = 'old' WHERE no = 5;"
                + " UPDATE orders SET state = 'paid', changed = '2024-02-01 00:00:00+00' WHERE no = 6;"
                + " UPDATE orders SET state = 'nulled' WHERE no = 7; UPDATE orders SET state = 'tied' WHERE no = 100");

        assertThat(user.type("plan").exits(Exit.DONE).err())
                .contains("move orders reads rows whose changed is 2024-01-05T04:00:00Z or more, or null;"
                        + " finished runs have read the others");
        assertThat(user.type("run --dry-run").exits(Exit.DONE).out()).contains("read 3 rows");
        assertThat(user.type("run --yes").exits(Exit.DONE).out())
                .startsWith("r2: Done")
                .contains("3 verified");

        assertThat(lite.rows("SELECT state FROM sales WHERE no IN (5, 6, 7, 100) ORDER BY no"))
                .containsExactly("new", "paid", "nulled", "tied");
        assertThat(user.type("run --yes").exits(Exit.DONE).out())
                .startsWith("r3: Done")
                .contains("2 same");
        assertThat(user.type("run --until read").exits(Exit.DONE).out()).contains("staged 2");
    }

    @Test
    void aRunThatIsNotFinishedMovesNothing() throws Exception {
        plan(ORDERS);
        user.type("run --yes --limit 10").exits(Exit.DONE);
        assertThat(user.type("plan").exits(Exit.DONE).err()).doesNotContain("finished runs have read");

        assertThat(user.type("run --yes").exits(Exit.DONE).out())
                .contains("r1: Done")
                .contains("100 verified");
        user.type("run --yes --limit 1").exits(Exit.DONE);
        change("INSERT INTO orders VALUES (101, 'new', '2024-03-01 00:00:00+00')");
        user.type("run --yes --new --where row.no>1000").exits(Exit.DONE);

        assertThat(user.type("run --yes").exits(Exit.DONE).out())
                .contains("r3: Done")
                .contains("1 verified, 2 same");
        assertThat(lite.rows("SELECT count(*) FROM sales")).containsExactly("101");
    }

    @Test
    void rowsThatFailedAreStillTakenUpByTheirKeys() throws Exception {
        change("UPDATE orders SET state = '' WHERE no IN (20, 21)");
        plan(ORDERS + "    checks: { required: [state] }\n");
        assertThat(user.type("run --yes").exits(Exit.NEEDS_YOU).out()).contains("98 verified, 2 quarantined");
        change("UPDATE orders SET state = 'mended' WHERE no IN (20, 21)");

        assertThat(user.type("run --yes").exits(Exit.DONE).out())
                .startsWith("r2: Done")
                .doesNotContain("verified");
        assertThat(user.type("run --yes --failed").exits(Exit.DONE).out())
                .startsWith("r1: Done")
                .contains("100 verified");
        assertThat(lite.rows("SELECT count(*) FROM sales WHERE state = 'mended'"))
                .containsExactly("2");
    }

    @Test
    void afterARollbackOrAChangeOfThePlanEverythingIsReadAgain() throws Exception {
        plan(ORDERS);
        user.type("run --yes").exits(Exit.DONE);
        change("INSERT INTO orders VALUES (101, 'new', '2024-03-01 00:00:00+00')");
        user.type("run --yes").exits(Exit.DONE);
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        assertThat(lite.rows("SELECT count(*) FROM sales")).containsExactly("1");

        assertThat(user.type("run --yes").exits(Exit.DONE).out()).contains("100 verified, 1 same");
        assertThat(lite.rows("SELECT count(*) FROM sales")).containsExactly("101");
        assertThat(user.type("run --dry-run").exits(Exit.DONE).out()).contains("read 2 rows");

        plan(ORDERS.replace("drop: [changed]", "drop: [changed], set: { state: \"${row.state}!\" }"));
        assertThat(user.type("run --yes").exits(Exit.DONE).out()).contains("101 verified");
    }

    @Test
    void aColumnThatIsNotThereIsRefusedWithTheOneThatWasMeant() throws Exception {
        plan(ORDERS.replace("since: changed", "since: chnged"));

        assertThat(user.type("run --yes").exits(Exit.USAGE).err())
                .contains("waybill.yaml:11:12")
                .contains("in \"since\": no column \"chnged\" in orders")
                .contains("did you mean \"changed\"?");
        plan("  - { from: \"disk:a/\", to: \"disk:b/\", since: changed }\n");
        assertThat(user.type("run --yes").exits(Exit.USAGE).err()).contains("\"since\" is for moves of rows");
    }

    @Test
    void aTableInAFileIsReadToItsEndAndOnlyTheNewRowsGoOn() throws Exception {
        Files.createDirectories(folder.resolve("files"));
        Files.writeString(
                folder.resolve("files/in.jsonl"),
                "{\"no\":1,\"v\":1}\n{\"no\":2,\"v\":2}\n{\"no\":3,\"v\":null}\n{\"no\":4}\n");
        plan("""
                  - name: lines
                    from: disk:in.jsonl
                    to: lite:sales
                    key: no
                    since: v
                    row: { only: { no: "${row.no}", state: new } }
                """);
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("4 verified");
        Files.writeString(
                folder.resolve("files/in.jsonl"),
                "{\"no\":1,\"v\":1}\n{\"no\":2,\"v\":2}\n{\"no\":3,\"v\":null}\n{\"no\":4}\n{\"no\":5,\"v\":3}\n");

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("1 verified, 3 same");
        Files.writeString(folder.resolve("files/in.jsonl"), "{\"no\":6,\"v\":4}\n{\"no\":7,\"v\":\"five\"}\n");
        User.Ran ran = user.type("run");
        assertThat(ran.exit()).isNotZero();
        assertThat(ran.err()).contains("Cannot tell how far move lines has read: values of v cannot be put in order");
    }
}
