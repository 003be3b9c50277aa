package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What status says of a run and of when it was verified. */
class StatusTest {
    @TempDir
    Path folder;

    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        Place.in(folder);
        user = new User(folder);
    }

    @Test
    void aVerificationCountsOnlyForWhatStoodThere() {
        user.type("run").exits(Exit.DONE);
        assertThat(status()).contains("Last verify: not since this run.");

        user.type("verify").exits(Exit.DONE);
        assertThat(status()).contains("Last verify: just now (5 same).");

        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        assertThat(user.type("status r1").exits(Exit.DONE).out()).contains("Last verify: not since this run.");

        user.type("run").exits(Exit.DONE);
        assertThat(status()).contains("Last verify: not since this run.");
        assertThat(user.type("report").exits(Exit.DONE).out()).contains("Last verify: not since this run");
    }

    @Test
    void aRollbackHasCountsOfItsOwn() throws Exception {
        user.type("run").exits(Exit.DONE);
        Files.writeString(folder.resolve("out/notes/a.txt"), "edited");
        user.type("rollback r1 --yes=r1").exits(Exit.NEEDS_YOU);

        assertThat(status()).contains("rollback of r1 finished with 1 kept", "4 rolled back", "1 kept");
        assertThat(user.type("report r2").out()).contains("rolled back  4");
        assertThat(user.type("status r1 --json").field("items.rolled_back")).isEqualTo("4");
        assertThat(user.type("status r1").out()).containsPattern("photos +0%");
        assertThat(user.type("status r2 --failed").exits(Exit.USAGE).err()).contains("Name that one: r1");
    }

    @Test
    void removedSourcesAreAccountedFor() throws Exception {
        Place.in(folder).plan("source: delete\n");
        assertThat(user.type("run --yes=place").exits(Exit.DONE).out()).contains("5 sources removed");
        assertThat(user.type("report r1").out()).contains("5 removed, their targets proven");
        assertThat(user.type("status --json").field("sources_removed")).isEqualTo("5");
        assertThat(user.type("rollback r1 --dry-run").out()).contains("It first puts back 5 sources");

        user.type("rollback r1 --yes=r1").exits(Exit.DONE);

        assertThat(Files.readString(folder.resolve("data/notes/a.txt"))).isEqualTo("alpha");
    }

    @Test
    void aPlanSaysWhatWasReachedAndHowLongItWillTake() {
        assertThat(user.type("plan").exits(Exit.DONE).out())
                .contains("disk ok   out ok")
                .contains("about 1 s at a guess");
        user.type("run").exits(Exit.DONE);
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        assertThat(user.type("plan").exits(Exit.DONE).out()).containsPattern("about [0-9]+ s as fast as r1");
    }

    @Test
    void afterACopyBesideAPlanTheNextCommandIsAboutTheCopy() throws Exception {
        User.Ran copied = user.type("copy data/photos out2").exits(Exit.DONE);
        assertThat(copied.err()).containsPattern("Next: waybill verify --ledger .waybill/[a-z0-9-]+\\.db");
        String next = copied.err().replaceAll("(?s).*Next: waybill (verify [^\n]*)\n.*", "$1");

        assertThat(user.type(next).exits(Exit.DONE).out()).contains("2 same");
        assertThat(user.type("copy data/photos data/photos/again")
                        .exits(Exit.REFUSED)
                        .err())
                .contains("lies inside its source");
    }

    @Test
    void aFileThatIsMissingIsWrittenAgain() throws Exception {
        user.type("run").exits(Exit.DONE);
        Files.delete(folder.resolve("out/notes/a.txt"));
        user.type("verify").exits(Exit.DIFFERENT);

        assertThat(user.type("run --failed").exits(Exit.DONE).out()).contains("r1: Done", "5 verified");

        assertThat(Files.readString(folder.resolve("out/notes/a.txt"))).isEqualTo("alpha");
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("5 same");
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(folder.resolve("out/notes/a.txt")).doesNotExist();
    }

    @Test
    void whatIsMissingIsWrittenAgainAfterItsRollback() throws Exception {
        user.type("run").exits(Exit.DONE);
        Files.delete(folder.resolve("out/notes/a.txt"));
        assertThat(user.type("verify").exits(Exit.DIFFERENT).err()).contains("What is missing can be written again");

        user.type("rollback r1 --match notes/a.txt --yes").exits(Exit.DONE);
        user.type("run").exits(Exit.DONE);

        assertThat(Files.readString(folder.resolve("out/notes/a.txt"))).isEqualTo("alpha");
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("5 same");
    }

    private String status() {
        return user.type("status").exits(Exit.DONE).out();
    }
}
