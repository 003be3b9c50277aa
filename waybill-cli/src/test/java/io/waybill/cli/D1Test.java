package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.D1Endpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows go to D1 over its HTTP API and come back from it. */
class D1Test {
    private static final String TABLE =
            "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, size REAL, big INTEGER,"
                    + " raw BLOB, total DECIMAL TEXT, seen DATETIME)";

    @TempDir
    Path folder;

    private D1Endpoint endpoint;
    private User user;

    @BeforeEach
    void makeStores() throws Exception {
        endpoint = D1Endpoint.over(folder.resolve("d1.sqlite"));
        endpoint.execute(TABLE);
        user = new User(folder).env("CLOUDFLARE_API_TOKEN", D1Endpoint.TOKEN);
        here("app.db")
                .execute(
                        TABLE,
                        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700)"
                                + " INSERT INTO people SELECT i, 'N' || i, i / 7.0, 9007199254740993 + i, NULL,"
                                + " i || '.50', datetime('2024-01-01', '+' || i || ' hours') FROM n",
                        "INSERT INTO people VALUES (-1, '', NULL, NULL, x'00ff', NULL, NULL),"
                                + " (0, 'ü 漢' || char(0) || '😀', 9e999, -9223372036854775807 - 1, x'', '12345678901234567890.1', '')");
        here("back.db").execute(TABLE);
        plan("db:people", "cloud:people");
    }

    @AfterEach
    void stop() throws Exception {
        endpoint.close();
    }

    private Lite here(String name) {
        return new Lite(folder.resolve(name));
    }

    private void plan(String from, String to) throws Exception {
        Files.writeString(folder.resolve("waybill.yaml"), """
                waybill: 1
                name: to-d1
                stores:
                  db: sqlite:app.db
                  back: sqlite:back.db
                  cloud:
                    type: d1
                    account: "%s"
                    database: "%s"
                    endpoint: "%s"
                    token: "${env.CLOUDFLARE_API_TOKEN}"
                moves:
                  - { name: people, from: "%s", to: "%s" }
                """.formatted(
                        D1Endpoint.ACCOUNT, D1Endpoint.DATABASE, endpoint.url(), from, to));
    }

    private static List<String> rows(Lite lite) throws Exception {
        return lite.rows(
                "SELECT id, quote(name), hex(name), size, big, quote(raw), total, seen FROM people ORDER BY id");
    }

    @Test
    void everyValueArrivesAndComesBackAsItWas() throws Exception {
        user.type("run").exits(Exit.DONE);
        user.type("verify --both-ways").exits(Exit.DONE);
        assertThat(rows(here("d1.sqlite"))).isEqualTo(rows(here("app.db"))).hasSize(702);

        plan("cloud:people", "back:people");
        user.type("run --ledger back.ledger").exits(Exit.DONE);
        user.type("verify --both-ways --ledger back.ledger").exits(Exit.DONE);
        assertThat(rows(here("back.db"))).isEqualTo(rows(here("app.db")));

        plan("db:people", "cloud:people");
        assertThat(user.type("run").exits(Exit.DONE).all()).contains("702 same");
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(rows(here("d1.sqlite"))).isEmpty();
    }

    @Test
    void aLostAnswerIsSettledByLookingAtWhatStandsThere() throws Exception {
        endpoint.loseAnswers(2, body -> body.contains("INSERT"));

        user.type("run").exits(Exit.DONE);

        assertThat(rows(here("d1.sqlite"))).isEqualTo(rows(here("app.db")));
        user.type("verify --both-ways").exits(Exit.DONE);
    }

    @Test
    void aPauseThatTheServiceAsksForIsKept() throws Exception {
        AtomicBoolean first = new AtomicBoolean(true);
        endpoint.before(body -> {
            if (body.contains("INSERT") && first.getAndSet(false)) {
                endpoint.refuse(2, 429);
            }
        });

        user.type("run").exits(Exit.DONE);

        assertThat(rows(here("d1.sqlite"))).isEqualTo(rows(here("app.db")));
    }

    @Test
    void editsInPlaceAndPutsBack() throws Exception {
        user.type("run").exits(Exit.DONE);
        List<String> before = rows(here("d1.sqlite"));
        plan("cloud:people", "cloud:people");
        Path file = folder.resolve("waybill.yaml");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("\" }", "\", where: \"row.id > 690\", row: { set: { name: \"${row.name}!\" } } }"));

        user.type("run --yes --ledger edit.ledger").exits(Exit.DONE);

        assertThat(endpoint.ask("SELECT name FROM people WHERE id > 689 ORDER BY id LIMIT 2"))
                .containsExactly("N690", "N691!");
        user.run("rollback", "r1", "--yes=r1", "--ledger", "edit.ledger").exits(Exit.DONE);
        assertThat(rows(here("d1.sqlite"))).isEqualTo(before);
    }

    @Test
    void doctorSaysWhetherItCanBeReached() {
        assertThat(user.type("doctor cloud").exits(Exit.DONE).out())
                .contains("ok      cloud", "reached, and has the tables");

        user.env("CLOUDFLARE_API_TOKEN", "wrong-token");

        assertThat(user.type("doctor cloud").exits(Exit.UNAVAILABLE).out())
                .contains("FAILED  cloud", "Check the token: it needs the right D1 Edit")
                .doesNotContain("wrong-token");
    }

    @Test
    void theTokenStandsInNoOutputAndNoFile() throws Exception {
        StringBuilder told = new StringBuilder();
        for (String line : List.of(
                "lint",
                "plan",
                "run --limit 3",
                "run --log-file run.log",
                "status --json",
                "verify",
                "doctor",
                "doctor --bundle b.zip",
                "report",
                "rollback r1 --yes=r1")) {
            told.append(user.type(line + " -vv --log-level trace").all());
        }
        endpoint.execute(
                "DROP TABLE people",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, name CHECK (name = '" + D1Endpoint.TOKEN
                        + "'), size, big, raw, total, seen)");
        told.append(user.type("run -vv --log-level trace --ledger other.ledger").all());
        told.append(user.type("items --failed --ledger other.ledger").all());
        assertThat(told.toString()).contains("CHECK constraint").doesNotContain(D1Endpoint.TOKEN);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("d1.sqlite"))
                    .toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as("%s", file)
                        .doesNotContain(D1Endpoint.TOKEN);
            }
        }
    }
}
