package io.waybill.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.engine.Migration;
import io.waybill.engine.RollbackReport;
import io.waybill.engine.RunOptions;
import io.waybill.engine.RunReport;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.s3endpoint.Operation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills a child process at named points and at random, in a run and in a rollback, between files and S3 either way; then the
 * same commands must put everything right (invariants I1, I2, I5, I6, I7, I9, I12, I15). CI takes a sample of points by seed
 * and prints it; {@code -Pcrash} takes all of them.
 */
class CrashTest {
    private static final List<String> RUN_POINTS = List.of(
            "before-intent",
            "after-intent",
            "before-write",
            "after-write-before-evidence",
            "before-evidence",
            "after-image-before-intent",
            "before-upload-begins",
            "after-upload-began",
            "after-part-before-evidence",
            "before-upload-completes",
            "ledger-before-commit",
            "ledger-after-commit",
            "files-part-written",
            "files-before-link",
            "files-after-link-before-sync",
            "files-after-sync-before-unlink",
            "s3-before-put",
            "s3-after-put",
            "s3-after-begin",
            "s3-after-part",
            "s3-after-complete");
    private static final List<String> UNDO_POINTS = List.of(
            "before-undo",
            "after-undo-before-evidence",
            "s3-after-delete",
            "ledger-before-commit",
            "ledger-after-commit");
    private static final int SAMPLE = 18;

    @TempDir
    Path folder;

    private CrashPlace place;

    static Stream<Arguments> points() {
        List<Arguments> all = new ArrayList<>();
        for (CrashPlace.Pair pair : CrashPlace.Pair.values()) {
            for (String point : RUN_POINTS) {
                boolean possible = point.startsWith("s3-")
                        ? pair.to.equals("s3")
                        : !point.startsWith("files-") || pair.to.equals("files");
                if (possible) {
                    all.add(Arguments.of(pair, "run", point, 1));
                    all.add(Arguments.of(pair, "run", point, 3));
                }
            }
            for (String point : UNDO_POINTS) {
                if (!point.startsWith("s3-") || pair.to.equals("s3")) {
                    all.add(Arguments.of(pair, "rollback", point, 2));
                }
            }
        }
        return Points.of(CrashTest.class, all, SAMPLE, 20_261_121L);
    }

    @AfterEach
    void close() {
        if (place != null) {
            place.close();
        }
    }

    @ParameterizedTest(name = "{0} {1} dies at {2}, time {3}")
    @MethodSource("points")
    void putsEverythingRightAfterDyingAt(CrashPlace.Pair pair, String verb, String point, int nth) throws Exception {
        place = CrashPlace.make(pair, folder);
        if (verb.equals("rollback")) {
            place.finish();
        }
        int exit = place.child(verb, point, nth);
        assertThat(exit)
                .as("the child dies, or ends when the point is not met so often")
                .isIn(CrashChild.DIED, 0);

        check(place, verb.equals("rollback"));
    }

    @ParameterizedTest(name = "{0} dies at random")
    @MethodSource("pairs")
    void putsEverythingRightAfterDyingAtRandom(CrashPlace.Pair pair) throws Exception {
        place = CrashPlace.make(pair, folder);
        SplittableRandom random = new SplittableRandom(Long.getLong("waybill.seed", 7L));
        int deaths = "all".equals(System.getProperty("waybill.crash")) ? 20 : 4;
        for (int i = 0; i < deaths; i++) {
            Process child = place.start("run", "none", 1);
            if (!child.waitFor(300 + random.nextInt(1_500), TimeUnit.MILLISECONDS)) {
                child.destroyForcibly();
            }
            child.waitFor();
        }
        check(place, false);
    }

    static Stream<CrashPlace.Pair> pairs() {
        return Stream.of(CrashPlace.Pair.values());
    }

    @Test
    void aLargeUploadGoesOnAtTheFirstMissingPart() throws Exception {
        place = CrashPlace.make(CrashPlace.Pair.FILES_TO_S3, folder);
        assertThat(place.child("run", "after-part-before-evidence", 3)).isEqualTo(CrashChild.DIED);
        long partsBefore = place.requests(Operation.UPLOAD_PART);

        place.finish();

        // 48 MB and a bit are 4 parts: those that the ledger knows are not sent again, only what was in flight is
        assertThat(place.requests(Operation.UPLOAD_PART) - partsBefore).isLessThan(4);
        assertThat(place.requests(Operation.CREATE_MULTIPART_UPLOAD)).isEqualTo(1);
        assertThat(place.target()).isEqualTo(place.expected());
    }

    private static void check(CrashPlace place, boolean rolledBack) throws Exception {
        assertThat(place.target()).as("I6 before resuming").containsAllEntriesOf(place.theirs());
        if (!rolledBack) {
            RunReport report = place.finish();
            assertThat(report.items(State.FAILED)).isZero();
            assertThat(place.target()).as("I1, I2").isEqualTo(place.expected());
            assertThat(place.leftovers())
                    .as("I2 temporary files and open uploads")
                    .isEmpty();
            assertThat(place.migration().run(RunOptions.ALL).run()).as("I9").isEmpty();
        }
        Migration migration = place.migration();
        RollbackReport undone = migration.rollback(1, Selector.ALL);
        assertThat(undone.reasons()).as("I7 kept").isEmpty();
        assertThat(place.target()).as("I7").isEqualTo(place.before());
        assertThat(place.leftovers()).as("I7 leftovers").isEmpty();
        assertThat(place.source()).as("I5").isEqualTo(place.sourceBefore());
        try (var reader = CrashChild.ledger(place.plan()).read()) {
            Map<State, Long> tally = new java.util.EnumMap<>(State.class);
            reader.tallies(1).forEach(line -> tally.merge(line.state(), line.items(), Long::sum));
            Map<State, Long> states = new java.util.EnumMap<>(State.class);
            reader.entries(Selector.ALL.withRun(1), 0, entry -> {
                states.merge(entry.state(), 1L, Long::sum);
                return true;
            });
            assertThat(tally).as("I15").isEqualTo(states);
        }
        assertThat(Files.exists(place.plan())).isTrue();
    }
}
