package io.waybill.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.engine.RollbackReport;
import io.waybill.engine.RunOptions;
import io.waybill.engine.RunReport;
import io.waybill.engine.VerifyOptions;
import io.waybill.engine.VerifyReport;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.value.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills a child process while rows go from PostgreSQL to DynamoDB or come back; then the same commands must put everything
 * right. CI takes a sample of points by seed and prints it; {@code -Pcrash} takes all of them.
 */
class RowCrashTest {
    private static final List<String> RUN_POINTS = List.of(
            "before-intent",
            "after-intent",
            "before-write",
            "after-write-before-evidence",
            "before-evidence",
            "ledger-before-commit",
            "ledger-after-commit");
    private static final List<String> UNDO_POINTS =
            List.of("before-undo", "after-undo-before-evidence", "ledger-before-commit", "ledger-after-commit");
    private static final int SAMPLE = 4;

    @TempDir
    Path folder;

    static Stream<Arguments> points() {
        List<Arguments> all = new ArrayList<>();
        for (String point : RUN_POINTS) {
            all.add(Arguments.of("run", point, 1));
            all.add(Arguments.of("run", point, point.endsWith("intent") ? 2 : 7)); // an intent covers a page
        }
        for (String point : UNDO_POINTS) {
            all.add(Arguments.of("rollback", point, 3));
        }
        return Points.of(RowCrashTest.class, all, SAMPLE, 20_261_121L);
    }

    @ParameterizedTest(name = "{0} dies at {1}, time {2}")
    @MethodSource("points")
    void putsEverythingRightAfterDyingAt(String verb, String point, int nth) throws Exception {
        RowPlace place = RowPlace.make(folder, true);
        if (verb.equals("rollback")) {
            place.migration().run(RunOptions.ALL);
        }

        assertThat(place.child(verb, point, nth)).as(place.output()).isEqualTo(CrashChild.DIED);

        if (verb.equals("run")) {
            finish(place);
        }
        rollBack(place);
    }

    @Test
    void putsEverythingRightAfterDyingAtRandom() throws Exception {
        RowPlace place = RowPlace.make(folder, true);
        SplittableRandom random = new SplittableRandom(Long.getLong("waybill.seed", 7L));
        int deaths = "all".equals(System.getProperty("waybill.crash")) ? 12 : 2;
        for (int i = 0; i < deaths; i++) {
            Process child = place.start("run");
            if (!child.waitFor(1_500 + random.nextInt(1_500), TimeUnit.MILLISECONDS)) {
                child.destroyForcibly();
            }
            child.waitFor();
        }

        finish(place);
        rollBack(place);
    }

    @Test
    void rollsBackARunThatDiedWithoutFinishingIt() throws Exception {
        RowPlace place = RowPlace.make(folder, true);
        assertThat(place.child("run", "after-write-before-evidence", 5))
                .as(place.output())
                .isEqualTo(CrashChild.DIED);
        assertThat(place.target()).as("something was written").isNotEmpty();

        rollBack(place);
    }

    @Test
    void keepsAndReportsRowsInDoubtWhereOthersMayWrite() throws Exception {
        RowPlace place = RowPlace.make(folder, false);
        assertThat(place.child("run", "after-write-before-evidence", 5))
                .as(place.output())
                .isEqualTo(CrashChild.DIED);
        finish(place);
        List<String> doubtful = unproven(place);
        assertThat(doubtful).isNotEmpty();

        RollbackReport report = place.migration().rollback(1, Selector.ALL);

        assertThat(place.target().keySet()).containsExactlyInAnyOrderElementsOf(doubtful);
        assertThat(report.keepItems()).isEqualTo(doubtful.size());
        assertThat(report.reasons()).singleElement().asString().contains("nothing proves that it is the run's own");
        assertThat(place.migration().rollback(1, Selector.ALL).keepItems())
                .as("the same again")
                .isEqualTo(doubtful.size());
    }

    @Test
    void anEqualRowThatStoodThereBeforeTheCrashIsNotTakenForOurs() throws Exception {
        RowPlace place = RowPlace.make(folder, true);
        place.migration().run(RunOptions.ALL);
        var theirs = place.item("o-1");
        place.migration().rollback(1, Selector.ALL);
        RowPlace again = place.again();
        again.put(theirs);
        assertThat(again.child("run", "after-write-before-evidence", 1))
                .as(again.output())
                .isEqualTo(CrashChild.DIED);

        finish(again);
        RollbackReport report = again.migration().rollback(1, Selector.ALL);

        assertThat(again.target().keySet()).containsExactly("o-1");
        assertThat(again.item("o-1")).isEqualTo(theirs);
        assertThat(report.undoneItems()).isEqualTo(RowPlace.ROWS - 1);
    }

    private static List<String> unproven(RowPlace place) throws Exception {
        List<String> ids = new ArrayList<>();
        try (var reader = CrashChild.ledger(place.plan()).read()) {
            reader.entries(Selector.ALL, 0, entry -> {
                RowBlock block = reader.block(entry.id());
                if (block != null) {
                    block.lines().stream()
                            .filter(line -> line.state() == State.SAME)
                            .forEach(line ->
                                    ids.add("o-" + ((Value.Int) line.source().find("id")).value()));
                }
                return true;
            });
        }
        return ids;
    }

    private static void finish(RowPlace place) throws Exception {
        RunReport report = place.migration().run(RunOptions.ALL);
        assertThat(report.finished()).isTrue();
        assertThat(report.balanced()).as("I15 the books").isTrue();
        assertThat(report.needYou()).isZero();
        assertThat(place.target()).as("I1, I2").isEqualTo(place.expected());
        VerifyReport verified = place.migration().verify(VerifyOptions.ALL);
        assertThat(verified.same()).as("I3").isEqualTo(RowPlace.ROWS);
        assertThat(verified.allSame()).as("I3").isTrue();
        books(place);
    }

    private static void rollBack(RowPlace place) throws Exception {
        RollbackReport undone = place.migration().rollback(1, Selector.ALL);
        assertThat(undone.reasons()).as("I7 kept").isEmpty();
        assertThat(place.target()).as("I7").isEmpty();
        assertThat(place.migration().rollback(1, Selector.ALL).undoneItems())
                .as("I9")
                .isZero();
        books(place);
    }

    /** The counters of every run are the states of its rows. */
    private static void books(RowPlace place) throws Exception {
        try (var reader = CrashChild.ledger(place.plan()).read()) {
            Map<State, Long> tally = new EnumMap<>(State.class);
            reader.tallies(1).forEach(line -> tally.merge(line.state(), line.items(), Long::sum));
            tally.values().removeIf(count -> count == 0);
            Map<State, Long> states = new EnumMap<>(State.class);
            reader.entries(Selector.ALL.withRun(1), 0, entry -> {
                RowBlock block = reader.block(entry.id());
                assertThat(block).isNotNull();
                block.lines().forEach(line -> states.merge(line.state(), 1L, Long::sum));
                return true;
            });
            assertThat(tally).as("I15").isEqualTo(states);
        }
    }
}
