package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyTest {
    @TempDir
    Path folder;

    private Place place;
    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        place = Place.in(folder);
        Files.delete(folder.resolve("waybill.yaml"));
        user = new User(folder);
    }

    @AfterEach
    void close() {
        DemoProvider.closeAll();
    }

    @Test
    void aFolderMakesAFolder() throws Exception {
        user.type("copy data out").exits(Exit.DONE);

        assertThat(place.text("out/notes/sub/c.txt")).isEqualTo("gamma");
        assertThat(place.has("out/photos/2.jpg")).isTrue();
    }

    @Test
    void theSameCommandAgainCopiesOnlyWhatIsNew() throws Exception {
        user.type("copy data/ ./out").exits(Exit.DONE);
        place.file("data/notes/new.txt", "new");

        assertThat(user.type("copy data/ ./out").exits(Exit.DONE).out()).contains("1 verified");
        assertThat(user.type("copy data/ ./out").exits(Exit.DONE).out()).contains("Nothing to do");
    }

    @Test
    void oneFileGoesIntoAFolderOrToAName() throws Exception {
        user.type("copy data/notes/a.txt out/").exits(Exit.DONE);
        user.type("copy data/notes/a.txt out2/other.txt").exits(Exit.DONE);
        Files.createDirectories(folder.resolve("out3"));
        user.type("copy data/notes/a.txt out3").exits(Exit.DONE);

        assertThat(place.text("out/a.txt")).isEqualTo("alpha");
        assertThat(place.text("out2/other.txt")).isEqualTo("alpha");
        assertThat(place.text("out3/a.txt")).isEqualTo("alpha");
    }

    @Test
    void whatIsNotThereIsSaid() {
        assertThat(user.type("copy nowhere out").exits(Exit.USAGE).err()).contains("WB-S01", "nowhere", "Nothing was");
        assertThat(place.has("out")).isFalse();
    }

    @Test
    void verbsAfterItTakeItsLedger() throws Exception {
        user.type("copy data out").exits(Exit.DONE);

        assertThat(user.type("status").exits(Exit.DONE).out()).contains("5 verified");
        assertThat(user.type("items").exits(Exit.DONE).out().lines()).hasSize(5);
        user.type("verify").exits(Exit.DONE);
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        assertThat(place.has("out/notes/a.txt")).isFalse();
        assertThat(place.has("data/notes/a.txt")).isTrue();
    }

    @Test
    void nothingIsOverwritten() throws Exception {
        place.file("out/notes/a.txt", "somebody's");

        user.type("copy data out").exits(Exit.NEEDS_YOU);

        assertThat(place.text("out/notes/a.txt")).isEqualTo("somebody's");
        user.type("copy data out --failed --set exists=replace --yes").exits(Exit.DONE);
        assertThat(place.text("out/notes/a.txt")).isEqualTo("alpha");
    }

    @Test
    void toAPretendS3AndBack() throws Exception {
        user.type("copy data demo-s3:cloud").exits(Exit.DONE);
        assertThat(user.type("ls demo-s3:cloud").exits(Exit.DONE).out()).contains("notes/a.txt", "photos/2.jpg");
        user.type("copy demo-s3:cloud back").exits(Exit.DONE);

        assertThat(place.text("back/notes/sub/c.txt")).isEqualTo("gamma");
    }
}
