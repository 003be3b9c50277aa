package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.D1Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that are told of their files later than the files were proven, or in several attempts. */
class ToldRowsTest {
    private static final int ROWS = 5;

    @TempDir
    Path folder;

    private Place place;
    private User user;
    private Lite app;

    @BeforeEach
    void makePlace() throws Exception {
        place = Place.in(folder);
        user = new User(folder);
        app = new Lite(folder.resolve("app.db"))
                .execute(
                        "CREATE TABLE saved (id INTEGER PRIMARY KEY, path TEXT, key TEXT, told INTEGER DEFAULT 0)",
                        "CREATE TABLE audit (id INTEGER PRIMARY KEY, key TEXT)");
        for (int i = 1; i <= ROWS; i++) {
            place.file("media/f" + i, "content " + i);
            app.execute("INSERT INTO saved (id, path) VALUES (" + i + ", 'f" + i + "')");
        }
        Files.createDirectories(folder.resolve("out"));
        place.file("waybill.yaml", """
                waybill: 1
                name: told
                stores: { db: "sqlite:app.db", media: ./media, out: ./out }
                moves:
                  - name: files
                    each: db:saved
                    from: media:${row.path}
                    to: out:${row.id}
                    then:
                      - update: source
                        set: { key: "${target.path}", told: "${row.told + 1}" }
                      - insert: db:audit
                        only: { id: "${row.id}", key: "${target.path}" }
                """);
    }

    private List<String> saved() throws Exception {
        return app.rows("SELECT id, key, told FROM saved ORDER BY id");
    }

    @Test
    void anObjectThatIsGoneBeforeItsRowIsToldIsNotTold() throws Exception {
        user.type("run --until verify").exits(Exit.DONE);
        Files.delete(folder.resolve("out/2"));

        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("4 verified, 1 failed");

        assertThat(saved()).containsExactly("1|1|1", "2|null|0", "3|3|1", "4|4|1", "5|5|1");
        assertThat(app.rows("SELECT id FROM audit ORDER BY id")).containsExactly("1", "3", "4", "5");
        assertThat(user.type("items --failed").exits(Exit.DONE).out())
                .contains("saved[id=2] was not told of its file", "was proven and is gone since");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("1 verified");
        assertThat(saved()).contains("2|2|1");
        assertThat(place.text("out/2")).isEqualTo("content 2");
    }

    @Test
    void anObjectThatSomebodyChangedBeforeItsRowIsToldIsNotTold() throws Exception {
        user.type("run --until verify").exits(Exit.DONE);
        place.file("out/2", "CONTENT 2");
        place.file("out/3", "longer content 3");

        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("3 verified, 2 failed");

        assertThat(saved()).containsExactly("1|1|1", "2|null|0", "3|null|0", "4|4|1", "5|5|1");
        assertThat(user.type("items --failed").exits(Exit.DONE).out())
                .contains("2 was proven and has other content since", "3 was proven and has other content since");
        assertThat(place.text("out/2")).as("theirs").isEqualTo("CONTENT 2");
    }

    @Test
    void anObjectThatOnlyGotAnotherTimeIsTold() throws Exception {
        user.type("run --until verify").exits(Exit.DONE);
        Files.setLastModifiedTime(folder.resolve("out/2"), FileTime.fromMillis(1_000_000_000_000L));

        user.type("run").exits(Exit.DONE);

        assertThat(saved()).containsExactly("1|1|1", "2|2|1", "3|3|1", "4|4|1", "5|5|1");
    }

    @Test
    void puttingOnlyRowsBackDoesNotSayThatTheTargetIsAsBefore() throws Exception {
        user.type("run").exits(Exit.DONE);

        assertThat(user.type("rollback r1 --only links --dry-run")
                        .exits(Exit.DONE)
                        .out())
                .contains("This puts back 10 rows that learned of files. No object goes.");
        assertThat(user.type("rollback r1 --only links --yes=r1")
                        .exits(Exit.DONE)
                        .out())
                .contains("Put 10 rows back.")
                .doesNotContain("as before");
        assertThat(saved()).containsExactly("1|null|0", "2|null|0", "3|null|0", "4|null|0", "5|null|0");
        assertThat(place.text("out/2")).isEqualTo("content 2");

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("5 same");
        assertThat(saved()).containsExactly("1|1|1", "2|2|1", "3|3|1", "4|4|1", "5|5|1");
        user.type("rollback r3 --yes=r3").exits(Exit.DONE);
        assertThat(user.type("rollback r1 --yes=r1").exits(Exit.DONE).out()).contains("The target is as before r1.");
        assertThat(Files.exists(folder.resolve("out/2"))).isFalse();
    }

    @Test
    void aRowThatWasToldOfTroubleAndLaterOfItsFileIsPutBackRunByRun() throws Exception {
        place.file("waybill.yaml", place.text("waybill.yaml").replaceAll("(?s) +- insert.*", "") + """
                    else:
                      - update: source
                        set: { key: "${error.kind}" }
                """);
        Files.delete(folder.resolve("media/f2"));
        user.type("run").exits(Exit.NEEDS_YOU);
        assertThat(saved()).contains("2|NOT_FOUND|0");
        place.file("media/f2", "content 2");
        user.type("run").exits(Exit.DONE);
        assertThat(saved()).containsExactly("1|1|1", "2|2|1", "3|3|1", "4|4|1", "5|5|1");

        // what a later run told stands in the way of the earlier one
        user.type("rollback r1 --yes=r1").exits(Exit.NEEDS_YOU);
        assertThat(saved()).containsExactly("1|null|0", "2|2|1", "3|null|0", "4|null|0", "5|null|0");
        assertThat(place.text("out/2")).isEqualTo("content 2");
        user.type("rollback r2 --yes=r2").exits(Exit.DONE);
        assertThat(saved()).contains("2|NOT_FOUND|0");
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);

        assertThat(saved()).containsExactly("1|null|0", "2|null|0", "3|null|0", "4|null|0", "5|null|0");
        assertThat(Files.exists(folder.resolve("out/2"))).isFalse();
    }

    @Test
    void aRowIsToldOnceWhenTheAnswerToItGotLost() throws Exception {
        try (D1Endpoint d1 = D1Endpoint.over(folder.resolve("d1.sqlite"))) {
            d1.execute("CREATE TABLE saved (id INTEGER PRIMARY KEY, path TEXT, key TEXT, told INTEGER DEFAULT 0)");
            for (int i = 1; i <= ROWS; i++) {
                d1.execute("INSERT INTO saved (id, path) VALUES (" + i + ", 'f" + i + "')");
            }
            place.file(
                    "waybill.yaml",
                    place.text("waybill.yaml")
                            .replace(
                                    "\"sqlite:app.db\"",
                                    "{ type: d1, account: " + D1Endpoint.ACCOUNT + ", database: " + D1Endpoint.DATABASE
                                            + ", endpoint: \"" + d1.url() + "\", token: \"${env.D1}\" }")
                            .replaceAll("(?s) +- insert.*", ""));
            user.env("D1", D1Endpoint.TOKEN);
            d1.loseAnswers(2, body -> body.contains("UPDATE"));

            user.type("run").exits(Exit.DONE);

            assertThat(d1.ask("SELECT id, key, told FROM saved ORDER BY id"))
                    .containsExactly("1|1|1", "2|2|1", "3|3|1", "4|4|1", "5|5|1");
        }
    }

    @ParameterizedTest(name = "dies at {0}, time {1}")
    @CsvSource({
        "after-link-intent, 1",
        "after-write-before-evidence, 1",
        "after-link-evidence, 1",
        "after-link-intent, 2",
        "after-write-before-evidence, 2",
        "after-link-evidence, 2"
    })
    void aStepThatWasCarriedOutBeforeAKillIsNotRepeated(String point, int nth) throws Exception {
        user.type("run --until verify").exits(Exit.DONE);
        assertThat(DyingCommand.run(folder, Map.of(), point, nth, Arrays.asList("run")))
                .isEqualTo(DyingCommand.DIED);

        user.type("run").exits(Exit.DONE);

        assertThat(saved()).containsExactly("1|1|1", "2|2|1", "3|3|1", "4|4|1", "5|5|1");
        assertThat(app.rows("SELECT id, key FROM audit ORDER BY id"))
                .containsExactly("1|1", "2|2", "3|3", "4|4", "5|5");
        user.type("verify").exits(Exit.DONE);
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        assertThat(saved()).containsExactly("1|null|0", "2|null|0", "3|null|0", "4|null|0", "5|null|0");
        assertThat(app.rows("SELECT id FROM audit")).isEmpty();
    }
}
