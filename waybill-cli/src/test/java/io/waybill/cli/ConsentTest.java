package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody is asked twice, nobody must be asked, and nothing is destroyed without a yes. */
class ConsentTest {
    @TempDir
    Path folder;

    private Place place;
    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        place = Place.in(folder);
        user = new User(folder);
    }

    @Test
    void rollbackOfARunWantsItsName() {
        user.type("run").exits(Exit.DONE);

        assertThat(user.atTerminal(80, "yes")
                        .type("rollback r1")
                        .exits(Exit.USAGE)
                        .err())
                .contains("This deletes 5 items", "Type the name to go on (r1)", "Nothing was done");
        assertThat(user.atTerminal(80, "").type("rollback r1").exits(Exit.USAGE).err())
                .contains("Nothing was done");
        assertThat(place.has("out/notes/a.txt")).isTrue();
        user.atTerminal(80, "r1").type("rollback r1").exits(Exit.DONE);
        assertThat(place.has("out/notes/a.txt")).isFalse();
    }

    @Test
    void rollbackOfARunTakesItsNameAsAFlagAndNoBareYes() {
        user.type("run").exits(Exit.DONE);

        assertThat(user.type("rollback r1 --yes").exits(Exit.USAGE).err()).contains("WB-U02", "--yes=r1");
        assertThat(user.type("rollback r1 --yes=r2").exits(Exit.USAGE).err()).contains("does not name r1");
        assertThat(place.has("out/notes/a.txt")).isTrue();
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
    }

    @Test
    void rollbackOfABatchWantsYesOrNo() {
        user.type("run").exits(Exit.DONE);

        assertThat(user.atTerminal(80, "n")
                        .type("rollback r1 --group photos")
                        .exits(Exit.USAGE)
                        .err())
                .contains("Go on? [y/N]");
        assertThat(place.has("out/photos/1.jpg")).isTrue();
        user.atTerminal(80, "y").type("rollback r1 --group photos").exits(Exit.DONE);
        assertThat(place.has("out/photos/1.jpg")).isFalse();
        assertThat(place.has("out/notes/a.txt")).isTrue();
    }

    @Test
    void nobodyIsAskedWithoutATerminalInCiOrWithNoInput() {
        user.type("run").exits(Exit.DONE);

        assertThat(user.piped("r1\n").type("rollback r1").exits(Exit.USAGE).err())
                .contains("WB-U02");
        assertThat(user.atTerminal(80, "r1")
                        .type("rollback r1 --no-input")
                        .exits(Exit.USAGE)
                        .err())
                .contains("WB-U02");
        user.env("CI", "true");
        assertThat(user.atTerminal(80, "r1")
                        .type("rollback r1")
                        .exits(Exit.USAGE)
                        .err())
                .contains("WB-U02");
        assertThat(place.has("out/notes/a.txt")).isTrue();
    }

    @Test
    void replacingIsAskedOnlyWhenThereIsSomethingToReplace() throws Exception {
        place.plan("exists: replace\n");
        user.type("run").exits(Exit.DONE);

        place.file("data/notes/new.txt", "new");
        place.file("out/notes/new.txt", "somebody's");
        assertThat(user.type("run").exits(Exit.USAGE).err()).contains("replaces 1 item", "--yes");
        assertThat(place.text("out/notes/new.txt")).isEqualTo("somebody's");
        user.type("run --yes").exits(Exit.DONE);
        assertThat(place.text("out/notes/new.txt")).isEqualTo("new");
    }

    @Test
    void deletingSourcesWantsTheNameOfThePlan() throws Exception {
        place.plan("source: delete\n");

        assertThat(user.type("run --yes").exits(Exit.USAGE).err())
                .contains("deletes up to 5 source items", "--yes=place");
        assertThat(place.has("data/notes/a.txt")).isTrue();
        user.type("run --yes=place").exits(Exit.DONE);
        assertThat(place.has("data/notes/a.txt")).isFalse();
        assertThat(place.has("out/notes/a.txt")).isTrue();
    }
}
