package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** Each exit code, brought about by what it stands for. 130 and 143 need a process: {@link ProcessTest}. */
class ExitCodeTest {
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
    void zeroWhenAllIsDone() {
        user.type("plan").exits(Exit.DONE);
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("r1: Done in", "5 verified");
        user.type("status").exits(Exit.DONE);
        user.type("verify").exits(Exit.DONE);
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("Nothing to do");
        assertThat(place.has("out/notes/sub/c.txt")).isTrue();
    }

    @Test
    void twoWhenThePlanIsWrong() throws Exception {
        place.file("waybill.yaml", Place.PLAN.replace("stores:", "stors:") + "exist: skip\n");

        assertThat(user.type("run").exits(Exit.USAGE).err())
                .contains(
                        "waybill.yaml:3:1",
                        "did you mean \"stores\"?",
                        "did you mean \"exists\"?",
                        "nothing was started");
        assertThat(place.has(".waybill")).isFalse();
    }

    @Test
    void twoWhenThePlanNamesWhatIsNotThere() throws Exception {
        place.file("waybill.yaml", Place.PLAN.replace("disk:photos/", "disk:fotos/"));

        assertThat(user.type("plan").exits(Exit.USAGE).err()).contains("WB-S01", "fotos");
        assertThat(place.has("out")).isFalse();
    }

    @Test
    void twoWhenThereIsNoPlan() throws Exception {
        Files.delete(folder.resolve("waybill.yaml"));

        assertThat(user.type("run").exits(Exit.USAGE).err()).contains("WB-P02", "waybill init", "waybill demo");
        assertThat(user.type("status").exits(Exit.USAGE).err()).contains("WB-P02");
        assertThat(user.type("run -f other.yaml").exits(Exit.USAGE).err()).contains("other.yaml: no such file");
    }

    @Test
    void threeWhenItemsNeedSomebody() throws Exception {
        place.file("out/notes/a.txt", "something else");

        User.Ran ran = user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(ran.out()).contains("1 conflict", "waybill items --failed");
        assertThat(place.text("out/notes/a.txt")).isEqualTo("something else");
        assertThat(user.type("items --failed").exits(Exit.DONE).out()).contains("notes/a.txt", "conflict");
    }

    @Test
    void threeWhenARollbackKeepsSomething() throws Exception {
        user.type("run").exits(Exit.DONE);
        place.file("out/notes/a.txt", "edited by somebody");

        assertThat(user.type("rollback r1 --yes=r1").exits(Exit.NEEDS_YOU).out())
                .contains("kept 1");
        assertThat(place.text("out/notes/a.txt")).isEqualTo("edited by somebody");
        assertThat(place.has("out/notes/b.txt")).isFalse();
    }

    @Test
    void fourWhenVerifyFindsADifference() throws Exception {
        user.type("run").exits(Exit.DONE);
        place.file("out/notes/a.txt", "ALPHA");
        Files.delete(folder.resolve("out/photos/1.jpg"));

        assertThat(user.type("verify --read").exits(Exit.DIFFERENT).out())
                .contains("3 same, 1 different, 1 missing", "notes/a.txt", "photos/1.jpg");
    }

    @Test
    void fiveWhenAskedWhetherThereIsWork() {
        user.type("plan --exit-code").exits(Exit.WORK);
        user.type("run").exits(Exit.DONE);
        user.type("plan --exit-code").exits(Exit.DONE);
    }

    @Test
    void sixWhenAnotherRunnerIsAtWork() throws Exception {
        user.type("plan").exits(Exit.DONE);
        LedgerFile file = new LedgerFile(folder.resolve(".waybill/place.db"), path -> {
            SQLiteDataSource source = new SQLiteDataSource();
            source.setUrl("jdbc:sqlite:" + path);
            return source;
        });
        try (Ledger other = file.open("place", "waybill run, process 1 on host other", InstantSource.system())) {
            assertThat(other.series()).isNotEmpty();
            assertThat(user.type("run").exits(Exit.LOCKED).err())
                    .contains("WB-L01", "process 1 on host other", "waybill status --watch", "waybill stop");
        }
    }

    @Test
    void sevenWhenTheLedgerCannotBeWritten() throws Exception {
        place.file(".waybill", "a file where the folder must be");

        assertThat(user.type("plan").exits(Exit.UNAVAILABLE).err()).contains("WB-");
    }

    @Test
    void sevenWhenAStoreCannotBeReached() throws Exception {
        place.file(
                "waybill.yaml",
                Place.PLAN.replace(
                        "out: ./out",
                        "out: { type: s3, bucket: b, region: x, endpoint: \"http://127.0.0.1:9\", keys: NO }"));
        user.env("NO_ACCESS_KEY_ID", "a").env("NO_SECRET_ACCESS_KEY", "b-secret-b");

        User.Ran ran = user.type("plan --set limits.retries=0").exits(Exit.UNAVAILABLE);

        assertThat(ran.err()).contains("WB-S07").doesNotContain("b-secret-b");
    }

    @Test
    void eightWhenTheLedgerIsForeignOrBroken() throws Exception {
        Files.createDirectories(folder.resolve(".waybill"));
        place.file(
                ".waybill/place.db",
                "this is no database, but a text of more than a hundred characters, so that it has"
                        + " a header to look at and to refuse");

        assertThat(user.type("run").exits(Exit.REFUSED).err()).contains("WB-L03", "Nothing was changed");
        place.file(".waybill/place.db", "");
        assertThat(user.type("status").exits(Exit.REFUSED).err()).contains("WB-L02");
    }

    @Test
    void eightWhenKeysCollide() throws Exception {
        place.file("waybill.yaml", Place.PLAN.replace("to: \"out:\"", "to: out:all/${file.size}"));
        place.file("data/notes/b.txt", "bravo");

        assertThat(user.type("plan").exits(Exit.REFUSED).err()).contains("WB-R01");
        assertThat(place.has("out/all")).isFalse();
    }

    @Test
    void eightWhenInitWouldOverwrite() throws Exception {
        assertThat(user.type("init demo").exits(Exit.REFUSED).err()).contains("waybill.yaml: it exists already");
        assertThat(place.text("waybill.yaml")).isEqualTo(Place.PLAN);
    }
}
