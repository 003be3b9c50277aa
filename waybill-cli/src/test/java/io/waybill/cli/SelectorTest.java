package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorTest {
    @TempDir
    Path folder;

    private Place place;
    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        place = Place.in(folder);
        place.file("out/notes/a.txt", "something else");
        Files.setLastModifiedTime(
                folder.resolve("data/notes/b.txt"), FileTime.from(Instant.parse("2020-05-05T00:00:00Z")));
        user = new User(folder);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--group photos | 2",
                "--group photos --group notes | 5",
                "--move files | 5",
                "--move other | 0",
                "--state conflict | 1",
                "--failed | 1",
                "--match notes/** | 3",
                "--match notes/* | 2",
                "--match **.jpg | 2",
                "--where file.size>4 | 3",
                "--where file.ext=='jpg' | 2",
                "--since 2021-01-01 | 4",
                "--before 2021-01-01 | 1",
                "--before 2020-05-05T00:00:00Z | 0",
                "--limit 2 | 2",
                "--batch r1.1 | 5",
                "--batch 1 --run r1 | 5",
                "--run r1 --group notes --state verified | 2"
            })
    void itemsAreChosen(String options, int expected) {
        user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(user.type("items " + options).exits(Exit.DONE).out().lines()).hasSize(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--state faild | Did you mean failed?",
                "--batch x | r1.3",
                "--run first | r1",
                "--since yesterday | 2026-01-31",
                "--where file.sise>1 | file.size",
                "--where file.below=='x' | file.path",
                "--limit 0 | at least 1",
                "--run r2 --batch r1.1 | not one of run r2",
                "--run r7 | no run r7"
            })
    void whatCannotBeUnderstoodIsSaid(String options, String said) {
        user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(user.type("items " + options).exits(Exit.USAGE).err()).contains(said);
    }

    @Test
    void aRunOfAPartLeavesTheRestForTheNext() {
        assertThat(user.type("run --group photos").exits(Exit.DONE).out()).contains("2 verified", "3 planned");
        assertThat(place.has("out/photos/1.jpg")).isTrue();
        assertThat(place.has("out/notes/b.txt")).isFalse();
        user.type("run --limit 1").exits(Exit.NEEDS_YOU);
        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("4 verified, 1 conflict");
        assertThat(user.type("status").out()).contains("r1  place  finished with 1 conflict");
    }

    @Test
    void aRollbackOfAPartLeavesTheRest() {
        user.type("run").exits(Exit.NEEDS_YOU);

        user.type("rollback r1 --match **.jpg --yes").exits(Exit.DONE);

        assertThat(place.has("out/photos/1.jpg")).isFalse();
        assertThat(place.has("out/notes/b.txt")).isTrue();
    }

    @Test
    void aVerificationOfAPartLooksAtNothingElse() {
        user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(user.type("verify --group photos").exits(Exit.DONE).out()).contains("2 same");
        assertThat(user.type("verify --sample 0%").exits(Exit.USAGE).err()).contains("5%");
        assertThat(user.type("verify --part 3/2").exits(Exit.USAGE).err()).contains("1/5");
    }
}
