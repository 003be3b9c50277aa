package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A part of a run is a part also of what rows are told: nobody outside of it learns of a file, however proven that is. */
class NamedSelectionTest {
    @TempDir
    Path folder;

    private MediaPlace media;
    private User user;

    @BeforeEach
    void proveAllAndTellNobody() throws Exception {
        media = new MediaPlace(folder);
        user = media.user;
        Files.setLastModifiedTime(
                folder.resolve("media/u/f6.csv"), FileTime.from(Instant.parse("2020-02-02T00:00:00Z")));
        media.plan("files/${row.owner}/${row.name}", MediaPlace.TELL);
        user.type("run --until verify").exits(Exit.DONE);
    }

    @Test
    void aBatchThatIsRunAloneTellsItsOwnRowsOnly() throws Exception {
        user.type("run --batch r1.3").exits(Exit.DONE);
        assertThat(media.told()).containsExactly("5");

        user.type("run").exits(Exit.DONE);
        assertThat(media.told()).hasSize(6);
        assertThat(user.type("run").exits(Exit.DONE).all()).contains("Nothing to do");
    }

    @Test
    void oneOwnersRunTellsThatOwnersRowsOnly() throws Exception {
        user.type("run --group 0").exits(Exit.DONE);
        assertThat(media.told()).containsExactly("2", "4", "6");
    }

    @Test
    void conditionsPatternsAndDatesNarrowTheTellingToo() throws Exception {
        user.type("run --match u/f2.csv").exits(Exit.DONE);
        assertThat(media.told()).containsExactly("2");
        user.type("run --where file.name=='f3.csv'").exits(Exit.DONE);
        assertThat(media.told()).containsExactly("2", "3");
        user.type("run --before 2021-01-01").exits(Exit.DONE);
        assertThat(media.told()).containsExactly("2", "3", "6");
    }

    @Test
    void aLimitCountsWhatIsToldAndWhatIsCopied() throws Exception {
        media.row(7, 1, "u/f1.csv");
        media.row(8, 1, "u/f2.csv");
        user.type("run --limit 2").exits(Exit.DONE);
        assertThat(media.told()).containsExactly("1", "2");

        user.type("run --limit 3").exits(Exit.DONE);
        assertThat(media.told()).hasSize(5);
        user.type("run").exits(Exit.DONE);
        user.type("run --limit 1").exits(Exit.DONE);
        assertThat(media.told()).as("of the two new rows").hasSize(7);
        assertThat(media.objects()).hasSize(7);
        user.type("run").exits(Exit.DONE);
        assertThat(media.told()).hasSize(8);
    }

    @Test
    void whoeverIsToldThatAFileWasGivenUpIsChosenToo() throws Exception {
        user.type("run").exits(Exit.DONE);
        Files.delete(folder.resolve("media/u/f1.csv"));
        media.row(7, 0, "u/gone.csv");
        media.row(8, 1, "u/f1.csv");
        media.row(9, 0, "u/f2.csv");
        media.plan("files/${row.owner}/${row.name}", MediaPlace.TELL + """
                else:
                  - update: source
                    add_columns: true
                    set: { problem: "${error.kind}" }
            """);

        user.type("run --new --group 1").exits(Exit.NEEDS_YOU);
        assertThat(media.app.rows("SELECT id FROM saved WHERE problem IS NOT NULL"))
                .containsExactly("8");
        assertThat(media.told()).doesNotContain("9");

        user.type("run").exits(Exit.NEEDS_YOU);
        assertThat(media.app.rows("SELECT id FROM saved WHERE problem IS NOT NULL"))
                .containsExactly("7", "8");
        assertThat(media.told()).contains("9");
    }
}
