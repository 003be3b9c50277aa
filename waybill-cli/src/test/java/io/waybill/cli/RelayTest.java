package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table goes as it is into one of the same types: a page at a time where nothing is in the way, else row by row. */
class RelayTest {
    private static final int ROWS = 30_000;
    private static final String COLUMNS =
            "(id int PRIMARY KEY, name text NOT NULL, price numeric(12, 2), seen timestamptz, extra jsonb)";

    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private final String source = postgres.newDatabase();
    private final String target = postgres.newDatabase();
    private Place place;
    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        postgres.execute(
                source,
                "CREATE TABLE things " + COLUMNS + "; INSERT INTO things SELECT n, 'name ' || n || CASE WHEN n % 50 = 0"
                        + " THEN ' Zoë 😀' ELSE '' END, CASE WHEN n % 7 > 0 THEN n * 1.25 END, timestamptz '2024-01-01 00:00:00+00' + n *"
                        + " interval '1 minute', CASE WHEN n % 100 = 0 THEN jsonb_build_object('n', n) END FROM generate_series(1, "
                        + ROWS + ") n");
        postgres.execute(target, "CREATE TABLE things " + COLUMNS);
        place = Place.in(folder);
        user = new User(folder);
        plan("parallel: 1");
    }

    private void plan(String limits) throws Exception {
        place.file("waybill.yaml", """
                waybill: 1
                name: things
                stores: { src: "%s", dst: "%s" }
                limits: { %s, retries: 3 }
                moves: [ { name: things, from: "src:things", to: "dst:things" } ]
                """.formatted(postgres.url(source), postgres.url(target), limits));
    }

    private String ask(String sql) {
        return postgres.ask(target, sql);
    }

    private String all(String database) {
        return postgres.ask(
                database, "SELECT count(*) || ' ' || md5(string_agg(t::text, ';' ORDER BY id)) FROM things t");
    }

    @Test
    void allRowsArriveAreVerifiedAndGoBack() throws Exception {
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("30,000 verified.");

        assertThat(all(target)).isEqualTo(all(source));
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("30,000 same");
        assertThat(user.type("items --show 1").exits(Exit.DONE).out()).contains("500 rows");

        postgres.execute(
                target,
                "UPDATE things SET price = price WHERE id % 3 = 0; INSERT INTO things VALUES (50000, 'more'), (-3, 'more')");
        assertThat(user.type("verify").exits(Exit.DONE).out())
                .as("rows stand in another order, with others")
                .contains("30,000 same");
        postgres.execute(
                target,
                "DELETE FROM things WHERE name = 'more'; UPDATE things SET name = 'mended' WHERE id = 5;"
                        + " DELETE FROM things WHERE id = 6");
        assertThat(user.type("verify").exits(Exit.DIFFERENT).out()).contains("29,998 same", "1 different", "1 missing");
        assertThat(user.type("rollback r1 --yes=r1").out()).contains("Rolled back 29,999, kept 1");
        assertThat(ask("SELECT string_agg(name, ' ') FROM things"))
                .as("what somebody changed stays")
                .isEqualTo("mended");
    }

    @Test
    void whatStandsThereStaysAndIsTold() throws Exception {
        postgres.execute(target, "INSERT INTO things VALUES (4321, 'theirs')");
        postgres.execute(
                target,
                "INSERT INTO things SELECT 8000, 'name 8000 Zoë 😀', 10000, timestamptz '2024-01-01 00:00:00+00' + 8000 *"
                        + " interval '1 minute', jsonb_build_object('n', 8000)");

        User.Ran ran = user.type("run");

        assertThat(ran.out()).contains("29,998 verified", "1 same", "1 conflict");
        assertThat(ask("SELECT count(*) FROM things")).isEqualTo("30000");
        assertThat(ask("SELECT name FROM things WHERE id = 4321")).isEqualTo("theirs");
        assertThat(place.text(".waybill/things.errors/r1.jsonl"))
                .contains("4321")
                .doesNotContain("8000");
        assertThat(user.type("rollback r1 --yes=r1").exits(Exit.DONE).out()).contains("Rolled back 29,998");
        assertThat(ask("SELECT string_agg(id::text, ' ' ORDER BY id) FROM things"))
                .isEqualTo("4321 8000");
    }

    @Test
    void aRowThatTheTargetRefusesHoldsNoOtherUp() throws Exception {
        postgres.execute(target, "ALTER TABLE things ADD CHECK (id <> 2222)");

        User.Ran ran = user.type("run");

        assertThat(ran.out()).contains("29,999 verified", "1 failed");
        assertThat(ask("SELECT count(*) FROM things")).isEqualTo("29999");
        assertThat(place.text(".waybill/things.errors/r1.jsonl")).contains("2222");
    }

    @Test
    void anAnswerThatIsLostWhileCommittingIsLookedAfter() throws Exception {
        postgres.execute(
                target,
                "CREATE SEQUENCE deaths; CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.id % 1000 = 500 AND"
                        + " nextval(''deaths'') <= 2 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NULL; END';"
                        + " CREATE CONSTRAINT TRIGGER d AFTER INSERT ON things DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
                        + " EXECUTE FUNCTION die()");

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("30,000 verified.");

        assertThat(ask("SELECT last_value > 2 FROM deaths")).isEqualTo("t");
        assertThat(all(target)).isEqualTo(all(source));
    }

    @Test
    void aSecondRunFindsThemTheSame() throws Exception {
        user.type("run").exits(Exit.DONE);
        postgres.execute(source, "INSERT INTO things VALUES (40000, 'new')");

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("1 verified", "30,000 same");

        assertThat(all(target)).isEqualTo(all(source));
    }

    @Test
    void rowsThatReferToOthersOfTheirTableArriveAfterThem() throws Exception {
        for (String database : new String[] {source, target}) {
            postgres.execute(database, "ALTER TABLE things ADD parent int REFERENCES things");
        }
        postgres.execute(source, "UPDATE things SET parent = id - 1 WHERE id > 1");

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("30,000 verified.");

        assertThat(all(target)).isEqualTo(all(source));
    }

    @Test
    void severalRowsThatAreOneAtTheTargetAreEachTheSame() throws Exception {
        postgres.execute(target, "CREATE TABLE kinds (id int PRIMARY KEY, price numeric(12, 2))");
        place.file("waybill.yaml", """
                waybill: 1
                name: kinds
                stores: { src: "%s", dst: "%s" }
                moves:
                  - name: kinds
                    from: src:things
                    to: dst:kinds
                    row: { only: { id: "${row.id %% 7}", price: "${1.5}" } }
                """.formatted(postgres.url(source), postgres.url(target)));

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("7 verified");
        assertThat(ask("SELECT count(*) FROM kinds")).isEqualTo("7");
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("30,000 same");
    }

    @Test
    void aTargetThatIsGoneForAWhileIsWaitedFor() throws Exception {
        postgres.execute(
                target,
                "CREATE SEQUENCE deaths; CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.id IN (5, 5000, 20000)"
                        + " AND nextval(''deaths'') <= 3 THEN PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                        + " current_database() AND pid <> pg_backend_pid(); PERFORM pg_terminate_backend(pg_backend_pid()); END IF;"
                        + " RETURN NEW; END'; CREATE TRIGGER d BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION die()");

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("30,000 verified.");

        assertThat(all(target)).isEqualTo(all(source));
    }
}
