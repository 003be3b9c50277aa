package io.waybill.aws.dynamodb;

import io.waybill.store.Condition;
import io.waybill.store.Effect;
import io.waybill.store.Evidence;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Outcome;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Canonical;
import io.waybill.value.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the effects of one call. Conditional ones are sent each on its own, many at once; those of an atomic group in
 * one transaction; those without a condition in batches. Effects on one key happen in their order, one after the other.
 */
final class DynamoApply {
    static final Outcome DONE = new Outcome.Done(Evidence.NONE);

    private static final Logger log = LoggerFactory.getLogger(DynamoApply.class);

    private final DynamoStore store;
    private final List<Effect> effects;
    private final @Nullable Outcome[] outcomes;
    private final @Nullable RowKey[] keys;
    private final @Nullable Row[] naturals;
    private volatile boolean stopped;

    DynamoApply(DynamoStore store, List<Effect> effects) {
        this.store = store;
        this.effects = effects;
        this.outcomes = new @Nullable Outcome[effects.size()];
        this.keys = new @Nullable RowKey[effects.size()];
        this.naturals = new @Nullable Row[effects.size()];
    }

    private record Touched(String table, Canonical.Form key) {}

    /** Effects that are sent in one request. */
    private record Unit(List<Integer> members, boolean atomic) {}

    List<Outcome> outcomes() {
        for (int i = 0; i < effects.size(); i++) {
            try {
                RowKey key = store.rowKey(effects.get(i).key());
                keys[i] = key;
                naturals[i] = store.natural(key);
            } catch (StoreException e) {
                outcomes[i] = new Outcome.Failed(e);
            }
        }
        for (List<Unit> wave : waves()) {
            carryOut(wave);
        }
        List<Outcome> all = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            all.add(Objects.requireNonNull(outcome, "an effect without an outcome"));
        }
        return all;
    }

    /** Units in waves: two that touch one key are never in the same wave. */
    private List<List<Unit>> waves() {
        List<Unit> units = new ArrayList<>();
        Map<String, List<Integer>> groups = new HashMap<>();
        for (int i = 0; i < effects.size(); i++) {
            String group = effects.get(i).atomic();
            if (group == null) {
                units.add(new Unit(List.of(i), false));
            } else {
                groups.computeIfAbsent(group, g -> {
                            List<Integer> members = new ArrayList<>();
                            units.add(new Unit(members, true));
                            return members;
                        })
                        .add(i);
            }
        }
        List<List<Unit>> waves = new ArrayList<>();
        Map<Touched, Integer> next = new HashMap<>();
        for (Unit unit : units) {
            List<Touched> touched = new ArrayList<>();
            int wave = 0;
            for (int i : unit.members()) {
                Row natural = naturals[i];
                if (natural != null) {
                    Touched key = new Touched(key(i).table(), Canonical.form(natural));
                    wave = Math.max(wave, next.getOrDefault(key, 0));
                    touched.add(key);
                }
            }
            for (Touched key : touched) {
                next.put(key, wave + 1);
            }
            while (waves.size() <= wave) {
                waves.add(new ArrayList<>());
            }
            waves.get(wave).add(unit);
        }
        return waves;
    }

    private RowKey key(int i) {
        return Objects.requireNonNull(keys[i]);
    }

    private void carryOut(List<Unit> wave) {
        @Nullable Prepared[] prepared = prepare(wave);
        List<Future<?>> sent = new ArrayList<>();
        List<Integer> batch = new ArrayList<>();
        for (Unit unit : wave) {
            if (unit.atomic()) {
                sent.add(store.pool().submit(() -> group(unit, prepared)));
                continue;
            }
            int i = unit.members().get(0);
            Prepared one = prepared[i];
            if (one == null) {
                continue;
            }
            if (one.effect().condition() instanceof Condition.Any
                    && one.effect().kind() != Effect.Kind.PATCH) {
                batch.add(i);
                if (batch.size() == DynamoBatch.MOST) {
                    sent.add(submit(batch, prepared));
                    batch = new ArrayList<>();
                }
            } else {
                sent.add(store.pool().submit(() -> single(i, one)));
            }
        }
        if (!batch.isEmpty()) {
            sent.add(submit(batch, prepared));
        }
        sent.forEach(this::await);
    }

    private Future<?> submit(List<Integer> batch, @Nullable Prepared[] prepared) {
        return store.pool().submit(() -> batch(batch, prepared));
    }

    /** What is under way is waited for even when the thread is interrupted: its outcome would be lost. */
    private void await(Future<?> future) {
        boolean interrupted = false;
        while (true) {
            try {
                future.get();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                stopped = true;
            } catch (ExecutionException e) {
                throw new IllegalStateException("a request ended in an unknown way", e.getCause());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes the requests of a wave; looks first at the items whose digests count. Settles what needs no request. */
    private @Nullable Prepared[] prepare(List<Unit> wave) {
        @Nullable Prepared[] prepared = new @Nullable Prepared[effects.size()];
        List<Integer> members = new ArrayList<>();
        wave.forEach(unit -> members.addAll(unit.members()));
        members.removeIf(i -> outcomes[i] != null);
        Map<ItemKey, Item> found = Map.of();
        StoreException unread = null;
        Set<Integer> looked = new LinkedHashSet<>();
        for (int i : members) {
            try {
                if (Prepared.needsLook(effects.get(i), store.location())) {
                    looked.add(i);
                }
            } catch (StoreException e) {
                outcomes[i] = new Outcome.Failed(e);
            }
        }
        members.removeIf(i -> outcomes[i] != null);
        try {
            found = store.find(looked.stream().map(this::key).toList());
        } catch (StoreException e) {
            log.debug("items not read before conditional writes", e);
            unread = e;
        }
        for (int i : members) {
            try {
                if (unread != null && looked.contains(i)) {
                    throw unread;
                }
                Row natural = Objects.requireNonNull(naturals[i]);
                prepared[i] = Prepared.of(store, effects.get(i), key(i), natural, found.get(key(i)));
            } catch (StoreException e) {
                outcomes[i] = new Outcome.Failed(e);
            } catch (Prepared.Settled e) {
                outcomes[i] = e.outcome();
            }
        }
        return prepared;
    }

    private void single(int i, Prepared one) {
        outcomes[i] = stopped ? notSent(one) : DynamoSingle.send(store, one);
    }

    private void batch(List<Integer> members, @Nullable Prepared[] prepared) {
        List<Prepared> all = new ArrayList<>();
        for (int i : members) {
            all.add(Objects.requireNonNull(prepared[i]));
        }
        if (stopped) {
            members.forEach(i -> outcomes[i] = notSent(Objects.requireNonNull(prepared[i])));
            return;
        }
        List<Outcome> answers = DynamoBatch.send(store, all);
        for (int i = 0; i < members.size(); i++) {
            outcomes[members.get(i)] = answers.get(i);
        }
    }

    private void group(Unit unit, @Nullable Prepared[] prepared) {
        List<Prepared> all = new ArrayList<>();
        for (int i : unit.members()) {
            Prepared one = prepared[i];
            if (one != null) {
                all.add(one);
            }
        }
        if (all.size() < unit.members().size()) {
            Kind spoiling = Kind.CONFLICT;
            for (int i : unit.members()) {
                if (outcomes[i] instanceof Outcome.Failed failed) {
                    spoiling = failed.cause().kind();
                }
            }
            for (int i : unit.members()) {
                if (outcomes[i] == null) {
                    outcomes[i] = new Outcome.Failed(DynamoTransaction.spoiled(store, key(i), spoiling));
                }
            }
            return;
        }
        if (stopped) {
            unit.members().forEach(i -> outcomes[i] = notSent(Objects.requireNonNull(prepared[i])));
            return;
        }
        List<Outcome> answers = DynamoTransaction.send(store, all);
        for (int i = 0; i < all.size(); i++) {
            outcomes[unit.members().get(i)] = answers.get(i);
        }
    }

    private Outcome notSent(Prepared one) {
        return new Outcome.Failed(new StoreException(
                Kind.UNAVAILABLE,
                "Cannot write " + store.location().of(one.key()) + ": stopped before it was sent. Run again."));
    }

    /** Failed, or not known when the request may have been carried out. */
    static Outcome failed(StoreException e) {
        return e.kind() == Kind.UNKNOWN_OUTCOME ? new Outcome.Unknown(e) : new Outcome.Failed(e);
    }
}
