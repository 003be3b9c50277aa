package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.store.Effect;
import io.waybill.store.Failpoint;
import io.waybill.store.FaultyFileStore;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Outcome;
import io.waybill.store.ServerCopy;
import io.waybill.store.SimulatedCrash;
import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.Version;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the world did between two attempts: changed targets, older runs, shrunken sources, lost images. */
class SecondLookTest {
    private static final String COPY = "moves: [ { name: all, from: 'a:', to: 'b:' } ]\n";
    private static final String REPLACE = "exists: replace\nlimits: { retries: 0, parallel: 1 }\n" + COPY;
    private static final RunOptions FAILED = new RunOptions(Selector.ALL, true, false, "verify");

    @TempDir
    Path folder;

    private Workshop workshop;

    @BeforeEach
    void makeFile() throws Exception {
        workshop = new Workshop(folder);
        workshop.put("a", "one", "new");
    }

    @AfterEach
    void disarm() {
        Failpoint.arm(null);
    }

    private RunReport run(String plan) throws Exception {
        return workshop.migration(plan).run(RunOptions.ALL);
    }

    private RollbackReport rollback(String plan, int run) throws Exception {
        return workshop.migration(plan).rollback(run, Selector.ALL);
    }

    /** Dies at the first passing of a point. */
    private void dies(String point, String plan) {
        Failpoint.arm(name -> {
            if (name.equals(point)) {
                throw new SimulatedCrash(name);
            }
        });
        assertThatThrownBy(() -> run(plan)).hasRootCauseInstanceOf(SimulatedCrash.class);
        Failpoint.arm(null);
    }

    @Test
    void keepsAnImageOfWhatSomebodyWroteAfterTheFirstImageWasKept() throws Exception {
        workshop.put("b", "one", "before");
        dies("before-write", REPLACE);
        workshop.put("b", "one", "meanwhile");

        run(REPLACE);
        assertThat(workshop.content("b")).containsEntry("one", "new");
        rollback(REPLACE, 1);

        assertThat(workshop.content("b")).containsEntry("one", "meanwhile");
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(file -> file.toString().endsWith(".image")))
                    .as("the older image is kept too")
                    .hasSize(2);
        }
    }

    @Test
    void rollbackRestoresWhatAStoreThatLiesReplaced() throws Exception {
        workshop.put("b", "one", "before");
        workshop.wrap("b", Forgetful::new);
        assertThat(run(REPLACE).items()).isEqualTo(Map.of(State.FAILED, 1L));
        workshop.wrap("b", store -> store);

        rollback(REPLACE, 1);

        assertThat(workshop.content("b")).containsEntry("one", "before");
    }

    @Test
    void aRollbackThatDiesStillKnowsWhatWasOurs() throws Exception {
        dies("after-write-before-evidence", COPY);
        assertThat(workshop.content("b")).containsEntry("one", "new");
        Failpoint.arm(name -> {
            if (name.equals("before-undo")) {
                throw new SimulatedCrash(name);
            }
        });
        assertThatThrownBy(() -> rollback(COPY, 1)).hasRootCauseInstanceOf(SimulatedCrash.class);
        Failpoint.arm(null);

        rollback(COPY, 1);

        assertThat(workshop.content("b")).isEmpty();
    }

    @Test
    void copiesAgainWhatWasFoundEqualInALaterRunAndRolledBackWithTheFirst() throws Exception {
        run(COPY);
        workshop.put("a", "one", "new"); // touched: another version, the same content
        assertThat(run(COPY).items()).isEqualTo(Map.of(State.SAME, 1L));
        rollback(COPY, 1);
        assertThat(workshop.content("b")).isEmpty();

        run(COPY);

        assertThat(workshop.content("b")).isEqualTo(workshop.content("a"));
    }

    @Test
    void takesUpConflictsOfOlderRunsAndCountsThemMeanwhile() throws Exception {
        workshop.put("b", "one", "theirs");
        run(COPY);
        workshop.put("a", "two", "2");

        RunReport second = run(COPY);
        assertThat(second.items()).isEqualTo(Map.of(State.VERIFIED, 1L));
        assertThat(second.needYou()).isEqualTo(1);
        RunReport again = workshop.migration(REPLACE).run(FAILED);

        assertThat(again.run()).isEqualTo("r1");
        assertThat(workshop.content("b")).isEqualTo(workshop.content("a"));
        assertThat(workshop.migration(REPLACE).run(FAILED).run()).isEmpty();
    }

    @Test
    void skipsOnlyWhatItDidNotWrite() throws Exception {
        String skip = "exists: skip\n" + COPY;
        workshop.put("a", "two", "2");
        workshop.put("b", "two", "theirs");
        run(skip);
        workshop.put("a", "one", "newer");

        run(skip);

        assertThat(workshop.content("b")).isEqualTo(Map.of("one", "newer", "two", "theirs"));
    }

    @Test
    void givesUpTheUploadOfASourceThatShrank() throws Exception {
        workshop.put("a", "one", "large ".repeat(2_000));
        dies("after-part-before-evidence", "limits: { retries: 0, parallel: 1 }\n" + COPY);
        assertThat(uploads()).hasSize(1);
        workshop.put("a", "one", "small");

        run("limits: { retries: 0, parallel: 1 }\n" + COPY);

        assertThat(workshop.content("b")).containsEntry("one", "small");
        assertThat(uploads()).isEmpty();
    }

    @Test
    void givesUpTheUploadThatACopyWithinTheServiceLeftOpen() throws Exception {
        workshop.wrap("b", DyingCopier::new);
        assertThatThrownBy(() -> run(COPY)).hasRootCauseInstanceOf(SimulatedCrash.class);
        workshop.wrap("b", store -> store);
        assertThat(uploads()).hasSize(1);

        run(COPY);

        assertThat(workshop.content("b")).isEqualTo(workshop.content("a"));
        assertThat(uploads()).isEmpty();
    }

    @Test
    void oneLostImageDoesNotStopARollback() throws Exception {
        workshop.put("a", "two", "2");
        workshop.put("b", "one", "before");
        run(REPLACE);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path image :
                    files.filter(file -> file.toString().endsWith(".image")).toList()) {
                Files.delete(image);
            }
        }

        RollbackReport report = rollback(REPLACE, 1);

        assertThat(workshop.content("b")).isEqualTo(Map.of("one", "new"));
        assertThat(report.reasons()).singleElement().asString().contains("before-image");
        run(REPLACE);
        assertThat(workshop.content("b")).as("a run is possible again").containsKey("two");
    }

    private List<String> uploads() throws Exception {
        try (FileStore b = workshop.store("b")) {
            return b.uploads(new FileKey("one"));
        }
    }

    /** Copies within the service by an upload, and dies before it is complete. */
    private static final class DyingCopier extends FaultyFileStore implements ServerCopy {
        DyingCopier(FileStore inner) {
            super(inner);
        }

        @Override
        public boolean canCopyFrom(Store source) {
            return true;
        }

        @Override
        public long copiesAtOnce() {
            return 0;
        }

        @Override
        public Outcome copy(Store source, FileItem item, Effect effect) throws StoreException {
            begin(effect);
            throw new SimulatedCrash("amid a copy");
        }
    }

    /** Answers nothing but zeros of what it stores. */
    private static final class Forgetful extends FaultyFileStore {
        Forgetful(FileStore inner) {
            super(inner);
        }

        @Override
        public Reading read(FileKey key, long offset, @Nullable Version expected) throws StoreException {
            Reading honest = super.read(key, offset, expected);
            String mark = honest.item().mark();
            boolean ours = mark != null && !mark.isEmpty();
            return new Reading() {
                @Override
                public FileItem item() {
                    return honest.item();
                }

                @Override
                public InputStream stream() {
                    return ours
                            ? new java.io.ByteArrayInputStream(
                                    new byte[(int) honest.item().size()])
                            : honest.stream();
                }

                @Override
                public void confirm() throws StoreException {
                    honest.confirm();
                }

                @Override
                public void close() throws IOException {
                    honest.close();
                }
            };
        }
    }
}
