package io.waybill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Runs;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.store.Effect;
import io.waybill.store.FaultyFileStore;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Outcome;
import io.waybill.store.Selection;
import io.waybill.store.StoreException;
import io.waybill.store.Version;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verify and what is removed after it, when single items are in trouble or it is interrupted. */
class VerifyTest {
    private static final String COPY = "limits: { retries: 1 }\nmoves: [ { name: all, from: 'a:', to: 'b:' } ]\n";
    private static final String MOVE = "source: delete\n" + COPY;
    private static final VerifyOptions READ = new VerifyOptions(Selector.ALL, true, 100, 1, 1, false);
    private static final VerifyOptions BOTH_WAYS = new VerifyOptions(Selector.ALL, false, 100, 1, 1, true);

    /** More than one page, so that the first has its position when the second is interrupted. */
    private static final int MANY = 210;

    @TempDir
    Path folder;

    private Workshop workshop;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final List<String> notices = new ArrayList<>();

    @BeforeEach
    void makeWorkshop() {
        workshop = new Workshop(folder);
        InstantSource clock = () -> now;
        workshop.clock(clock);
    }

    private static String name(int number) {
        return String.format(Locale.ROOT, "f%03d", number);
    }

    private void copyMany() throws Exception {
        for (int i = 0; i < MANY; i++) {
            workshop.put("a", name(i), "content " + i);
        }
        run(COPY);
        now = now.plusSeconds(60);
    }

    private void makeThree() throws Exception {
        workshop.put("a", "one", "1");
        workshop.put("a", "three", "333");
        workshop.put("a", "two", "22");
    }

    private RunReport run(String plan) throws Exception {
        Migration migration = workshop.migration(plan);
        RunReport report = migration.run(RunOptions.ALL);
        for (String notice = migration.live().nextNotice();
                notice != null;
                notice = migration.live().nextNotice()) {
            notices.add(notice);
        }
        return report;
    }

    private VerifyReport verify(VerifyOptions options) throws Exception {
        return workshop.migration(COPY).verify(options);
    }

    /** Verifies until the target of this number is read. */
    private VerifyReport verifyUntil(int number) throws Exception {
        Migration migration = workshop.migration(COPY);
        workshop.wrap("b", store -> new Calling(store, name(number), migration::stop));
        VerifyReport stopped = migration.verify(READ);
        workshop.wrap("b", store -> store);
        assertThat(stopped.complete()).isFalse();
        now = now.plusSeconds(60);
        return stopped;
    }

    private Map<String, String> verdicts(VerifyReport report) throws Exception {
        Map<String, String> verdicts = new TreeMap<>();
        try (LedgerReader reader = workshop.reader()) {
            for (LedgerReader.VerdictLine line : reader.verdicts(report.id(), 1_000)) {
                assertThat(verdicts.put(line.key(), line.verdict() + ": " + line.detail()))
                        .isNull();
            }
        }
        return verdicts;
    }

    @Test
    void goesOnWhereItWasStoppedAndCountsEveryItemOnce() throws Exception {
        copyMany();
        workshop.put("b", name(3), "other");
        workshop.put("b", name(202), "other");
        VerifyReport stopped = verifyUntil(205);

        VerifyReport report = verify(READ);

        assertThat(report.id()).isEqualTo(stopped.id());
        assertThat(report.complete()).isTrue();
        assertThat(report.readBack()).isEqualTo(9);
        assertThat(report.same()).isEqualTo(MANY - 2);
        assertThat(report.different()).isEqualTo(2);
        assertThat(verdicts(report)).containsOnlyKeys(name(3), name(202));
        assertThat(workshop.number("SELECT same FROM verification")).isEqualTo(MANY - 2);
    }

    @Test
    void keepsOfAnInterruptedVerificationTheSumsOfItsPosition() throws Exception {
        copyMany();

        VerifyReport stopped = verifyUntil(205);

        assertThat(stopped.same()).isGreaterThan(200);
        assertThat(workshop.number("SELECT same FROM verification")).isEqualTo(200);
    }

    @Test
    void countsExtraItemsOnceWhenItWasStoppedAmongThem() throws Exception {
        copyMany();
        workshop.put("b", "extra", "?");
        Migration migration = workshop.migration(COPY);
        workshop.wrap("b", store -> new Stopping(store, migration));
        VerifyReport stopped = migration.verify(BOTH_WAYS);
        assertThat(stopped.complete()).isFalse();
        assertThat(stopped.extra()).isEqualTo(1);
        workshop.wrap("b", store -> store);

        VerifyReport report = verify(BOTH_WAYS);

        assertThat(report.id()).isEqualTo(stopped.id());
        assertThat(report.extra()).isEqualTo(1);
        assertThat(report.same()).isEqualTo(MANY);
        assertThat(verdicts(report)).containsOnlyKeys("extra");
    }

    @Test
    void beginsAnewWhenARunWorkedSince() throws Exception {
        copyMany();
        VerifyReport stopped = verifyUntil(205);
        workshop.put("a", name(1), "newer");
        run(COPY);
        workshop.put("b", name(1), "other");

        VerifyReport report = verify(READ);

        assertThat(report.id()).isGreaterThan(stopped.id());
        assertThat(report.same()).isEqualTo(MANY - 1);
        assertThat(verdicts(report)).containsOnlyKeys(name(1));
    }

    @Test
    void beginsAnewWhenARollbackWorkedSince() throws Exception {
        copyMany();
        workshop.put("a", name(1), "newer");
        run(COPY);
        now = now.plusSeconds(60);
        VerifyReport stopped = verifyUntil(205);
        workshop.migration(COPY).rollback(2, Selector.ALL);

        assertThat(verify(READ).id()).isGreaterThan(stopped.id());
    }

    @Test
    void beginsAnewWhenARunDiedThatHadBegunBefore() throws Exception {
        copyMany();
        VerifyReport stopped = verifyUntil(205);
        try (Ledger ledger = workshop.ledger().open("test", "test", () -> now)) {
            ledger.change(tx -> Runs.start(tx, 1, "", now.toEpochMilli()));
        }

        assertThat(verify(READ).id()).isGreaterThan(stopped.id());
    }

    @Test
    void goesOnForADayAndNoLonger() throws Exception {
        copyMany();
        VerifyReport stopped = verifyUntil(205);
        now = now.plus(Duration.ofHours(23));
        assertThat(verifyUntil(207).id()).isEqualTo(stopped.id());
        now = now.plus(Duration.ofHours(1));

        VerifyReport report = verify(READ);

        assertThat(report.id()).isGreaterThan(stopped.id());
        assertThat(report.same()).isEqualTo(MANY);
    }

    @Test
    void anItemThatCannotBeReadIsDifferentAndTheOthersAreVerified() throws Exception {
        makeThree();
        run(COPY);
        workshop.wrap("b", store -> new Unreadable(store, "one", StoreException.Kind.INVALID));

        VerifyReport report = verify(READ);

        assertThat(report.complete()).isTrue();
        assertThat(report.same()).isEqualTo(2);
        assertThat(report.different()).isEqualTo(1);
        assertThat(verdicts(report)).isEqualTo(Map.of("one", "different: Cannot read one: the test says INVALID."));
    }

    @Test
    void anItemThatCannotBeLookedAtIsDifferentAndTheOthersAreVerified() throws Exception {
        makeThree();
        run(COPY);
        workshop.wrap("b", store -> new Unseen(store, "two"));

        VerifyReport report = verify(VerifyOptions.ALL);

        assertThat(report.complete()).isTrue();
        assertThat(report.same()).isEqualTo(2);
        assertThat(verdicts(report)).isEqualTo(Map.of("two", "different: Cannot find two: the test says DENIED."));
    }

    @Test
    void aFailedItemWhoseSourceIsGoneAndWhoseTargetHasItsSizeIsDifferent() throws Exception {
        makeThree();
        workshop.migration(COPY).plan(false);
        workshop.remove("a", "one");
        assertThat(run(COPY).items()).isEqualTo(Map.of(State.VERIFIED, 2L, State.FAILED, 1L));
        workshop.put("b", "one", "?");

        VerifyReport report = verify(VerifyOptions.ALL);

        assertThat(report.same()).isEqualTo(2);
        assertThat(verdicts(report).get("one")).startsWith("different: ").contains("it is not there");
    }

    @Test
    void aStoreThatIsInTroubleIsNoVerdict() throws Exception {
        makeThree();
        run(COPY);
        workshop.wrap("b", store -> new Unreadable(store, "one", StoreException.Kind.UNAVAILABLE));

        assertThatThrownBy(() -> verify(READ)).isInstanceOf(StoreException.class);

        workshop.wrap("b", store -> store);
        assertThat(verify(READ).same()).isEqualTo(3);
    }

    @Test
    void aStoreThatDeniesEverythingIsNoVerdict() throws Exception {
        copyMany();
        workshop.wrap("b", store -> new Unreadable(store, "", StoreException.Kind.DENIED));

        assertThatThrownBy(() -> verify(READ)).isInstanceOf(StoreException.class);

        workshop.wrap("b", store -> store);
        VerifyReport report = verify(READ);
        assertThat(report.same()).isEqualTo(MANY);
        assertThat(verdicts(report)).isEmpty();
    }

    @Test
    void manyItemsThatAreDeniedAreVerdictsWhenOthersAreNot() throws Exception {
        copyMany();
        workshop.wrap("b", store -> new Unreadable(store, "f00", StoreException.Kind.DENIED));

        VerifyReport report = verify(READ);

        assertThat(report.complete()).isTrue();
        assertThat(report.different()).isEqualTo(10);
        assertThat(report.same()).isEqualTo(MANY - 10);
    }

    @Test
    void removesTheOtherSourcesWhenOneCopyIsGone() throws Exception {
        makeThree();
        workshop.wrap("a", store -> new Removing(store, new AtomicInteger()) {
            @Override
            public Map<ItemKey, Item> find(Collection<? extends ItemKey> keys) throws StoreException {
                if (keys.contains(new FileKey("one"))) {
                    removeCopy("one");
                }
                return super.find(keys);
            }
        });

        RunReport report = run(MOVE);

        assertThat(report.finished()).isTrue();
        assertThat(workshop.content("a")).containsOnlyKeys("one");
        assertThat(notices)
                .singleElement()
                .asString()
                .contains("one was not removed: ")
                .contains("it is not there");
    }

    @Test
    void removesTheOtherSourcesWhenOneCannotBeRemoved() throws Exception {
        makeThree();
        workshop.wrap("a", store -> new Removing(store, new AtomicInteger()) {
            @Override
            Outcome remove(int attempt, Effect removal) throws StoreException {
                return removal.key().equals(new FileKey("one"))
                        ? new Outcome.Failed(failure(StoreException.Kind.DENIED, "remove", "one"))
                        : super.remove(attempt, removal);
            }
        });

        RunReport report = run(MOVE);

        assertThat(report.finished()).isTrue();
        assertThat(workshop.content("a")).containsOnlyKeys("one");
        assertThat(notices)
                .singleElement()
                .asString()
                .contains("one was not removed: ")
                .contains("DENIED");
        assertThat(workshop.number("SELECT count(*) FROM effect WHERE kind = 'remove'"))
                .isEqualTo(2);
    }

    @Test
    void aStoreThatIsInTroubleEndsTheRemovalAndTheNextRunGoesOn() throws Exception {
        makeThree();
        workshop.wrap("a", store -> new Removing(store, new AtomicInteger()) {
            @Override
            Outcome remove(int attempt, Effect removal) {
                return new Outcome.Failed(failure(StoreException.Kind.UNAVAILABLE, "remove", "it"));
            }
        });

        RunReport report = run(MOVE);

        assertThat(report.finished()).isFalse();
        assertThat(report.trouble()).hasMessageContaining("UNAVAILABLE");
        assertThat(workshop.content("a")).hasSize(3);
        assertThat(workshop.number("SELECT count(*) FROM effect WHERE kind = 'remove'"))
                .isZero();
        workshop.wrap("a", store -> store);
        assertThat(run(MOVE).finished()).isTrue();
        assertThat(workshop.content("a")).isEmpty();
    }

    @Test
    void looksAgainWhetherARemovalTookPlaceWhoseAnswerWasLost() throws Exception {
        workshop.put("a", "one", "1");
        AtomicInteger removals = new AtomicInteger();
        workshop.wrap("a", store -> new Removing(store, removals) {
            @Override
            Outcome remove(int attempt, Effect removal) throws StoreException {
                super.remove(attempt, removal);
                return unknown();
            }
        });

        run(MOVE);

        assertThat(removals).hasValue(1);
        assertThat(notices).isEmpty();
        assertThat(workshop.content("a")).isEmpty();
        assertThat(workshop.number("SELECT state FROM effect WHERE kind = 'remove'"))
                .isEqualTo(State.VERIFIED.code());
    }

    @Test
    void triesARemovalOnceMoreWhenTheSourceStillStands() throws Exception {
        workshop.put("a", "one", "1");
        AtomicInteger removals = new AtomicInteger();
        workshop.wrap("a", store -> new Removing(store, removals) {
            @Override
            Outcome remove(int attempt, Effect removal) throws StoreException {
                return attempt == 1 ? unknown() : super.remove(attempt, removal);
            }
        });

        run(MOVE);

        assertThat(removals).hasValue(2);
        assertThat(notices).isEmpty();
        assertThat(workshop.content("a")).isEmpty();
        assertThat(workshop.number("SELECT state FROM effect WHERE kind = 'remove'"))
                .isEqualTo(State.VERIFIED.code());
    }

    @Test
    void saysThatASourceStandsWhoseRemovalStaysUnknown() throws Exception {
        workshop.put("a", "one", "1");
        AtomicInteger removals = new AtomicInteger();
        workshop.wrap("a", store -> new Removing(store, removals) {
            @Override
            Outcome remove(int attempt, Effect removal) {
                return unknown();
            }
        });

        assertThat(run(MOVE).finished()).isTrue();

        assertThat(removals).hasValue(2);
        assertThat(notices).singleElement().asString().contains("one was not removed: ");
        assertThat(workshop.number("SELECT state FROM effect WHERE kind = 'remove'"))
                .isEqualTo(State.WRITING.code());
    }

    @Test
    void removesNothingThatChangedWhileItsRemovalWasUnknown() throws Exception {
        workshop.put("a", "one", "1");
        AtomicInteger removals = new AtomicInteger();
        workshop.wrap("a", store -> new Removing(store, removals) {
            @Override
            Outcome remove(int attempt, Effect removal) {
                putAgain("one");
                return unknown();
            }
        });

        run(MOVE);

        assertThat(removals).hasValue(1);
        assertThat(notices).hasSize(1);
        assertThat(workshop.content("a")).isEqualTo(Map.of("one", "changed"));
    }

    private void putAgain(String path) {
        try {
            workshop.put("a", path, "changed");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void removeCopy(String path) {
        try {
            workshop.remove("b", path);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static StoreException failure(StoreException.Kind kind, String verb, String path) {
        return new StoreException(kind, "Cannot " + verb + " " + path + ": the test says " + kind + ".");
    }

    private static Outcome unknown() {
        return new Outcome.Unknown(failure(StoreException.Kind.UNKNOWN_OUTCOME, "remove", "it"));
    }

    /** Calls somebody when one file is read. */
    private static final class Calling extends FaultyFileStore {
        private final FileKey path;
        private final Runnable call;

        Calling(FileStore inner, String path, Runnable call) {
            super(inner);
            this.path = new FileKey(path);
            this.call = call;
        }

        @Override
        public Reading read(FileKey key, long offset, @Nullable Version expected) throws StoreException {
            if (key.equals(path)) {
                call.run();
            }
            return super.read(key, offset, expected);
        }
    }

    /** Stops the migration when it is listed. */
    private static final class Stopping extends FaultyFileStore {
        private final Migration migration;

        Stopping(FileStore inner, Migration migration) {
            super(inner);
            this.migration = migration;
        }

        @Override
        public Opened open(Selection what) throws StoreException {
            migration.stop();
            return super.open(what);
        }
    }

    /** Refuses to read the files whose names begin so. */
    private static final class Unreadable extends FaultyFileStore {
        private final String prefix;
        private final StoreException.Kind kind;

        Unreadable(FileStore inner, String prefix, StoreException.Kind kind) {
            super(inner);
            this.prefix = prefix;
            this.kind = kind;
        }

        @Override
        public Reading read(FileKey key, long offset, @Nullable Version expected) throws StoreException {
            if (key.path().startsWith(prefix)) {
                throw failure(kind, "read", key.path());
            }
            return super.read(key, offset, expected);
        }
    }

    /** Refuses to find one file. */
    private static final class Unseen extends FaultyFileStore {
        private final String path;

        Unseen(FileStore inner, String path) {
            super(inner);
            this.path = path;
        }

        @Override
        public Map<ItemKey, Item> find(Collection<? extends ItemKey> keys) throws StoreException {
            if (keys.contains(new FileKey(path))) {
                throw failure(StoreException.Kind.DENIED, "find", path);
            }
            return super.find(keys);
        }
    }

    /** Lets a test answer removals, numbered from 1. */
    private static class Removing extends FaultyFileStore {
        private final AtomicInteger removals;

        Removing(FileStore inner, AtomicInteger removals) {
            super(inner);
            this.removals = removals;
        }

        Outcome remove(int attempt, Effect removal) throws StoreException {
            assertThat(attempt).isPositive();
            return super.apply(List.of(removal)).get(0);
        }

        @Override
        public List<Outcome> apply(List<Effect> effects) throws StoreException {
            assertThat(effects).singleElement().extracting(Effect::kind).isEqualTo(Effect.Kind.REMOVE);
            return List.of(remove(removals.incrementAndGet(), effects.get(0)));
        }
    }
}
