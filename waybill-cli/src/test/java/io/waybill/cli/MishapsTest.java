package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong on an ordinary day, and what the commands make of it. */
class MishapsTest {
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
    void aBackupOfTheLedgerIsALedger() {
        user.type("run").exits(Exit.DONE);

        user.type("ledger backup copy.db").exits(Exit.DONE);

        user.type("ledger check --ledger copy.db").exits(Exit.DONE);
        assertThat(user.type("status --ledger copy.db").exits(Exit.DONE).out()).contains("5 verified");
    }

    @Test
    void aFolderWhereAFileBelongsFailsThatFileAlone() throws Exception {
        Files.createDirectories(folder.resolve("out/notes/a.txt"));

        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("4 verified", "1 failed");
        assertThat(user.type("items --failed").exits(Exit.DONE).out()).contains("a.txt", "folder");
        Files.delete(folder.resolve("out/notes/a.txt"));

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("1 verified");
    }

    @Test
    void aStoppedRunTriesAgainWhatFailed() throws Exception {
        Files.createDirectories(folder.resolve("out/notes/a.txt"));
        place.plan("on_error: stop\nlimits: { parallel: 1 }\n");
        user.type("run").exits(Exit.NEEDS_YOU);
        Files.delete(folder.resolve("out/notes/a.txt"));

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("r1: Done", "5 verified");
    }

    @Test
    void anUnknownMoveIsNoMoveThatIsDone() {
        assertThat(user.type("run --move fils").exits(Exit.USAGE).err()).contains("Did you mean files?");
        assertThat(place.has("out")).isFalse();
    }

    @Test
    void aMoveAloneWaitsForThoseItComesAfter() throws Exception {
        place.file(
                "waybill.yaml",
                Place.PLAN + "  - { name: later, after: files, from: \"disk:notes/\", to: \"out:later/\" }\n");

        assertThat(user.type("run --move later").exits(Exit.REFUSED).err()).contains("comes after move files");
        assertThat(place.has("out")).isFalse();
        user.type("run --move files");
        user.type("run --move later").exits(Exit.DONE);
        assertThat(place.has("out/later/notes/a.txt")).isTrue();
    }

    @Test
    void beforeImagesGoWhereThePlanSays() throws Exception {
        place.plan("images: ./img\nexists: replace\n").file("out/notes/a.txt", "before");
        user.type("run --yes").exits(Exit.DONE);

        try (Stream<Path> files = Files.walk(folder.resolve("img"))) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(1);
        }
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        assertThat(place.text("out/notes/a.txt")).isEqualTo("before");
    }

    @Test
    void aListingThatFailsLeavesNoRunBehind() throws Exception {
        place.file("waybill.yaml", Place.PLAN.replace("disk:photos/", "disk:fotos/"));

        user.type("plan").exits(Exit.USAGE);

        assertThat(user.type("runs").exits(Exit.DONE).out()).doesNotContain("r1");
    }

    @Test
    void whatComesNextNamesThePlanFileThatWasUsed() throws Exception {
        place.file("other.yaml", Place.PLAN);

        assertThat(user.type("plan -f other.yaml").exits(Exit.DONE).err()).contains("Next: waybill run -f other.yaml");
    }

    @Test
    void theLogSaysWhatWasDone() throws Exception {
        user.type("run").exits(Exit.DONE);

        try (Stream<Path> logs = Files.list(folder.resolve(".waybill/logs"))) {
            List<Path> files = logs.toList();
            assertThat(files).hasSize(1);
            assertThat(Files.readString(files.get(0))).contains("begins plan=", "phase what=", "ends plan=");
        }
    }

    @Test
    void lsTakesAStoreOfThePlanThatIsNamedLikeAScheme() throws Exception {
        place.file(
                "waybill.yaml", Place.PLAN.replace("out: ./out", "s3: ./out").replace("to: \"out:\"", "to: \"s3:\""));
        user.type("run").exits(Exit.DONE);

        assertThat(user.type("ls s3:").exits(Exit.DONE).out()).contains("notes/a.txt");
    }

    @Test
    void doctorFailsForADamagedLedger() throws Exception {
        user.type("run").exits(Exit.DONE);
        Path ledger;
        try (Stream<Path> files = Files.list(folder.resolve(".waybill"))) {
            ledger = files.filter(file -> file.toString().endsWith(".db"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(ledger);
        Files.write(ledger, java.util.Arrays.copyOf(bytes, bytes.length / 2));

        user.type("doctor").exits(Exit.REFUSED);
    }

    @Test
    void aReportNeverReplacesWhatIsNoFile() throws Exception {
        user.type("run").exits(Exit.DONE);
        Files.createSymbolicLink(folder.resolve("link"), Path.of("real.txt"));
        place.file("real.txt", "old");

        user.type("report -o link").exits(Exit.DONE);
        user.type("report -o /dev/null").exits(Exit.USAGE);

        assertThat(Files.isSymbolicLink(folder.resolve("link"))).isTrue();
        assertThat(place.text("real.txt")).contains("3 verified");
        assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
    }
}
