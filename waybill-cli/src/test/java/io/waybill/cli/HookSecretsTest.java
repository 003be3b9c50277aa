package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets of hooks and databases stand in no file that a run leaves behind, whatever goes wrong. */
class HookSecretsTest {
    private static final String TOKEN = "xoxb-4711-sentinel-token";

    @TempDir
    Path folder;

    private Place place;
    private User user;
    private HookServer server;

    @BeforeEach
    void makePlace() throws Exception {
        place = Place.in(folder);
        user = new User(folder);
        server = HookServer.start();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private void assertInNoFileBut(String secret, String plan) throws Exception {
        int files = 0;
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (!file.getFileName().toString().equals(plan)) {
                    files++;
                    assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                            .as(file.toString())
                            .doesNotContain(secret);
                }
            }
        }
        assertThat(files).isGreaterThan(5);
    }

    @Test
    void aTokenThatStandsInTheAddressOfAHookIsCalledAndNotKept() throws Exception {
        place.plan("    hooks: { before: { call: \"" + server.url() + "/services/" + TOKEN + "\" } }\n"
                + "hooks: { after: { call: \"" + server.url() + "/done?x=1&token=" + TOKEN + "\" } }\n");

        assertThat(user.type("lint").exits(Exit.DONE).err())
                .contains("a part of the address of a hook looks like a secret")
                .doesNotContain(TOKEN);
        server.answers(500);
        assertThat(user.type("run").exits(Exit.NEEDS_YOU).all())
                .contains("HTTP 500")
                .doesNotContain(TOKEN);
        server.answers(200);
        assertThat(user.type("run").exits(Exit.DONE).all()).doesNotContain(TOKEN);

        assertThat(server.addresses())
                .containsExactly("/services/" + TOKEN, "/services/" + TOKEN, "/done?x=1&token=" + TOKEN);
        assertInNoFileBut(TOKEN, "waybill.yaml");
    }

    @Test
    void aRunOutOfTheLedgerDoesNotCallAnAddressThatIsNotWhole() throws Exception {
        place.plan("hooks: { before: { call: \"" + server.url() + "/go?token=" + TOKEN + "\" } }\n");
        user.type("plan").exits(Exit.DONE);
        Files.delete(folder.resolve("waybill.yaml"));

        assertThat(user.type("run --ledger .waybill/place.db")
                        .exits(Exit.NEEDS_YOU)
                        .all())
                .contains("its address held a secret, which the ledger does not keep; run it with the plan file");
        assertThat(server.addresses()).isEmpty();
        assertThat(place.has("out")).isFalse();
    }

    @Test
    void aReferenceInTheAddressOfAHookIsKeptAsItIsWritten() throws Exception {
        place.plan("hooks: { after: { call: \"" + server.url() + "/go?token=${env.CI_TOKEN}\" } }\n");
        user.env("CI_TOKEN", TOKEN);

        assertThat(user.type("run").exits(Exit.DONE).err()).doesNotContain("secret");

        assertThat(server.addresses()).containsExactly("/go?token=" + TOKEN);
        assertInNoFileBut(TOKEN, "none");
        Files.delete(folder.resolve("waybill.yaml"));
        place.file("data/notes/new.txt", "new");
        user.type("run --ledger .waybill/place.db").exits(Exit.DONE);
        assertThat(server.addresses()).hasSize(2).last().isEqualTo("/go?token=" + TOKEN);
    }

    @Test
    void theAddressThatIsToldHowARunEndedIsKeptNowhereWhenItHoldsASecret() throws Exception {
        place.plan("notify: { done: \"" + server.url() + "/services/" + TOKEN
                + "\", failed: \"${env.ALERT_WEBHOOK}\" }\n");
        user.env("ALERT_WEBHOOK", "http://127.0.0.1:1/hooks/" + TOKEN);

        assertThat(user.type("lint").exits(Exit.DONE).err())
                .contains("looks like a secret")
                .doesNotContain(TOKEN);
        server.answers(400);
        assertThat(user.type("run -vv --log-level trace").exits(Exit.DONE).all())
                .contains("Cannot tell how place ended (notify, done): HTTP 400")
                .doesNotContain(TOKEN);
        place.file("out/notes/new.txt", "other").file("data/notes/new.txt", "new");
        assertThat(user.type("run -vv --log-level trace").exits(Exit.NEEDS_YOU).all())
                .contains("(notify, failed): 127.0.0.1 does not answer")
                .doesNotContain(TOKEN);
        assertThat(user.type("ledger export").exits(Exit.DONE).out())
                .contains("done (exit 0): HTTP 400", "failed (exit 3): 127.0.0.1 does not answer")
                .doesNotContain(TOKEN);

        assertThat(server.addresses()).containsExactly("/services/" + TOKEN);
        assertInNoFileBut(TOKEN, "waybill.yaml");
        Files.delete(folder.resolve("waybill.yaml"));
        place.file("out/notes/new.txt", "new");
        assertThat(user.type("run --failed --ledger .waybill/place.db")
                        .exits(Exit.DONE)
                        .all())
                .contains("its address held a secret, which the ledger does not keep; run it with the plan file");
    }

    @Test
    void thePasswordOfADatabaseStandsInNoLogOfErrors() throws Exception {
        PostgresServer postgres = PostgresServer.shared();
        String database = postgres.newDatabase();
        postgres.execute(
                database,
                "CREATE TABLE people (id integer PRIMARY KEY, name text CHECK (name <> 'bad')); CREATE FUNCTION tell()"
                        + " RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.id = 2 THEN RAISE EXCEPTION ''the password is "
                        + PostgresServer.PASSWORD
                        + "''; END IF; RETURN NEW; END'; CREATE TRIGGER tell BEFORE INSERT ON people"
                        + " FOR EACH ROW EXECUTE FUNCTION tell(); GRANT ALL ON people TO " + PostgresServer.GUARDED);
        place.file("data/people.csv", "id,name\n1,Ada\n2,Grace\n3,bad\n");
        place.file("waybill.yaml", """
                waybill: 1
                name: people
                stores:
                  disk: ./data
                  pg: { type: postgresql, host: 127.0.0.1, port: %d, database: %s, user: %s, password: "${env.PG}" }
                moves:
                  - name: people
                    from: "disk:people.csv"
                    to: "pg:people"
                    format: { from: { key: id, types: { id: integer } } }
                """.formatted(postgres.port(), database, PostgresServer.GUARDED));
        user.env("PG", PostgresServer.PASSWORD);

        User.Ran ran = user.type("run -vv").exits(Exit.NEEDS_YOU);

        assertThat(ran.all()).doesNotContain(PostgresServer.PASSWORD);
        assertThat(place.text(".waybill/people.errors/r1.jsonl"))
                .contains("the password is ***")
                .doesNotContain(PostgresServer.PASSWORD);
        for (String command : List.of("items --failed", "items --failed --json", "status", "report --format html")) {
            assertThat(user.type(command).all()).as(command).doesNotContain(PostgresServer.PASSWORD);
        }
    }
}
