package io.waybill.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every store of tables holds to as a source and as a target. */
public abstract class TableStoreContract extends TableReadContract {
    private static final String MARK = "series/1";

    @Test
    protected void putsARowWhereNothingStood() throws Exception {
        String table = create(Shape.INTEGER_KEY);
        Row row = row(1, "Ada", "12345678901234567890.123456789");
        assertThat(apply(put(table, row, Condition.ABSENT))).isInstanceOf(Outcome.Done.class);
        assertThat(read(table, 1)).isEqualTo(Canonical.digest(stored(row)));
    }

    @Test
    protected void refusesAPutWhereSomethingStandsAndSaysWhat() throws Exception {
        String table = create(Shape.INTEGER_KEY);
        Row there = row(1, "Ada", "1.5");
        fill(table, List.of(there));
        Outcome outcome = apply(put(table, row(1, "Grace", "2"), Condition.ABSENT));
        assertRefused(outcome, there);
        assertThat(read(table, 1)).isEqualTo(Canonical.digest(stored(there)));
    }

    @Test
    protected void exactlyOneOfTwoRacingPutsWins() throws Exception {
        String table = create(Shape.INTEGER_KEY);
        int rows = 60;
        CyclicBarrier start = new CyclicBarrier(2);
        List<Callable<List<Outcome>>> racers = new ArrayList<>();
        for (String name : List.of("Ada", "Grace")) {
            List<Effect> effects = new ArrayList<>();
            for (int id = 0; id < rows; id++) {
                effects.add(put(table, row(id, name, "1"), Condition.ABSENT));
            }
            racers.add(() -> {
                start.await(30, TimeUnit.SECONDS);
                return store().apply(effects);
            });
        }
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            List<Future<List<Outcome>>> answers = pool.invokeAll(racers);
            List<Outcome> ada = answers.get(0).get();
            List<Outcome> grace = answers.get(1).get();
            for (int id = 0; id < rows; id++) {
                boolean adaWon = ada.get(id) instanceof Outcome.Done;
                Row winner = stored(row(id, adaWon ? "Ada" : "Grace", "1"));
                assertThat(adaWon ? ada.get(id) : grace.get(id)).isInstanceOf(Outcome.Done.class);
                assertRefused(adaWon ? grace.get(id) : ada.get(id), winner);
                assertThat(read(table, id)).isEqualTo(Canonical.digest(winner));
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    protected void replacesOnlyWhatHasTheExpectedDigest() throws Exception {
        String table = create(Shape.INTEGER_KEY);
        Row there = row(1, "Ada", "1.50");
        Row next = row(1, "Grace", "2");
        fill(table, List.of(there));
        assertRefused(apply(put(table, next, Condition.Unchanged.digest(digestOf(next)))), there);
        assertThat(apply(put(table, next, Condition.Unchanged.digest(digestOf(there)))))
                .isInstanceOf(Outcome.Done.class);
        assertThat(read(table, 1)).isEqualTo(digestOf(next));
        Outcome onNothing = apply(put(table, row(2, "Ada", "1"), Condition.Unchanged.digest(digestOf(there))));
        assertThat(onNothing).isEqualTo(new Outcome.Refused(null));
        assertThat(read(table, 2)).isNull();
    }

    @Test
    protected void replacesOnlyWhatHasTheExpectedFields() throws Exception {
        String table = create(Shape.INTEGER_KEY);
        Row there = row(1, "Ada", "1.50");
        fill(table, List.of(there));
        Row next = row(1, "Grace", "2");
        assertRefused(apply(put(table, next, fields(there.with("amount", Value.of(9))))), there);
        assertThat(apply(put(table, next, fields(stored(there))))).isInstanceOf(Outcome.Done.class);
        assertThat(read(table, 1)).isEqualTo(digestOf(next));
    }

    @Test
    protected void removesOnlyWhatIsStillTheSame() throws Exception {
        String table = create(Shape.INTEGER_KEY);
        Row there = row(1, "Ada", "1.50");
        fill(table, List.of(there, row(2, "Grace", "1.50")));
        Digest old = digestOf(there);
        assertRefused(apply(remove(table, 2, Condition.Unchanged.digest(old))), row(2, "Grace", "1.50"));
        assertThat(apply(remove(table, 1, Condition.Unchanged.digest(old)))).isInstanceOf(Outcome.Done.class);
        assertThat(read(table, 1)).isNull();
        assertThat(read(table, 2)).isNotNull();
        assertThat(apply(remove(table, 1, Condition.Unchanged.digest(old)))).isEqualTo(new Outcome.Refused(null));
        assertThat(apply(remove(table, 1, Condition.ANY))).isInstanceOf(Outcome.Done.class);
        assertThat(apply(remove(table, 2, Condition.ANY))).isInstanceOf(Outcome.Done.class);
        assertThat(read(table, 2)).isNull();
    }

    @Test
    protected void patchesTheNamedFieldsOnlyAndOnlyWhatStandsThere() throws Exception {
        String table = create(Shape.INTEGER_KEY);
        Row there = row(1, "Ada", "1.50");
        fill(table, List.of(there));
        RowKey key = key(table, 1);
        Content patch = new Content.RowPatch(Row.of("name", Value.of("Grace")), List.of());
        Condition wrong = fields(Row.of("amount", Value.of(7)));
        assertRefused(apply(new Effect(Effect.Kind.PATCH, key, patch, wrong, MARK, null)), there);
        Condition right = fields(Row.of("amount", Value.of(new BigDecimal("1.5"))));
        assertThat(apply(new Effect(Effect.Kind.PATCH, key, patch, right, MARK, null)))
                .isInstanceOf(Outcome.Done.class);
        assertThat(read(table, 1)).isEqualTo(digestOf(there.with("name", Value.of("Grace"))));
        Effect onNothing = new Effect(Effect.Kind.PATCH, key(table, 5), patch, Condition.ANY, MARK, null);
        assertThat(apply(onNothing)).isEqualTo(new Outcome.Refused(null));
        assertThat(read(table, 5)).isNull();
    }

    @Test
    protected void oneEffectThatCannotBeHidesNoOther() throws Exception {
        String table = create(Shape.INTEGER_KEY);
        fill(table, List.of(row(3, "Ada", "1")));
        Effect keyless = Effect.put(
                key(table, 2), new Content.RowContent(Row.of("name", Value.of("x"))), Condition.ABSENT, MARK);
        List<Outcome> outcomes = store().apply(List.of(
                put(table, row(1, "Ada", "1"), Condition.ABSENT),
                keyless,
                put(table, row(3, "Grace", "1"), Condition.ABSENT),
                put(table, row(4, "Ada", "1"), Condition.ABSENT),
                put("no_such_table", row(5, "Ada", "1"), Condition.ABSENT)));
        assertThat(outcomes).hasSize(5);
        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Done.class);
        assertFailed(outcomes.get(1), StoreException.Kind.INVALID);
        assertRefused(outcomes.get(2), row(3, "Ada", "1"));
        assertThat(outcomes.get(3)).isInstanceOf(Outcome.Done.class);
        assertFailed(outcomes.get(4), StoreException.Kind.NOT_FOUND);
        assertThat(read(table, 2)).isNull();
    }

    @Test
    protected void anAtomicGroupIsWholeOrAbsent() throws Exception {
        String table = create(Shape.INTEGER_KEY);
        fill(table, List.of(row(3, "Ada", "1")));
        List<Outcome> outcomes = store().apply(List.of(
                grouped(put(table, row(1, "Ada", "1"), Condition.ABSENT), "a"),
                grouped(put(table, row(3, "Grace", "1"), Condition.ABSENT), "a"),
                grouped(put(table, row(5, "Ada", "1"), Condition.ABSENT), "b"),
                grouped(remove(table, 3, Condition.Unchanged.digest(digestOf(row(3, "Ada", "1")))), "b")));
        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Failed.class);
        assertRefused(outcomes.get(1), row(3, "Ada", "1"));
        assertThat(read(table, 1)).isNull();
        assertThat(outcomes.subList(2, 4)).allMatch(Outcome.Done.class::isInstance);
        assertThat(read(table, 5)).isNotNull();
        assertThat(read(table, 3)).isNull();
    }

    @Test
    protected void manyUnconditionalEffectsOfOneCallHappenInTheirOrder() throws Exception {
        String table = create(Shape.INTEGER_KEY);
        List<Effect> effects = new ArrayList<>();
        for (int id = 0; id < 130; id++) {
            effects.add(put(table, row(id % 100, "Ada " + id, "1"), Condition.ANY));
        }
        effects.add(remove(table, 99, Condition.ANY));
        List<Outcome> outcomes = store().apply(effects);
        assertThat(outcomes).hasSize(131).allMatch(Outcome.Done.class::isInstance);
        assertThat(read(table, 0)).isEqualTo(digestOf(row(0, "Ada 100", "1")));
        assertThat(read(table, 98)).isEqualTo(digestOf(row(98, "Ada 98", "1")));
        assertThat(read(table, 99)).isNull();
    }

    @Test
    protected void aRowIsGivenBackAsStoredOrRefusedByTheNameOfItsField() throws Exception {
        int kept = 0;
        for (Value value : ValueCorpus.all()) {
            String table = valueTable(value);
            Row row = Row.of("id", Value.of(1)).with("v", value);
            Row stored;
            try {
                stored = stored(row);
            } catch (StoreException e) {
                assertThat(e.kind()).as("%s", value).isEqualTo(StoreException.Kind.INVALID);
                assertThat(e.getMessage()).contains(" v ", value.kind());
                continue;
            }
            assertThat(apply(put(table, row, Condition.ANY))).as("%s", value).isInstanceOf(Outcome.Done.class);
            assertThat(read(table, 1)).as("%s", value).isEqualTo(Canonical.digest(stored));
            Condition same = Condition.Unchanged.digest(Canonical.digest(stored));
            assertThat(apply(remove(table, 1, same))).as("%s", value).isInstanceOf(Outcome.Done.class);
            kept++;
        }
        assertThat(kept).isGreaterThan(ValueCorpus.all().size() / 2);
    }

    /** A table with key {@code id}, integer, that may hold the value in {@code v}. */
    protected abstract String valueTable(Value value) throws Exception;

    @Test
    protected void noEffectReachesAServerThatIsNotThere() throws Exception {
        try (TableStore gone = openUnreachable()) {
            Outcome outcome = gone.apply(List.of(put("t", row(1, "Ada", "1"), Condition.ABSENT)))
                    .get(0);
            assertFailed(outcome, StoreException.Kind.UNAVAILABLE);
        }
    }

    @Test
    protected void aFileHasNoPlaceInATable() {
        assertThatThrownBy(() -> store().find(List.of(new FileKey("a.txt"))))
                .asInstanceOf(type(StoreException.class))
                .returns(StoreException.Kind.INVALID, StoreException::kind);
    }

    protected final Outcome apply(Effect effect) throws StoreException {
        List<Outcome> outcomes = store().apply(List.of(effect));
        assertThat(outcomes).hasSize(1);
        return outcomes.get(0);
    }

    protected static Effect put(String table, Row row, Condition condition) {
        Value id = Objects.requireNonNull(row.find("id"));
        return Effect.put(new RowKey(table, Row.of("id", id)), new Content.RowContent(row), condition, MARK);
    }

    protected static Effect remove(String table, long id, Condition condition) {
        return Effect.remove(key(table, id), condition, MARK);
    }

    protected static Effect grouped(Effect effect, String group) {
        return new Effect(effect.kind(), effect.key(), effect.content(), effect.condition(), effect.mark(), group);
    }

    protected static RowKey key(String table, long id) {
        return new RowKey(table, Row.of("id", Value.of(id)));
    }

    protected static Condition fields(Row old) {
        return new Condition.Unchanged(null, null, old, List.of());
    }

    protected final Digest digestOf(Row row) throws StoreException {
        return Canonical.digest(stored(row));
    }

    /** The digest of what stands at a key, or null. */
    protected final @Nullable Digest read(String table, long id) throws StoreException {
        RowKey key = key(table, id);
        Map<ItemKey, Item> found = store().find(List.of(key));
        Item item = found.get(key);
        return item == null ? null : digest(item);
    }

    protected final void assertRefused(Outcome outcome, Row found) throws StoreException {
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        Item item = ((Outcome.Refused) outcome).found();
        assertThat(item).isNotNull();
        assertThat(digest(Objects.requireNonNull(item))).isEqualTo(digestOf(found));
    }

    protected static void assertFailed(Outcome outcome, StoreException.Kind kind) {
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        StoreException cause = ((Outcome.Failed) outcome).cause();
        assertThat(cause.kind()).as(String.valueOf(cause.getMessage())).isEqualTo(kind);
    }
}
