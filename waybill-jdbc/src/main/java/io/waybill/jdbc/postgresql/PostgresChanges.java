package io.waybill.jdbc.postgresql;

import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Outcome;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.Version;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes under locks: the rows concerned are read and locked, the conditions judged, and what they allow is done, many
 * units in one transaction. If the server refuses something, the units are halved until the one is alone.
 */
final class PostgresChanges {
    private static final int AT_ONCE = 1_000;
    private static final int ATTEMPTS = 4;

    private final PostgresApply call;
    private final List<List<PostgresChange>> units = new ArrayList<>();

    PostgresChanges(PostgresApply call, List<List<Integer>> wanted) {
        this.call = call;
        for (List<Integer> unit : wanted) {
            prepare(unit);
        }
    }

    private void prepare(List<Integer> unit) {
        List<PostgresChange> changes = new ArrayList<>();
        Map<Integer, StoreException> bad = new HashMap<>();
        for (int place : unit) {
            try {
                changes.add(PostgresChange.of(call, place));
            } catch (StoreException e) {
                bad.put(place, e);
            }
        }
        if (bad.isEmpty()) {
            units.add(changes);
        } else {
            for (int place : unit) {
                StoreException cause = bad.get(place);
                call.fail(place, cause != null ? cause : another(place));
            }
        }
    }

    private StoreException another(int place) {
        return new StoreException(
                Kind.CONFLICT, call.task(place) + ": another effect of its group was not possible. See the other one.");
    }

    /** One after another; units that need to see what an earlier one did begin a new transaction. */
    void write() throws StoreException {
        int from = 0;
        Set<Id> touched = new HashSet<>();
        int effects = 0;
        for (int i = 0; i < units.size(); i++) {
            boolean again = false;
            for (PostgresChange change : units.get(i)) {
                again |= touched.contains(id(change)) && !change.isUnconditional();
            }
            boolean alone = call.store().meetsTriggered() && i > 0 && isGroup(units.get(i), units.get(i - 1));
            if (again || alone || effects >= AT_ONCE) {
                write(from, i, 1);
                from = i;
                effects = 0;
                touched.clear();
            }
            units.get(i).forEach(change -> touched.add(id(change)));
            effects += units.get(i).size();
        }
        if (from < units.size()) {
            write(from, units.size(), 1);
        }
    }

    private static boolean isGroup(List<PostgresChange> one, List<PostgresChange> other) {
        return one.size() > 1 || other.size() > 1;
    }

    private void write(int from, int to, int attempt) throws StoreException {
        Map<Integer, Outcome> settled = new HashMap<>();
        PostgresTransaction ended = PostgresTransaction.of(call.store().connections(), connection -> {
            settled.clear();
            change(connection, units.subList(from, to), settled, attempt);
        });
        if (ended.done()) {
            for (List<PostgresChange> unit : units.subList(from, to)) {
                for (PostgresChange change : unit) {
                    Outcome outcome = settled.get(change.place());
                    if (outcome == null) {
                        call.done(change.place());
                    } else {
                        call.settle(change.place(), outcome);
                    }
                }
            }
        } else if (ended.isOfARow() && to - from > 1) {
            int middle = (from + to) >>> 1;
            write(from, middle, 1);
            write(middle, to, 1);
        } else if (ended.isTaken() && attempt < ATTEMPTS) {
            // Somebody was faster: now it can be seen what stands there.
            write(from, to, attempt + 1);
        } else {
            for (List<PostgresChange> unit : units.subList(from, to)) {
                for (PostgresChange change : unit) {
                    call.fail(change.place(), change.table(), change.row(), ended);
                }
            }
        }
    }

    /** A row, whatever the kinds of its key's values. */
    private record Id(String table, Digest key) {}

    private static Id id(PostgresChange change) {
        return new Id(change.table().asked(), Canonical.digest(change.key()));
    }

    /** A change that is possible, and how it is done. */
    private record Doing(PostgresChange change, PostgresChange.Step step) {}

    private void change(
            Connection connection, List<List<PostgresChange>> some, Map<Integer, Outcome> settled, int attempt)
            throws SQLException, StoreException {
        if (some.stream().anyMatch(unit -> unit.size() > 1)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET CONSTRAINTS ALL DEFERRED"); // rows that refer to one another go together
            }
        }
        Map<Id, Row> state = lock(connection, some);
        List<Doing> steps = new ArrayList<>();
        for (List<PostgresChange> unit : some) {
            Map<Id, @Nullable Row> seen = new HashMap<>(state);
            List<Doing> own = new ArrayList<>();
            if (judge(unit, seen, own, settled)) {
                steps.addAll(own);
                state = seen;
            }
        }
        boolean meets = attempt > 1 || call.store().meetsTriggered();
        boolean isOne = some.size() == 1 && some.get(0).size() > 1;
        PostgresTriggered triggered =
                meets && isOne ? PostgresTriggered.of(connection, call.store(), some.get(0)) : null;
        perform(connection, steps, triggered, attempt > 2 ? 1 : AT_ONCE);
    }

    /** Whether a unit is possible; if so, {@code seen} is what stands there afterwards. */
    private boolean judge(
            List<PostgresChange> unit, Map<Id, @Nullable Row> seen, List<Doing> steps, Map<Integer, Outcome> settled) {
        boolean possible = true;
        for (PostgresChange change : unit) {
            Row found = seen.get(id(change));
            try {
                if (!change.holds(found)) {
                    RowKey key = (RowKey) change.effect().key();
                    Item there = found == null ? null : new RowItem(key, found, Version.NONE);
                    settled.put(change.place(), new Outcome.Refused(there));
                    possible = false;
                    continue;
                }
                PostgresChange.Step step = change.step(found);
                if (step != null) {
                    steps.add(new Doing(change, step));
                }
                seen.put(id(change), change.after(found));
            } catch (BadValue e) {
                settled.put(
                        change.place(),
                        new Outcome.Failed(PostgresRowErrors.invalid(
                                call.store(), change.effect().key(), String.valueOf(e.getMessage()), "Change it.")));
                possible = false;
            }
        }
        if (!possible) {
            for (PostgresChange change : unit) {
                settled.computeIfAbsent(change.place(), place -> new Outcome.Failed(another(place)));
            }
        }
        return possible;
    }

    /** The rows that conditions look at, locked until the transaction ends. */
    private Map<Id, Row> lock(Connection connection, List<List<PostgresChange>> some)
            throws SQLException, StoreException {
        Map<PostgresTable, Map<RowKey, Id>> wanted = new LinkedHashMap<>();
        for (List<PostgresChange> unit : some) {
            for (PostgresChange change : unit) {
                if (!change.isUnconditional() || unit.size() > 1) {
                    wanted.computeIfAbsent(change.table(), table -> new LinkedHashMap<>())
                            .put(new RowKey(change.table().asked(), change.key()), id(change));
                }
            }
        }
        Map<Id, Row> state = new HashMap<>();
        for (Map.Entry<PostgresTable, Map<RowKey, Id>> entry : wanted.entrySet()) {
            PostgresTable table = entry.getKey();
            Map<ItemKey, Item> found = PostgresFind.locked(
                    connection,
                    table,
                    call.store().location().toString(),
                    List.copyOf(entry.getValue().keySet()));
            entry.getValue().forEach((key, id) -> {
                if (found.get(key) instanceof RowItem item) {
                    state.put(id, item.row());
                }
            });
        }
        return state;
    }

    /**
     * Equal statements that follow each other go to the server together.
     *
     * @param triggered makes room for new rows, or null while none was found to be taken
     * @param most how many rows get room at once
     */
    private static void perform(
            Connection connection, List<Doing> steps, @Nullable PostgresTriggered triggered, int most)
            throws SQLException {
        for (int from = 0; from < steps.size(); ) {
            String sql = steps.get(from).step().sql();
            int to = from;
            while (to < steps.size()
                    && steps.get(to).step().sql().equals(sql)
                    && (triggered == null || to - from < most)) {
                to++;
            }
            List<Doing> some = steps.subList(from, to);
            if (triggered != null) {
                triggered.makeRoom(some.stream().map(Doing::change).toList());
            }
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (Doing each : some) {
                    int number = 1;
                    for (String text : each.step().parameters()) {
                        statement.setString(number++, text);
                    }
                    statement.addBatch();
                }
                check(statement, some);
            }
            from = to;
        }
    }

    private static void check(PreparedStatement statement, List<Doing> steps) throws SQLException {
        int[] counts;
        try {
            counts = statement.executeBatch();
        } catch (java.sql.BatchUpdateException e) {
            // What the server said, rather than the batch in its words.
            throw e.getNextException() != null ? e.getNextException() : e;
        }
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] == 0 && steps.get(i).step().certain()) {
                throw new SQLException("a trigger or a rule of the table left the change out", "P0001");
            }
        }
    }
}
