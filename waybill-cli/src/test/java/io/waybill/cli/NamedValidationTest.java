package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.D1Endpoint;
import io.waybill.jdbc.testing.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that rows of PostgreSQL name, told to D1, beside rows that go there: what verify finds, and what it shows. */
class NamedValidationTest {
    private static final String PASSWORD = "pw-of-the-database-4711";

    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private String database = "";
    private D1Endpoint endpoint;
    private Place place;
    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        database = postgres.newDatabase();
        postgres.execute(database, """
                CREATE TABLE owner (id int PRIMARY KEY, name text NOT NULL);
                INSERT INTO owner VALUES (1, 'ada'), (2, 'grace');
                CREATE TABLE saved (id int PRIMARY KEY, user_id int NOT NULL, path text NOT NULL);
                INSERT INTO saved SELECT i, 1 + i / 4, 'u/f' || i || '.csv' FROM generate_series(1, 6) AS i""");
        endpoint = D1Endpoint.over(folder.resolve("d1.sqlite"));
        endpoint.execute(
                "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
                "CREATE TABLE files (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, r2_key TEXT NOT NULL, sha256 TEXT)");
        place = Place.in(folder);
        for (int i = 1; i <= 6; i++) {
            place.file("media/u/f" + i + ".csv", "content " + i);
        }
        Files.createDirectories(folder.resolve("out"));
        place.file("waybill.yaml", """
                waybill: 1
                name: site
                stores:
                  db: { type: postgresql, host: %s, port: %d, database: %s, user: postgres, password: "${env.DB_PASSWORD}" }
                  media: ./media
                  out: ./out
                  cloud:
                    type: d1
                    account: %s
                    database: %s
                    endpoint: %s
                    token: "${env.CLOUDFLARE_API_TOKEN}"
                limits: { batch: 2 }
                moves:
                  - name: owners
                    from: db:owner
                    to: cloud:users
                  - name: files
                    each: db:saved
                    from: media:${row.path}
                    to: out:files/${row.user_id}/${file.name}
                    group: row.user_id
                    then:
                      - update: source
                        add_columns: true
                        set: { r2_key: "${target.path}" }
                      - insert: cloud:files
                        only: { id: "${row.id}", user_id: "${row.user_id}", r2_key: "${target.path}", sha256: "${file.sha256}" }
                """.formatted(
                postgres.host(), postgres.port(), database, D1Endpoint.ACCOUNT, D1Endpoint.DATABASE, endpoint.url()));
        user = new User(folder).env("DB_PASSWORD", PASSWORD).env("CLOUDFLARE_API_TOKEN", D1Endpoint.TOKEN);
    }

    @AfterEach
    void stop() throws Exception {
        endpoint.close();
    }

    @Test
    void whatIsWholeIsSaidToBeWhole() {
        user.type("run").exits(Exit.DONE);

        assertThat(user.type("verify").exits(Exit.DONE).out())
                .contains("8 same")
                .doesNotContain("complete");
        assertThat(user.type("report --of batches").exits(Exit.DONE).out())
                .contains("4 batches of r1")
                .contains("r1.1  2 named  2 proven  2 told  0 missing  complete")
                .doesNotContain("not complete");
    }

    @Test
    void rowsOfTheSecondDatabaseAreComparedWithWhatTheyWereTold() throws Exception {
        user.type("run").exits(Exit.DONE);
        endpoint.execute(
                "UPDATE files SET user_id = 9 WHERE id = 2",
                "DELETE FROM files WHERE id = 5",
                "UPDATE users SET name = 'eve' WHERE id = 1");

        String found = user.type("verify -o diff.csv").exits(Exit.DIFFERENT).out();

        assertThat(found)
                .contains("files[id=2]   the row does not hold what it was told of files/1/f2.csv")
                .contains("files[id=5]   the row that was told of files/2/f5.csv is not there")
                .contains("users[id=1]   the row has other content than was written")
                .contains("2 of 4 batches not complete:");
        assertThat(place.text("diff.csv").lines()).hasSize(4);
    }

    @Test
    void aFileWhoseRowGotAnotherOwnerIsDifferent() {
        user.type("run").exits(Exit.DONE);
        postgres.execute(database, "UPDATE saved SET user_id = 3 WHERE id = 6");

        assertThat(user.type("verify").exits(Exit.DIFFERENT).out())
                .contains("saved[id=6]   the row belongs to group 3 now; its file was carried over for group 2");
    }

    @Test
    void aBatchIsCompleteWhenAllItsRowsKnowOfTheirFiles() throws Exception {
        Files.delete(folder.resolve("media/u/f1.csv"));
        user.type("run --until verify --move files");

        assertThat(user.type("verify --batch r1.3").exits(Exit.DIFFERENT).out())
                .contains("the row was not told yet of files/2/f4.csv");
        user.type("run --batch r1.3 --move files").exits(Exit.NEEDS_YOU);
        user.type("verify --batch r1.3").exits(Exit.DONE);
        user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(user.type("verify --batch r1.1").exits(Exit.DIFFERENT).out())
                .contains("1 of 1 batch not complete:")
                .contains("r1.1  2 named  1 proven  1 told  1 missing  1 not as they should be");
        user.type("verify --batch r1.2").exits(Exit.DONE);
        user.type("verify --batch r1.4").exits(Exit.DONE);
        assertThat(user.type("verify --json").exits(Exit.DIFFERENT).out())
                .contains(
                        "\"incomplete_batches\":[{\"batch\":\"r1.1\",\"named\":2,\"proven\":1,\"told\":1,\"missing\":1");
        assertThat(user.type("report r1 --of batches --format csv")
                        .exits(Exit.DONE)
                        .out()
                        .lines())
                .contains("batch,named,proven,told,missing,open,left_out_or_rolled_back,wrong,complete")
                .contains("r1.1,2,1,1,1,0,0,1,false")
                .contains("r1.3,2,2,2,0,0,0,0,true");
        assertThat(user.type("report r1 --of batches --json").exits(Exit.DONE).out())
                .contains("\"batch\": \"r1.4\"");
    }

    @Test
    void aBatchThatWasNotCarriedOverYetIsNotComplete() {
        user.type("run --batch r1.1 --move files");

        assertThat(user.type("verify --batch r1.1").exits(Exit.DONE).out()).contains("2 same");
        assertThat(user.type("verify --batch r1.2").exits(Exit.DIFFERENT).out())
                .contains("not carried over yet; go on with: waybill run");
    }

    @Test
    void noTokenAndNoPasswordIsInAnyOutput() throws Exception {
        endpoint.execute("CREATE TRIGGER no BEFORE INSERT ON files WHEN NEW.id = 3 BEGIN SELECT RAISE(ABORT, 'no "
                + D1Endpoint.TOKEN + " " + PASSWORD + "'); END");
        StringBuilder said = new StringBuilder();
        for (String words : List.of(
                "run --verbose",
                "run --failed --json",
                "verify --verbose -o diff.csv",
                "verify --json",
                "report --format html,csv,json,text -o reports/",
                "report --of batches --format csv",
                "status",
                "items --failed --values",
                "rollback r1 --yes=r1",
                "report r2 --json")) {
            said.append(user.type(words).all());
        }
        try (var all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (!file.endsWith("d1.sqlite")) {
                    said.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
                }
            }
        }

        assertThat(said).contains("saved[id=3]");
        assertThat(said.indexOf(D1Endpoint.TOKEN)).isNegative();
        assertThat(said.indexOf(PASSWORD)).isNegative();
    }
}
