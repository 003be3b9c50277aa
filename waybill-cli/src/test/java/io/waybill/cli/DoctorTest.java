package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What doctor finds about databases and folders, without writing to them. */
class DoctorTest {
    private static final AtomicInteger ROLES = new AtomicInteger();

    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private final String database = postgres.newDatabase();
    private final String role = "doctors" + ROLES.incrementAndGet();
    private Place place;
    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        place = Place.in(folder);
        user = new User(folder);
        postgres.execute(
                database,
                "CREATE TABLE people (id integer PRIMARY KEY, name text); CREATE TABLE cities (id integer PRIMARY KEY,"
                        + " name text); INSERT INTO people VALUES (1, 'Ada'); CREATE ROLE " + role + " LOGIN;"
                        + " GRANT SELECT ON people TO " + role);
        plan("");
    }

    private void plan(String more) throws Exception {
        place.file("waybill.yaml", """
                waybill: 1
                name: people
                stores:
                  disk: ./data
                  pg: postgresql://%s@%s:%d/%s
                moves:
                  - name: people
                    from: "pg:people"
                    to: "pg:cities"
                """.formatted(role, postgres.host(), postgres.port(), database) + more);
    }

    private void grant(String rights) {
        postgres.execute(database, "GRANT " + rights + " ON cities TO " + role);
    }

    @Test
    void namesTheRightsOnTablesThatARoleLacks() throws Exception {
        grant("SELECT, INSERT");

        User.Ran ran = user.type("doctor").exits(Exit.UNAVAILABLE);

        assertThat(ran.out())
                .containsPattern(
                        "FAILED +pg rights +UPDATE, DELETE on cities is not granted. Grant it to the plan's role")
                .containsPattern("ok +pg writes +it takes writes");
    }

    @Test
    void saysWhenOnlyRollbackLacksARight() throws Exception {
        grant("SELECT, INSERT, UPDATE");

        assertThat(user.type("doctor").exits(Exit.UNAVAILABLE).out())
                .contains("DELETE on cities is not granted, which a rollback needs");
    }

    @Test
    void saysWhatIsGrantedAndThatTheClocksAgree() throws Exception {
        grant("SELECT, INSERT, UPDATE, DELETE");

        assertThat(user.type("doctor").exits(Exit.DONE).out())
                .containsPattern("ok +pg rights +SELECT on people; SELECT, INSERT, UPDATE, DELETE on cities")
                .containsPattern("ok +pg clock +as ours");
        assertThat(postgres.ask(database, "SELECT count(*) FROM cities")).isEqualTo("0");
    }

    @Test
    void rightsOnSomeColumnsAreEnoughToChangeRows() throws Exception {
        grant("SELECT, DELETE, INSERT (id, name), UPDATE (name)");

        assertThat(user.type("doctor").exits(Exit.DONE).out()).contains("SELECT, INSERT, UPDATE, DELETE on cities");
    }

    @Test
    void aServerThatOnlyReadsIsNamed() throws Exception {
        grant("SELECT, INSERT, UPDATE, DELETE");
        postgres.execute(database, "ALTER ROLE " + role + " SET default_transaction_read_only = on");

        assertThat(user.type("doctor").exits(Exit.UNAVAILABLE).out())
                .containsPattern("FAILED +pg writes +Cannot write to .*default_transaction_read_only");
    }

    @Test
    void aClockThatIsWrongIsSaid() throws Exception {
        grant("SELECT, INSERT, UPDATE, DELETE");
        Instant late = Instant.now().minusSeconds(7_200);

        assertThat(user.at(() -> late).type("doctor").exits(Exit.UNAVAILABLE).out())
                .containsPattern("FAILED +pg clock +2 h.* ahead of ours. Set the clocks right");
    }

    @Test
    void theRightsThatRowsNeedToLearnOfTheirFilesAreAskedFor() throws Exception {
        place.file("waybill.yaml", """
                waybill: 1
                name: named
                stores:
                  disk: ./data
                  out: ./out
                  pg: postgresql://%s@%s:%d/%s
                moves:
                  - name: files
                    each: "pg:people"
                    from: "disk:notes/${row.name}.txt"
                    to: "out:${row.id}.txt"
                    then:
                      - update: source
                        add_columns: true
                        set: { checksum: "${file.sha256}" }
                """.formatted(role, postgres.host(), postgres.port(), database));

        assertThat(user.type("doctor").exits(Exit.UNAVAILABLE).out())
                .contains("UPDATE, ALTER on people is not granted")
                .containsPattern("ok +disk +.*reached and read");
        postgres.execute(
                database, "ALTER TABLE people ADD checksum text; GRANT UPDATE (checksum) ON people TO " + role);
        assertThat(user.type("doctor").exits(Exit.DONE).out())
                .containsPattern("ok +pg rights +SELECT, UPDATE on people");
    }

    @Test
    void aRoleThatMayNotLookIsNamedBeforeRights() throws Exception {
        postgres.execute(database, "REVOKE SELECT ON people FROM " + role);

        assertThat(user.type("doctor").exits(Exit.UNAVAILABLE).out()).containsPattern("FAILED +pg .*WB-S03");
    }

    @Test
    void saysHowMuchRoomAFolderHas() throws Exception {
        place.plan("");

        assertThat(user.type("doctor").exits(Exit.DONE).out())
                .containsPattern("ok +disk place +[0-9.]+ GB free")
                .doesNotContain("may only be read");
    }
}
