package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that somebody edits in place keeps our mark, and is theirs all the same. */
class EditedTargetTest {
    @TempDir
    Path folder;

    private Place place;
    private User user;

    @BeforeEach
    void writeAndEdit() throws Exception {
        place = Place.in(folder);
        user = new User(folder);
        user.type("run --until write");
        place.file("out/notes/a.txt", "alpha, edited");
        user.type("run").exits(Exit.NEEDS_YOU);
    }

    @Test
    void isNotOverwrittenByTryingAgain() throws Exception {
        user.type("run --failed").exits(Exit.NEEDS_YOU);

        assertThat(place.text("out/notes/a.txt")).isEqualTo("alpha, edited");
    }

    @Test
    void isKeptByARollback() throws Exception {
        user.type("rollback r1 --yes=r1").exits(Exit.NEEDS_YOU);
        user.type("rollback r1 --yes=r1");

        assertThat(place.text("out/notes/a.txt")).isEqualTo("alpha, edited");
        assertThat(place.has("out/notes/b.txt")).isFalse();
    }

    @Test
    void isKeptAsABeforeImageWhenThePlanSaysReplace() throws Exception {
        user.type("run --failed --set exists=replace --yes").exits(Exit.DONE);
        assertThat(place.text("out/notes/a.txt")).isEqualTo("alpha");

        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        assertThat(place.text("out/notes/a.txt")).isEqualTo("alpha, edited");
    }
}
