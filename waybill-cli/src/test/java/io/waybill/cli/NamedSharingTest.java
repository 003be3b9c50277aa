package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that lead to one target: what one of them was told of it stays true for as long as that row stands. */
class NamedSharingTest {
    private static final String BY_OWNER = "shared/${row.owner}.csv";

    @TempDir
    Path folder;

    private MediaPlace media;
    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        media = new MediaPlace(folder);
        user = media.user;
        media.app.execute("DELETE FROM saved");
        media.row(1, 5, "u/f1.csv");
        media.row(2, 5, "u/f1.csv");
    }

    private void plan(String exists) throws Exception {
        media.plan(BY_OWNER, MediaPlace.TELL + "    exists: " + exists + "\n");
    }

    private String object() throws Exception {
        return media.place.text("out/shared/5.csv");
    }

    @ParameterizedTest
    @ValueSource(strings = {"same_ok", "replace", "skip"})
    void aTargetIsNotReplacedForARowThatNamesTheOldFile(String exists) throws Exception {
        plan(exists);
        user.type("run").exits(Exit.DONE);
        for (int changed = 1; changed <= 2; changed++) { // whichever of them had written it
            media.app.execute("UPDATE saved SET path = 'u/f2.csv' WHERE id = " + changed);
            assertThat(user.type("plan").out())
                    .contains("1  conflict")
                    .contains("shares it and was told of its content, u/f1.csv");

            assertThat(user.type("run --yes").exits(Exit.NEEDS_YOU).out()).contains("1 conflict");

            int other = 3 - changed;
            assertThat(user.type("items --failed").out())
                    .contains("saved[id=" + other + "] shares it and was told of its content, u/f1.csv")
                    .contains("Give saved[id=" + changed + "] a target of its own");
            assertThat(object()).isEqualTo("content 1");
            media.app.execute("UPDATE saved SET path = 'u/f1.csv' WHERE id = " + changed);
            user.type("run --yes").exits(Exit.DONE);
            assertThat(user.type("verify").exits(Exit.DONE).out()).contains("2 same");
        }
    }

    @Test
    void aTargetIsReplacedWhenAllItsRowsNameTheNewFile() throws Exception {
        plan("same_ok");
        user.type("run").exits(Exit.DONE);
        media.app.execute("UPDATE saved SET path = 'u/f2.csv' WHERE id = 1");
        user.type("run").exits(Exit.NEEDS_YOU);
        media.app.execute("UPDATE saved SET path = 'u/f2.csv' WHERE id = 2");

        user.type("run");
        user.type("run --failed").exits(Exit.DONE);

        assertThat(object()).isEqualTo("content 2");
        assertThat(media.rows("count(DISTINCT checksum)")).containsExactly("1");
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("2 same");
    }

    @Test
    void aFileThatChangesIsReplacedOnceForAllRowsThatNameIt() throws Exception {
        plan("same_ok");
        user.type("run").exits(Exit.DONE);
        media.place.file("media/u/f1.csv", "content 1, second edition");

        user.type("run").exits(Exit.DONE);

        assertThat(object()).isEqualTo("content 1, second edition");
        assertThat(media.rows("count(DISTINCT checksum)")).containsExactly("1");
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("2 same");
    }

    @Test
    void aFileThatChangesIsKeptForARowThatThePlanLeavesOutByNow() throws Exception {
        plan("same_ok");
        user.type("run").exits(Exit.DONE);
        media.place.file("media/u/f1.csv", "content 1, second edition");
        media.plan(BY_OWNER, MediaPlace.TELL + "    where: row.id == 2\n");

        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("1 conflict");

        assertThat(user.type("items --failed").out()).contains("saved[id=1] shares it");
        assertThat(object()).isEqualTo("content 1");
        media.app.execute("DELETE FROM saved WHERE id = 1");
        assertThat(user.type("run --failed").exits(Exit.DONE).out())
                .as("a row that is gone counts on nothing")
                .contains("1 verified");
        assertThat(object()).isEqualTo("content 1, second edition");
    }

    @Test
    void withSkipAllNewRowsOfOneFileAreToldOfIt() throws Exception {
        for (int id = 3; id <= 60; id++) {
            media.row(id, 5, "u/f1.csv");
        }
        plan("skip");

        user.type("run").exits(Exit.DONE);

        assertThat(media.told()).hasSize(60);
        media.row(61, 5, "u/f1.csv");
        user.type("run").exits(Exit.DONE);
        assertThat(media.told()).as("and a later one").hasSize(61);
        user.type("rollback r1 --yes=r1");
        assertThat(object()).as("the later one names it still").isEqualTo("content 1");
        user.type("rollback r2 --yes=r2").exits(Exit.DONE);
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        assertThat(media.objects()).isEmpty();
    }

    @Test
    void withSkipNobodyIsToldOfWhatStoodThereBefore() throws Exception {
        media.place.file("out/shared/5.csv", "content 1");
        plan("skip");

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("2 skipped");

        assertThat(media.rows("r2_key IS NULL")).containsExactly("1", "1");
    }

    @Test
    void newRowsOfTwoFilesForOneTargetAreRefusedWithBothKeys() throws Exception {
        media.app.execute("UPDATE saved SET path = 'u/f2.csv' WHERE id = 2");
        plan("skip");

        assertThat(user.type("run").exits(Exit.REFUSED).all())
                .contains("shared/5.csv <- saved[id=1] u/f1.csv, saved[id=2] u/f2.csv");

        assertThat(media.objects()).isEmpty();
    }

    @Test
    void aLaterRowOfAnotherFileForTheSameTargetIsAConflictAlsoWithSkip() throws Exception {
        plan("skip");
        user.type("run").exits(Exit.DONE);
        media.row(3, 5, "u/f3.csv");

        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("1 conflict");

        assertThat(user.type("items --failed").out())
                .contains("saved[id=1] shares it")
                .contains("Give saved[id=3]");
        assertThat(media.told()).containsExactly("1", "2");
    }

    @Test
    void aRowThatNamesItsOldFileAgainGetsThatOneAgain() throws Exception {
        media.app.execute("DELETE FROM saved WHERE id = 2");
        plan("same_ok");
        user.type("run").exits(Exit.DONE);
        media.app.execute("UPDATE saved SET path = 'u/f2.csv'");
        user.type("run").exits(Exit.DONE);
        assertThat(object()).isEqualTo("content 2");
        media.app.execute("UPDATE saved SET path = 'u/f1.csv'");

        user.type("run").exits(Exit.DONE);

        assertThat(object()).isEqualTo("content 1");
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("1 same");
        user.type("rollback r3 --yes=r3").exits(Exit.DONE);
        assertThat(object()).isEqualTo("content 2");
    }

    @Test
    void manySharedObjectsGoWithTheLastRowsThatNameThem() throws Exception {
        media.app.execute("DELETE FROM saved");
        for (int i = 1; i <= 300; i++) {
            media.place.file("media/many/" + i + ".txt", "file " + i);
            media.row(i, 1, "many/" + i + ".txt");
            media.row(1_000 + i, 2, "many/" + i + ".txt");
        }
        media.plan("", MediaPlace.TELL);
        user.type("run --group 2").exits(Exit.DONE); // so these wrote the objects, and are undone first
        user.type("run").exits(Exit.DONE);
        assertThat(media.told()).hasSize(600);
        assertThat(media.objects()).hasSize(300);

        assertThat(user.type("rollback r1 --group 2 --yes=r1")
                        .exits(Exit.NEEDS_YOU)
                        .out())
                .contains("another row names its object");
        assertThat(media.objects()).hasSize(300);
        assertThat(media.told()).hasSize(300);
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);

        assertThat(media.objects()).isEmpty();
    }
}
