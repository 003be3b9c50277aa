package io.waybill.jdbc.postgresql;

import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Evidence;
import io.waybill.store.Outcome;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One call: its effects in stretches that go one after another. New rows in a stretch are copied in bulk, everything else
 * is changed under locks. Not safe for several threads.
 */
final class PostgresApply {
    private static final Outcome DONE = new Outcome.Done(Evidence.NONE);

    private final PostgresStore store;
    private final List<Effect> effects;
    private final @Nullable Outcome[] outcomes;
    private final Map<String, PostgresTable> tables = new HashMap<>();
    private final Map<String, StoreException> missing = new HashMap<>();

    PostgresApply(PostgresStore store, List<Effect> effects) {
        this.store = store;
        this.effects = effects;
        this.outcomes = new @Nullable Outcome[effects.size()];
    }

    List<Outcome> outcomes() throws StoreException {
        List<List<Integer>> units = units();
        for (int from = 0; from < units.size(); ) {
            boolean plain = isPlain(units.get(from));
            Set<RowKey> keys = new HashSet<>();
            int to = from;
            while (to < units.size()
                    && isPlain(units.get(to)) == plain
                    && (!plain
                            || keys.add(
                                    (RowKey) effects.get(units.get(to).get(0)).key()))) {
                to++;
            }
            if (plain) {
                new PostgresCopy(
                                this,
                                units.subList(from, to).stream()
                                        .map(unit -> unit.get(0))
                                        .toList())
                        .write();
            } else {
                new PostgresChanges(this, units.subList(from, to)).write();
            }
            from = to;
        }
        List<Outcome> all = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            all.add(java.util.Objects.requireNonNull(outcome, "an effect has no outcome"));
        }
        return all;
    }

    /** Effects that go together: those of one atomic group at the place of the first, every other by itself. */
    private List<List<Integer>> units() {
        Map<String, List<Integer>> groups = new LinkedHashMap<>();
        List<List<Integer>> units = new ArrayList<>();
        for (int i = 0; i < effects.size(); i++) {
            String group = effects.get(i).atomic();
            if (group == null) {
                units.add(List.of(i));
            } else {
                groups.computeIfAbsent(group, name -> {
                            List<Integer> unit = new ArrayList<>();
                            units.add(unit);
                            return unit;
                        })
                        .add(i);
            }
        }
        return units;
    }

    private boolean isPlain(List<Integer> unit) {
        Effect effect = effects.get(unit.get(0));
        return effect.atomic() == null
                && effect.kind() == Effect.Kind.PUT
                && effect.condition() instanceof Condition.Absent
                && effect.content() instanceof Content.RowContent
                && effect.key() instanceof RowKey;
    }

    PostgresStore store() {
        return store;
    }

    Effect effect(int place) {
        return effects.get(place);
    }

    String task(int place) {
        return "Cannot write " + store.location().of(effects.get(place).key());
    }

    void done(int place) {
        outcomes[place] = DONE;
    }

    void settle(int place, Outcome outcome) {
        outcomes[place] = outcome;
    }

    void fail(int place, StoreException cause) {
        outcomes[place] = new Outcome.Failed(cause);
    }

    /** Looked up in the catalog once per call at the most, and not at all when the store knows it. */
    PostgresTable table(String name) throws StoreException {
        PostgresTable table = tables.get(name);
        StoreException known = missing.get(name);
        if (known != null) {
            throw known;
        } else if (table == null) {
            try {
                table = store.known(name, "Cannot write to table " + name + " in " + store.location());
            } catch (StoreException e) {
                missing.put(name, e);
                throw e;
            }
            tables.put(name, table);
        }
        return table;
    }

    /** What a transaction's failure means for an effect; the table is looked up anew the next time. */
    void fail(int place, PostgresTable table, io.waybill.value.@Nullable Row row, PostgresTransaction ended) {
        store.forget(table);
        outcomes[place] = PostgresRowErrors.outcome(store, effects.get(place), row, ended);
    }
}
