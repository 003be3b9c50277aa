package io.waybill.jdbc.d1;

import io.waybill.jdbc.AtomicUnits;
import io.waybill.jdbc.sqlite.SqliteChange;
import io.waybill.jdbc.sqlite.SqliteSelect;
import io.waybill.jdbc.sqlite.SqliteSession;
import io.waybill.store.Effect;
import io.waybill.store.Evidence;
import io.waybill.store.Outcome;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One call. What effects depend on is looked at first, many in a request; then they are sent, many in a request, each with
 * what was seen as its condition. Single effects of a request that fails are sent again by halves, so that one hides no
 * other. Not safe for several threads.
 */
final class D1Apply {
    private static final Outcome DONE = new Outcome.Done(Evidence.NONE);
    private static final Pattern MARKED = Pattern.compile(D1Change.MARK + "([0-9]+)");

    /** How often a row that others change all the time is looked at. */
    private static final int MOST_LOOKS = 6;

    private final D1Store store;
    private final List<Effect> effects;
    private final @Nullable Outcome[] outcomes;

    /** Why nothing more is sent, or null. */
    private @Nullable StoreException broken;

    D1Apply(D1Store store, List<Effect> effects) {
        this.store = store;
        this.effects = effects;
        this.outcomes = new @Nullable Outcome[effects.size()];
    }

    /** Changes that happen together. */
    private record Unit(List<D1Change> changes) {
        boolean isSingle() {
            return changes.size() == 1;
        }
    }

    List<Outcome> outcomes() {
        List<Unit> wave = new ArrayList<>();
        Set<RowKey> touched = new HashSet<>();
        for (List<Integer> places : AtomicUnits.of(effects)) {
            Unit unit = unit(places);
            if (unit == null) {
                continue;
            }
            // what is looked at must not be about to change
            boolean meets =
                    unit.changes().stream().anyMatch(each -> each.change().looksFirst() && touched.contains(key(each)));
            if (meets) {
                carryOut(wave);
                wave = new ArrayList<>();
                touched.clear();
            }
            wave.add(unit);
            unit.changes().forEach(each -> touched.add(key(each)));
        }
        carryOut(wave);
        return Arrays.stream(outcomes)
                .map(each -> Objects.requireNonNull(each, "an effect has no outcome"))
                .toList();
    }

    private static RowKey key(D1Change change) {
        return (RowKey) change.change().effect().key();
    }

    private String task(int place) {
        return "Cannot write " + store.location().of(effects.get(place).key());
    }

    /** Null if one of its effects can never be; the outcomes say so. */
    private @Nullable Unit unit(List<Integer> places) {
        List<D1Change> changes = new ArrayList<>();
        Set<RowKey> keys = new HashSet<>();
        for (int place : places) {
            try {
                if (broken != null) {
                    throw broken;
                }
                String table = SqliteChange.key(effects.get(place), task(place)).table();
                D1Change change = D1Change.of(store.known(table, task(place)), effects.get(place), place, task(place));
                if (!keys.add(key(change))) {
                    throw new StoreException(
                            Kind.INVALID,
                            task(place) + ": its group changes this row twice. Make one change of the two.");
                }
                changes.add(change);
            } catch (StoreException e) {
                breaksOff(e);
                outcomes[place] = new Outcome.Failed(e);
            }
        }
        if (changes.size() == places.size()) {
            return new Unit(changes);
        }
        changes.forEach(this::notPossible);
        return null;
    }

    /** What is true of the whole store is not tried with each effect. */
    private void breaksOff(StoreException e) {
        if (e.isStoreWide() || e.kind() == Kind.DENIED) {
            broken = e;
        }
    }

    /** Another effect of its group cannot be. */
    private void notPossible(D1Change change) {
        outcomes[change.place()] = new Outcome.Failed(new StoreException(
                Kind.CONFLICT, change.task() + ": another effect of its group was not possible. See the other one."));
    }

    private void failed(Unit unit, StoreException e) {
        unit.changes().forEach(each -> outcomes[each.place()] = new Outcome.Failed(e));
    }

    private void unknown(Unit unit, StoreException e) {
        unit.changes().forEach(each -> outcomes[each.place()] = new Outcome.Unknown(e));
    }

    /** Units of which none looks at what another one changes. */
    private void carryOut(List<Unit> units) {
        Map<Integer, D1Change.Seen> before = new HashMap<>();
        List<Unit> left = units;
        for (int look = 1; !left.isEmpty(); look++) {
            Map<Integer, D1Change.Seen> seen;
            try {
                if (broken != null) {
                    throw broken;
                }
                seen = look(left, look > 1);
            } catch (StoreException e) {
                breaksOff(e);
                left.forEach(unit -> failed(unit, e));
                return;
            }
            List<Unit> possible = new ArrayList<>();
            for (Unit unit : left) {
                StoreException hopeless = hopeless(unit, before, seen, look);
                boolean refused = refused(unit, seen, look > 1);
                if (!refused && hopeless != null) {
                    failed(unit, hopeless);
                } else if (!refused) {
                    possible.add(unit);
                }
            }
            left = send(possible, seen);
            before = seen;
        }
    }

    /** Why there is no use in sending it once more, or null. */
    private static @Nullable StoreException hopeless(
            Unit unit, Map<Integer, D1Change.Seen> before, Map<Integer, D1Change.Seen> seen, int look) {
        String task = unit.changes().get(0).task();
        if (look > 2 && isAsBefore(unit, before, seen)) {
            return new StoreException(
                    Kind.INVALID, task + ": a trigger of the table left the change out. Look at its triggers.");
        } else if (look == MOST_LOOKS) {
            return new StoreException(
                    Kind.CONFLICT, task + ": somebody else changes this row all the time. Try again later.");
        }
        return null;
    }

    private static boolean isAsBefore(Unit unit, Map<Integer, D1Change.Seen> before, Map<Integer, D1Change.Seen> seen) {
        return unit.changes().stream()
                .allMatch(each -> D1Change.isSame(before.get(each.place()), seen.get(each.place())));
    }

    /**
     * What stands at the keys of the effects that depend on it.
     *
     * @param all whether new rows are looked at too
     */
    private Map<Integer, D1Change.Seen> look(List<Unit> units, boolean all) throws StoreException {
        List<D1Change> asked = new ArrayList<>();
        List<SqliteSelect> selects = new ArrayList<>();
        List<SqliteSession.Question> questions = new ArrayList<>();
        for (Unit unit : units) {
            for (D1Change change : unit.changes()) {
                if (change.change().looksFirst() || (all && change.isNew())) {
                    SqliteSelect select = change.select(store.location().toString());
                    asked.add(change);
                    selects.add(select);
                    questions.add(change.question(select));
                }
            }
        }
        Map<Integer, D1Change.Seen> seen = new HashMap<>();
        new D1Session(store.client(), "Cannot write to " + store.location()).ask(questions, (number, row) -> {
            seen.put(asked.get(number).place(), D1Change.seen(selects.get(number), row));
            return false;
        });
        return seen;
    }

    /** Whether a condition does not hold; the outcomes say so. */
    private boolean refused(Unit unit, Map<Integer, D1Change.Seen> seen, boolean all) {
        boolean refused = false;
        for (D1Change change : unit.changes()) {
            D1Change.Seen found = seen.get(change.place());
            boolean looked = change.change().looksFirst() || (all && change.isNew());
            if (looked && !change.holds(found)) {
                refused = true;
                RowKey key = key(change);
                outcomes[change.place()] = new Outcome.Refused(
                        found == null
                                ? null
                                : new RowItem(
                                        key,
                                        found.item().row(),
                                        found.item().version(),
                                        found.item().unreadable()));
            }
        }
        if (refused) {
            unit.changes().stream()
                    .filter(each -> outcomes[each.place()] == null)
                    .forEach(this::notPossible);
        }
        return refused;
    }

    /** A single effect that is ready to be sent. */
    private record Ready(Unit unit, D1Statement statement, boolean always) {
        D1Change change() {
            return unit.changes().get(0);
        }
    }

    /** Sends units in their order; answers those that met something else than what was seen. */
    private List<Unit> send(List<Unit> units, Map<Integer, D1Change.Seen> seen) {
        List<Unit> missed = new ArrayList<>();
        List<Ready> ready = new ArrayList<>();
        long weight = 0;
        for (Unit unit : units) {
            try {
                if (!unit.isSingle()) {
                    sendAll(ready, missed);
                    ready.clear();
                    weight = 0;
                    sendWhole(unit, seen, missed);
                    continue;
                }
                D1Change change = unit.changes().get(0);
                D1Change.Seen found = seen.get(change.place());
                D1Statement statement = change.statement(found);
                if (statement == null) {
                    outcomes[change.place()] = DONE;
                    continue;
                }
                boolean full = ready.size() == D1Session.MOST_STATEMENTS
                        || weight + statement.weight() > D1Session.LARGEST_REQUEST;
                if (full) {
                    sendAll(ready, missed);
                    ready.clear();
                    weight = 0;
                }
                ready.add(new Ready(unit, statement, change.isAlwaysDone(found)));
                weight += statement.weight();
            } catch (StoreException e) {
                failed(unit, e);
            }
        }
        sendAll(ready, missed);
        return missed;
    }

    private void sendAll(List<Ready> ready, List<Unit> missed) {
        if (ready.isEmpty()) {
            return;
        }
        D1Change first = ready.get(0).change();
        try {
            if (broken != null) {
                throw broken;
            }
            List<Value> results = store.client()
                    .run(
                            ready.stream().map(Ready::statement).toList(),
                            D1Client.Form.RAW,
                            true,
                            ready.size() == 1 ? first.task() : "Cannot write to " + store.location());
            for (int i = 0; i < results.size(); i++) {
                Ready each = ready.get(i);
                boolean done = D1Client.field(results.get(i), "rows") instanceof Value.ListOf rows
                        && !rows.values().isEmpty();
                if (done || each.always()) {
                    outcomes[each.change().place()] = DONE;
                } else {
                    missed.add(each.unit());
                }
            }
        } catch (StoreException e) {
            breaksOff(e);
            if (D1Errors.isOfAStatement(e) && ready.size() > 1) {
                int half = ready.size() / 2;
                sendAll(ready.subList(0, half), missed);
                sendAll(ready.subList(half, ready.size()), missed);
            } else if (e.kind() == Kind.UNKNOWN_OUTCOME) {
                ready.forEach(each -> unknown(each.unit(), e));
            } else {
                ready.forEach(each -> failed(each.unit(), e));
            }
        }
    }

    /** A group is one request: all of its statements happen, or none. */
    private void sendWhole(Unit unit, Map<Integer, D1Change.Seen> seen, List<Unit> missed) throws StoreException {
        List<D1Statement> statements = new ArrayList<>();
        for (D1Change change : unit.changes()) {
            statements.addAll(change.whole(seen.get(change.place())));
        }
        if (broken != null) {
            throw broken;
        }
        try {
            if (!statements.isEmpty()) {
                store.client()
                        .run(
                                statements,
                                D1Client.Form.RAW,
                                true,
                                unit.changes().get(0).task());
            }
            unit.changes().forEach(each -> outcomes[each.place()] = DONE);
        } catch (StoreException e) {
            breaksOff(e);
            Matcher mark = MARKED.matcher(e.getMessage());
            if (e.kind() == Kind.UNKNOWN_OUTCOME) {
                unknown(unit, e);
            } else if (D1Errors.isOfAStatement(e) && mark.find()) {
                missed.add(unit);
            } else {
                throw e;
            }
        }
    }
}
