package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.ledger.Entry;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.store.FaultyFileStore;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.StoreException;
import io.waybill.store.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileMigrationTest {
    private static final RollbackOptions KEEP_GOING = new RollbackOptions(true, RollbackOptions.Ends.ALL, false);

    private static final String COPY = "moves: [ { name: all, from: 'a:', to: 'b:' } ]\n";

    @TempDir
    Path folder;

    private Workshop workshop;

    @BeforeEach
    void makeFiles() throws Exception {
        workshop = new Workshop(folder);
        workshop.put("a", "empty", "");
        workshop.put("a", "one", "1");
        workshop.put("a", "sub/two", "22");
        workshop.put("a", "sub/large", "large ".repeat(2_000));
    }

    private RunReport run(String plan) throws Exception {
        return workshop.migration(plan).run(RunOptions.ALL);
    }

    private List<Entry> entries() throws Exception {
        List<Entry> entries = new ArrayList<>();
        try (LedgerReader reader = workshop.reader()) {
            reader.entries(Selector.ALL, 0, entries::add);
        }
        return entries;
    }

    @Test
    void carriesEveryFileAndVerifiesIt() throws Exception {
        RunReport report = run(COPY);

        assertThat(workshop.content("b")).isEqualTo(workshop.content("a"));
        assertThat(report.items()).isEqualTo(Map.of(State.VERIFIED, 4L));
        assertThat(report.finished()).isTrue();
        assertThat(report.balanced()).isTrue();
        assertThat(entries()).allSatisfy(entry -> {
            assertThat(entry.digest()).isNotNull();
            assertThat(entry.effect().proof()).isEqualTo("read");
        });
    }

    @Test
    void writesNothingTheSecondTime() throws Exception {
        run(COPY);
        List<FaultyFileStore> seen = new ArrayList<>();
        workshop.wrap("b", store -> {
            FaultyFileStore counting = FaultyFileStore.around(store);
            seen.add(counting);
            return counting;
        });

        RunReport second = run(COPY);

        assertThat(second.run()).isEmpty();
        assertThat(seen).allSatisfy(store -> assertThat(store.changes()).isZero());
    }

    @Test
    void planChangesNothingAndSaysWhatWouldHappen() throws Exception {
        workshop.put("b", "one", "1");
        workshop.put("b", "sub/two", "xx");
        List<FaultyFileStore> seen = new ArrayList<>();
        workshop.wrap("b", store -> {
            FaultyFileStore counting = FaultyFileStore.around(store);
            seen.add(counting);
            return counting;
        });

        PlanReport plan = workshop.migration(COPY).plan(false);

        PlanReport.MoveReport move = plan.moves().get(0);
        assertThat(move.copyItems()).isEqualTo(2);
        assertThat(move.sameItems()).isEqualTo(1);
        assertThat(move.conflictItems()).isEqualTo(1);
        assertThat(seen).allSatisfy(store -> assertThat(store.changes()).isZero());
    }

    @Test
    void runsThePlanThatWasShownWithoutListingAgain() throws Exception {
        workshop.migration(COPY).plan(false);
        workshop.put("a", "later", "later");

        RunReport report = run(COPY);

        assertThat(report.run()).isEqualTo("r1");
        assertThat(workshop.content("b")).doesNotContainKey("later");
    }

    @Test
    void keepsWhatStandsThereAndSaysSo() throws Exception {
        workshop.put("b", "one", "other");

        RunReport report = run(COPY);

        assertThat(report.items(State.CONFLICT)).isEqualTo(1);
        assertThat(workshop.content("b")).containsEntry("one", "other");
    }

    @Test
    void countsEqualContentAsSame() throws Exception {
        workshop.put("b", "one", "1");

        assertThat(run(COPY).items()).isEqualTo(Map.of(State.VERIFIED, 3L, State.SAME, 1L));
    }

    @Test
    void rollsBackToWhatStoodThereBefore() throws Exception {
        workshop.put("b", "one", "1");
        workshop.put("b", "other", "other");
        Map<String, String> before = workshop.content("b");
        run(COPY);

        RollbackReport report = workshop.migration(COPY).rollback(1, Selector.ALL);

        assertThat(workshop.content("b")).isEqualTo(before);
        assertThat(report.undoneItems()).isEqualTo(3);
        assertThat(report.keepItems()).isZero();
    }

    @Test
    void restoresWhatItReplaced() throws Exception {
        workshop.put("b", "one", "before");
        workshop.put("b", "sub/large", "before ".repeat(3_000));
        Map<String, String> before = workshop.content("b");
        String replace = "exists: replace\n" + COPY;
        run(replace);
        assertThat(workshop.content("b")).isEqualTo(workshop.content("a"));

        workshop.migration(replace).rollback(1, Selector.ALL);

        assertThat(workshop.content("b")).isEqualTo(before);
    }

    @Test
    void aPreviewSaysThatTheSourcesAreThere() throws Exception {
        run(COPY);
        workshop.remove("a", "one");

        RollbackReport preview = workshop.migration(COPY).previewRollback(1, Selector.ALL);

        assertThat(preview.removeItems()).isEqualTo(3);
        assertThat(preview.sourcesEqual()).isEqualTo(3);
        assertThat(preview.sourcesBack()).isZero();
        assertThat(preview.keepItems()).isEqualTo(1);
    }

    @Test
    void aRollbackThatKeepsGoingLeavesOutWhatDoesNotAnswer() throws Exception {
        String two = "moves: [ { name: first, from: 'a:', to: 'b:' }, { name: second, from: 'a:', to: 'c:' } ]\n";
        run(two);
        workshop.wrap(
                "c", store -> FaultyFileStore.around(store).failing(1, Integer.MAX_VALUE, FaultyFileStore.Fault.ERROR));
        String quick = "limits: { retries: 0 }\n" + two;
        assertThatThrownBy(() -> workshop.migration(quick).rollback(1, Selector.ALL))
                .isInstanceOf(StoreException.class);
        assertThat(workshop.content("b")).hasSize(4);

        RollbackReport part = workshop.migration(quick).rollback(1, Selector.ALL, KEEP_GOING);

        assertThat(workshop.content("b")).isEmpty();
        assertThat(workshop.content("c")).hasSize(4);
        assertThat(part.complete()).isFalse();
        assertThat(part.leftOut()).singleElement().asString().startsWith("second: ");

        workshop.wrap("c", store -> store);
        RollbackReport rest = workshop.migration(quick).rollback(1, Selector.ALL);
        assertThat(workshop.content("c")).isEmpty();
        assertThat(rest.complete()).isTrue();
        assertThat(workshop.number("SELECT sum(items) FROM count WHERE what = 'rolled back'"))
                .isEqualTo(8);
    }

    @Test
    void countsARollbackOnceThoughItIsTakenUpAgain() throws Exception {
        String two = "moves: [ { name: more, from: 'a:', to: 'c:' }, { name: all, from: 'a:', to: 'b:' } ]\n";
        run(two);
        workshop.put("b", "one", "changed");
        workshop.wrap(
                "c", store -> FaultyFileStore.around(store).failing(1, Integer.MAX_VALUE, FaultyFileStore.Fault.ERROR));
        String quick = "limits: { retries: 0 }\n" + two;
        workshop.migration(quick).rollback(1, Selector.ALL, KEEP_GOING);
        workshop.wrap("c", store -> store);
        workshop.migration(quick).rollback(1, Selector.ALL);

        assertThat(workshop.number("SELECT sum(items) FROM count WHERE what = 'rolled back'"))
                .isEqualTo(7);
        assertThat(workshop.number("SELECT sum(items) FROM count WHERE what = 'kept'"))
                .isEqualTo(1);
    }

    @Test
    void aDryRunReadsEverySourceAndWritesNothing() throws Exception {
        List<FaultyFileStore> targets = new ArrayList<>();
        workshop.wrap("b", store -> {
            FaultyFileStore counting = FaultyFileStore.around(store);
            targets.add(counting);
            return counting;
        });
        List<FaultyFileStore> sources = new ArrayList<>();
        workshop.wrap("a", store -> {
            FaultyFileStore counting = FaultyFileStore.around(store);
            sources.add(counting);
            return counting;
        });

        PlanReport report = workshop.migration(COPY).dryRun(Selector.ALL);

        assertThat(report.moves().get(0).copyItems()).isEqualTo(4);
        assertThat(report.unreadable()).isZero();
        assertThat(sources.stream().flatMap(store -> store.log().stream()).filter("read"::equals))
                .hasSize(4);
        assertThat(targets).allSatisfy(store -> assertThat(store.changes()).isZero());

        workshop.wrap("a", store -> new FaultyFileStore(store) {
            @Override
            public Reading read(FileKey key, long from, @Nullable Version version) throws StoreException {
                if (key.path().equals("sub/two")) {
                    throw new StoreException(StoreException.Kind.NOT_FOUND, "Cannot read sub/two: it is gone.");
                }
                return super.read(key, from, version);
            }
        });
        PlanReport later = workshop.migration(COPY).dryRun(Selector.ALL);
        assertThat(later.unreadable()).isEqualTo(1);
        assertThat(workshop.content("b")).isEmpty();
    }

    @Test
    void guessesHowLongItTakesUntilARunHasShownIt() throws Exception {
        PlanReport first = workshop.migration(COPY).plan(false);
        assertThat(first.estimate().like()).isEmpty();
        run(COPY);
        workshop.put("a", "later", "later");

        PlanReport second = workshop.migration(COPY).plan(false);

        assertThat(second.estimate().like()).isEqualTo("r1");
        assertThat(workshop.migration("limits: { bytes_per_second: 1 }\n" + COPY)
                        .plan(false)
                        .estimate()
                        .millis())
                .isEqualTo(5_000);
        assertThat(Estimate.likeBefore(new Estimate.Work(20, 100), new Estimate.Work(10, 10), 1_000))
                .isEqualTo(10_000);
    }

    @Test
    void refusesATargetInsideItsSource() throws Exception {
        for (String plan : List.of(
                "moves: [ { name: all, from: 'a:', to: 'a:copies/' } ]\n",
                "moves: [ { name: all, from: 'a:sub/', to: 'a:sub/' } ]\n",
                "moves: [ { name: all, from: 'a:sub/', to: 'a:sub/x/${file.name}' } ]\n")) {
            assertThatThrownBy(() -> run(plan))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("lies inside its source");
        }
        run("moves: [ { name: all, from: 'a:sub/', to: 'a:subs/' } ]\n");
        assertThat(workshop.content("a")).containsKey("subs/sub/two");
    }

    @Test
    void keepsOnRollbackWhatLostItsSource() throws Exception {
        run(COPY);
        workshop.remove("a", "one");

        RollbackReport report = workshop.migration(COPY).rollback(1, Selector.ALL);

        assertThat(workshop.content("b")).containsOnlyKeys("one");
        assertThat(report.keepItems()).isEqualTo(1);
        assertThat(report.reasons().get(0)).contains("source is gone");
    }

    @Test
    void keepsOnRollbackWhatSomebodyChanged() throws Exception {
        run(COPY);
        workshop.put("b", "one", "changed");

        RollbackReport report = workshop.migration(COPY).rollback(1, Selector.ALL);

        assertThat(workshop.content("b")).isEqualTo(Map.of("one", "changed"));
        assertThat(report.keepItems()).isEqualTo(1);
    }

    @Test
    void runsAgainAfterRollback() throws Exception {
        run(COPY);
        workshop.migration(COPY).rollback(1, Selector.ALL);

        RunReport again = run(COPY);

        assertThat(again.run()).isEqualTo("r3");
        assertThat(workshop.content("b")).isEqualTo(workshop.content("a"));
    }

    @Test
    void carriesAChangedSourceOverAndCanGoBackToTheOlder() throws Exception {
        run(COPY);
        workshop.put("a", "one", "newer");

        RunReport second = run(COPY);
        assertThat(second.items()).isEqualTo(Map.of(State.VERIFIED, 1L));
        assertThat(workshop.content("b")).containsEntry("one", "newer");

        workshop.put("a", "one", "newer");
        workshop.migration(COPY).rollback(2, Selector.ALL);
        assertThat(workshop.content("b")).containsEntry("one", "1");
    }

    @Test
    void refusesTwoSourcesForOneTarget() throws Exception {
        String plan = "moves: [ { name: all, from: 'a:', to: 'b:x/${file.size}' } ]\n";
        workshop.put("a", "sub/ten", "22");

        assertThatThrownBy(() -> run(plan))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.lines())
                                .anySatisfy(line ->
                                        assertThat(line).contains("sub/ten").contains("sub/two")));
        assertThat(workshop.content("b")).isEmpty();
    }

    @Test
    void verifyFindsWhatChangedIsGoneOrExtra() throws Exception {
        run(COPY);
        workshop.put("b", "one", "X");
        workshop.remove("b", "empty");
        workshop.put("b", "extra", "?");

        VerifyReport report = workshop.migration(COPY).verify(new VerifyOptions(Selector.ALL, false, 100, 1, 1, true));

        assertThat(report.same()).isEqualTo(2);
        assertThat(report.different()).isEqualTo(1);
        assertThat(report.missing()).isEqualTo(1);
        assertThat(report.extra()).isEqualTo(1);
    }

    @Test
    void failsOnlyTheFileThatIsGone() throws Exception {
        workshop.migration(COPY).plan(false);
        workshop.remove("a", "one");

        RunReport report = run(COPY);

        assertThat(report.items()).isEqualTo(Map.of(State.VERIFIED, 3L, State.FAILED, 1L));
        workshop.put("a", "one", "back");
        assertThat(run(COPY).items()).isEqualTo(Map.of(State.VERIFIED, 1L));
    }

    @Test
    void refusesTheRunWhenSomethingExistsAndThePlanSaysFail() throws Exception {
        workshop.put("b", "one", "1");

        assertThatThrownBy(() -> run("exists: fail\n" + COPY)).isInstanceOf(RefusedException.class);
        assertThat(workshop.content("b")).isEqualTo(Map.of("one", "1"));
    }

    @Test
    void aSecondRunnerIsToldWhoIsAtWork() throws Exception {
        try (io.waybill.ledger.Ledger held =
                workshop.ledger().open("test", "somebody", java.time.InstantSource.system())) {
            assertThat(held.series()).isNotEmpty();
            assertThatThrownBy(() -> run(COPY)).hasMessageContaining("somebody").hasMessageContaining("waybill status");
        }
    }

    @Test
    void removesSourcesOnlyAfterTheirCopiesAreReadBackAndPutsThemBackOnRollback() throws Exception {
        Map<String, String> before = workshop.content("a");
        String moving = "source: delete\n" + COPY;

        run(moving);

        assertThat(workshop.content("a")).isEmpty();
        assertThat(workshop.content("b")).isEqualTo(before);

        workshop.migration(moving).rollback(1, Selector.ALL);

        assertThat(workshop.content("a")).isEqualTo(before);
        assertThat(workshop.content("b")).isEmpty();
    }

    @Test
    void keepsSourcesWhoseCopiesAreNotVerified() throws Exception {
        workshop.put("b", "one", "other");

        run("source: delete\n" + COPY);

        assertThat(workshop.content("a")).isEqualTo(Map.of("one", "1"));
    }

    @Test
    void stopsBeforeVerifyingAndVerifiesInTheNextRun() throws Exception {
        RunReport written = workshop.migration(COPY).run(new RunOptions(Selector.ALL, false, false, "write"));
        assertThat(written.items()).isEqualTo(Map.of(State.WRITTEN, 4L));
        assertThat(written.finished()).isFalse();

        RunReport verified = run(COPY);

        assertThat(verified.run()).isEqualTo("r1");
        assertThat(verified.items()).isEqualTo(Map.of(State.VERIFIED, 4L));
        assertThat(verified.finished()).isTrue();
    }

    @Test
    void readsEverythingAndWritesNothingUntilCheck() throws Exception {
        RunReport read = workshop.migration(COPY).run(new RunOptions(Selector.ALL, false, false, "check"));

        assertThat(read.items()).isEqualTo(Map.of(State.PLANNED, 4L));
        assertThat(workshop.content("b")).isEmpty();
    }

    @Test
    void takesNoMoreThanTheLimitAndGoesOnLater() throws Exception {
        Selector two = new Selector(
                null, List.of(), List.of(), List.of(), java.util.Set.of(), null, null, entry -> true, 2, "--limit 2");

        RunReport first = workshop.migration(COPY).run(new RunOptions(two, false, false, "verify"));

        assertThat(first.items()).isEqualTo(Map.of(State.VERIFIED, 2L, State.PLANNED, 2L));
        assertThat(run(COPY).items()).isEqualTo(Map.of(State.VERIFIED, 4L));
    }

    @Test
    void copiesEverythingToAnotherTargetAndRollsBackOnlyWhatStandsInItsOwn() throws Exception {
        run(COPY);
        String other = COPY.replace("'b:'", "'c:'");

        assertThat(run(other).items()).isEqualTo(Map.of(State.VERIFIED, 4L));
        RollbackReport wrong = workshop.migration(other).rollback(1, Selector.ALL);

        assertThat(wrong.reasons().get(0)).contains("another store");
        assertThat(workshop.content("c")).isEqualTo(workshop.content("a"));
        assertThat(workshop.content("b")).isEqualTo(workshop.content("a"));
    }

    @Test
    void aNewSourceNeverReplacesWhatAnotherSourcePutThere() throws Exception {
        String byName = "moves: [ { name: all, from: 'a:', to: 'b:${file.name}' } ]\n";
        run(byName);
        workshop.put("a", "other/one", "another one");

        RunReport second = run(byName);

        assertThat(second.items()).isEqualTo(Map.of(State.CONFLICT, 1L));
        assertThat(workshop.content("b")).containsEntry("one", "1");
    }

    @Test
    void doesNotForgetConflictsThatStillStand() throws Exception {
        workshop.put("b", "one", "other");
        run(COPY);

        RunReport second = run(COPY);

        assertThat(second.run()).isEmpty();
        assertThat(second.needYou()).isEqualTo(1);
    }

    @Test
    void aStoreThatLiesIsNeverVerified() throws Exception {
        workshop.wrap("b", Liar::new);

        RunReport report = run(COPY);

        assertThat(report.items(State.VERIFIED)).isEqualTo(1); // the empty file has nothing to lie about
        assertThat(report.items(State.FAILED)).isEqualTo(3);
    }

    /** Answers other bytes than were stored. */
    private static final class Liar extends FaultyFileStore {
        Liar(FileStore inner) {
            super(inner);
        }

        @Override
        public Reading read(
                io.waybill.store.FileKey key,
                long offset,
                io.waybill.store.@org.jspecify.annotations.Nullable Version expected)
                throws io.waybill.store.StoreException {
            Reading honest = super.read(key, offset, expected);
            return new Reading() {
                @Override
                public io.waybill.store.FileItem item() {
                    return honest.item();
                }

                @Override
                public java.io.InputStream stream() {
                    return new java.io.FilterInputStream(honest.stream()) {
                        @Override
                        public int read(byte[] into, int at, int most) throws java.io.IOException {
                            int count = super.read(into, at, most);
                            if (count > 0) {
                                into[at] ^= 1;
                            }
                            return count;
                        }
                    };
                }

                @Override
                public void confirm() throws io.waybill.store.StoreException {
                    honest.confirm();
                }

                @Override
                public void close() throws java.io.IOException {
                    honest.close();
                }
            };
        }
    }
}
