package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.value.Value;
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
                "--run r7 | no run r7",
                "--move file | Did you mean files?",
                "--group films | There are: notes, photos."
            })
    void whatCannotBeUnderstoodIsSaid(String options, String said) {
        user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(user.type("items " + options).exits(Exit.USAGE).err()).contains(said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "status --group photos | 2 verified",
                "status --match **.jpg | 2 verified",
                "status --failed | 1 conflict",
                "status --by batch --group notes | 3 items",
                "status --before 2021-01-01 | 1 verified",
                "report --group photos | photos/1.jpg",
                "report --limit 3 --where file.ext=='txt' | notes/a.txt"
            })
    void statusAndReportObeyThem(String command, String said) {
        user.type("run").exits(Exit.NEEDS_YOU);
        boolean isReport = command.startsWith("report");
        String text = user.type(command).exits(Exit.DONE).out();

        if (isReport) {
            assertThat(text).contains("shown");
            String selection = command.substring("report ".length());
            assertThat(user.type("report --format csv " + selection).out()).contains(said);
            String expected = selection.contains("photos") ? "2" : "3";
            assertThat(user.type("report --format json " + selection).field("total.items"))
                    .isEqualTo(expected);
            assertThat(user.type("report --format html " + selection).out())
                    .contains("<dt>Shown</dt>")
                    .contains("<b>" + expected + "</b>");
        } else {
            assertThat(text).contains(said);
        }
    }

    @Test
    void aSelectionThatMeansNothingIsASlipAndNoSuccess() {
        user.type("run").exits(Exit.NEEDS_YOU);

        for (String command : java.util.List.of("run", "verify", "rollback r1 --yes")) {
            assertThat(user.type(command + " --match photo/**")
                            .exits(Exit.USAGE)
                            .err())
                    .contains("No item is meant by --match photo/**");
            assertThat(user.type(command + " --group photo").exits(Exit.USAGE).err())
                    .contains("Did you mean photos?");
        }
        // what is there and has nothing to be done is no slip
        user.type("run --match photos/**").exits(Exit.NEEDS_YOU);
        user.type("verify --state failed").exits(Exit.DONE);
    }

    @Test
    void valuesShowWhatIsKnownOfTheContent() {
        user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(user.type("items --match photos/1.jpg --values")
                        .exits(Exit.DONE)
                        .out())
                .contains("sha256          7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed")
                .contains("provenance      created");
        assertThat(user.type("items --show r1.1/1").exits(Exit.DONE).out()).contains("notes/a.txt");
        assertThat(user.type("items --show r9.1/1").exits(Exit.USAGE).err()).contains("Number 1 is r1.1/1.");
    }

    @Test
    void aDryRunReadsWhatIsSelectedAndNothingElse() {
        User.Ran dry = user.type("run --dry-run --group notes --json").exits(Exit.NEEDS_YOU);

        Value.MapOf result = dry.lines().get(dry.lines().size() - 1);
        Value move = ((Value.ListOf) User.field(result, "moves")).values().get(0);
        assertThat(io.waybill.value.RowCodec.text(User.field(move, "copy"))).isEqualTo("2");
        assertThat(io.waybill.value.RowCodec.text(User.field(move, "conflict"))).isEqualTo("1");
        assertThat(place.has("out/notes/b.txt")).isFalse();
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
