package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.FaultyFileStore;
import io.waybill.store.FaultyFileStore.Fault;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Lets call 1 of a store fail, then call 2, and so on until a run ends without meeting the fault; after each, the next runs
 * must put everything right: I1 complete, I2 nothing extra, I6 no clobber, I7 exact undo, I9 idempotent, I15 conservation.
 */
class FaultLoopTest {
    private static final String PLAN = """
            limits: { retries: 1, parallel: 2 }
            exists: replace
            moves: [ { name: all, from: 'a:', to: 'b:' } ]
            """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"b, ERROR", "b, TIMEOUT", "b, LOST", "b, CRASH_BEFORE", "b, CRASH_AFTER", "a, ERROR", "a, CRASH_BEFORE"
    })
    void everyCallMayFailAndTheNextRunPutsItRight(String store, Fault fault) throws Exception {
        int call = 1;
        boolean met = true;
        while (met) {
            met = round(store, fault, call, folder.resolve("run-" + call));
            call++;
        }
        assertThat(call).as("calls that were made to fail").isGreaterThan(10);
    }

    /** The way back of sources that were removed, in whichever store the rollback dies, with an upload of others at both. */
    @ParameterizedTest
    @CsvSource({"a, CRASH_BEFORE", "a, CRASH_AFTER", "a, LOST", "b, CRASH_AFTER"})
    void everyCallOfARollbackMayFailAndTheNextPutsItRight(String store, Fault fault) throws Exception {
        int call = 1;
        boolean met = true;
        while (met) {
            met = rollback(store, fault, call, folder.resolve("back-" + call));
            call++;
        }
        assertThat(call).as("calls that were made to fail").isGreaterThan(5);
    }

    private boolean rollback(String store, Fault fault, int call, Path place) throws Exception {
        String moving = PLAN + "source: delete\n";
        Workshop workshop = new Workshop(java.nio.file.Files.createDirectories(place));
        workshop.put("a", "large", "large ".repeat(2_000));
        workshop.put("b", "large", "old");
        Map<String, String> source = workshop.content("a");
        Map<String, String> before = workshop.content("b");
        workshop.migration(moving).run(RunOptions.ALL);
        assertThat(workshop.content("a")).isEmpty();
        List<String> others = List.of(begin(workshop, "a"), begin(workshop, "b"));

        List<FaultyFileStore> seen = new ArrayList<>();
        workshop.wrap(store, inner -> {
            FaultyFileStore faulty = FaultyFileStore.around(inner).failing(call, fault);
            seen.add(faulty);
            return faulty;
        });
        try {
            workshop.migration(moving).rollback(1, Selector.ALL);
        } catch (io.waybill.store.StoreException | RuntimeException | io.waybill.store.SimulatedCrash e) {
            assertThat(e).isNotNull();
        }
        boolean met = seen.stream().anyMatch(FaultyFileStore::failed);
        workshop.wrap(store, inner -> inner);
        workshop.migration(moving).rollback(1, Selector.ALL);

        assertThat(workshop.content("a")).as("I7 source after call %d", call).isEqualTo(source);
        assertThat(workshop.content("b")).as("I7 target after call %d", call).isEqualTo(before);
        assertThat(List.of(uploads(workshop, "a"), uploads(workshop, "b")))
                .as("I2, I6 open uploads after call %d", call)
                .isEqualTo(others.stream().map(List::of).toList());
        return met;
    }

    private static String begin(Workshop workshop, String store) throws Exception {
        try (FileStore open = workshop.store(store)) {
            Content content = new Content.FileContent(1, null, null, Map.of());
            return open.begin(Effect.put(new FileKey("large"), content, Condition.ANY, "theirs"));
        }
    }

    private static List<String> uploads(Workshop workshop, String store) throws Exception {
        try (FileStore open = workshop.store(store)) {
            return open.uploads(new FileKey("large"));
        }
    }

    private boolean round(String store, Fault fault, int call, Path place) throws Exception {
        Workshop workshop = new Workshop(java.nio.file.Files.createDirectories(place));
        workshop.put("a", "empty", "");
        workshop.put("a", "one", "1");
        workshop.put("a", "equal", "equal");
        workshop.put("a", "large", "large ".repeat(2_000));
        workshop.put("a", "replaced", "new");
        workshop.put("b", "replaced", "old");
        workshop.put("b", "equal", "equal");
        workshop.put("b", "theirs", "theirs");
        Map<String, String> before = workshop.content("b");
        Map<String, String> source = workshop.content("a");

        List<FaultyFileStore> seen = new ArrayList<>();
        workshop.wrap(store, inner -> {
            FaultyFileStore faulty = FaultyFileStore.around(inner).failing(call, fault);
            seen.add(faulty);
            return faulty;
        });
        attempt(workshop);
        boolean met = seen.stream().anyMatch(FaultyFileStore::failed);
        workshop.wrap(store, inner -> inner);
        assertThat(workshop.content("b")).as("I6 before resuming").containsEntry("theirs", "theirs");

        finish(workshop);
        Map<String, String> after = workshop.content("b");
        assertThat(after)
                .as("I1, I2 after call %d", call)
                .containsAllEntriesOf(source)
                .containsKey("theirs");
        assertThat(after).hasSize(source.size() + 1);
        assertNoUploads(workshop, source);

        RunReport again = workshop.migration(PLAN).run(RunOptions.ALL);
        assertThat(again.run()).as("I9 after call %d", call).isEmpty();

        int last = lastRun(workshop);
        for (int run = last; run >= 1; run--) {
            if (isRun(workshop, run)) {
                RollbackReport undone = workshop.migration(PLAN).rollback(run, Selector.ALL);
                assertThat(undone.reasons()).as("I7 kept after call %d", call).isEmpty();
            }
        }
        assertThat(workshop.content("b")).as("I7 after call %d", call).isEqualTo(before);
        assertThat(workshop.content("a")).as("I5 after call %d", call).isEqualTo(source);
        return met;
    }

    private static void attempt(Workshop workshop) throws Exception {
        try {
            workshop.migration(PLAN).run(RunOptions.ALL);
        } catch (io.waybill.store.StoreException | RuntimeException | io.waybill.store.SimulatedCrash e) {
            // the store could not even be listed, or the process "died"
            assertThat(e).isNotNull();
        }
    }

    /** Runs until there is nothing to do; failed files are listed anew by the next run. */
    private static void finish(Workshop workshop) throws Exception {
        for (int i = 0; i < 3; i++) {
            RunReport report = workshop.migration(PLAN).run(RunOptions.ALL);
            assertThat(report.balanced()).as("I15").isTrue();
            assertThat(report.items(State.CONFLICT)).isZero();
            if (report.run().isEmpty()) {
                return;
            }
        }
    }

    private static void assertNoUploads(Workshop workshop, Map<String, String> source) throws Exception {
        try (FileStore b = workshop.store("b")) {
            for (String path : source.keySet()) {
                assertThat(b.uploads(new FileKey(path))).as("I2 open uploads").isEmpty();
            }
        }
    }

    private static int lastRun(Workshop workshop) throws Exception {
        try (var reader = workshop.reader()) {
            return reader.runs().stream()
                    .mapToInt(io.waybill.ledger.Run::id)
                    .max()
                    .orElse(0);
        }
    }

    private static boolean isRun(Workshop workshop, int id) throws Exception {
        try (var reader = workshop.reader()) {
            var run = reader.run(id);
            return run != null && run.kind().equals("run");
        }
    }
}
