package io.waybill.jdbc.sqlite;

import io.waybill.jdbc.AtomicUnits;
import io.waybill.jdbc.Connections;
import io.waybill.store.Effect;
import io.waybill.store.Evidence;
import io.waybill.store.Outcome;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call in one transaction that locks the file from its beginning. Each unit, a single effect or an atomic group, is
 * undone by itself when it is not possible. Not safe for several threads.
 */
final class SqliteApply {
    private static final Outcome DONE = new Outcome.Done(Evidence.NONE);

    private final SqliteStore store;
    private final List<Effect> effects;
    private final @Nullable Outcome[] outcomes;

    SqliteApply(SqliteStore store, List<Effect> effects) {
        this.store = store;
        this.effects = effects;
        this.outcomes = new @Nullable Outcome[effects.size()];
    }

    List<Outcome> outcomes() {
        if (!effects.isEmpty()) {
            try (Connections.Lease lease = store.borrow("Cannot write to " + store.location())) {
                transaction(lease, AtomicUnits.of(effects));
            } catch (StoreException e) {
                java.util.Arrays.fill(outcomes, new Outcome.Failed(e));
            }
        }
        List<Outcome> all = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            all.add(java.util.Objects.requireNonNull(outcome, "an effect has no outcome"));
        }
        return all;
    }

    /** If something in it undoes the whole transaction, each unit gets one of its own. */
    private void transaction(Connections.Lease lease, List<List<Integer>> units) {
        String task = "Cannot write to " + store.location();
        boolean committing = false;
        boolean begun = false;
        boolean apart = false;
        try (Statement control = lease.connection().createStatement()) {
            control.execute("BEGIN IMMEDIATE");
            begun = true;
            try (SqliteStatements statements =
                    new SqliteStatements(lease.connection(), store.location().toString(), task)) {
                for (List<Integer> unit : units) {
                    if (!unit(control, statements, unit)) {
                        begun = false;
                        apart = true;
                        break;
                    }
                }
            }
            if (begun) {
                committing = true;
                control.execute("COMMIT");
                begun = false;
            }
        } catch (SQLException e) {
            apart = committing && SqliteErrors.isOfARow(e) && units.size() > 1;
            StoreException cause = SqliteErrors.of(task, e);
            Outcome outcome = committing && SqliteErrors.mayBeCommitted(e)
                    ? new Outcome.Unknown(new StoreException(
                            Kind.UNKNOWN_OUTCOME,
                            task + ": the disk failed while the change was committed. Look at what stands there.",
                            cause))
                    : new Outcome.Failed(cause);
            units.forEach(unit -> unit.forEach(place -> outcomes[place] = outcome));
        } finally {
            if (begun) {
                rollBack(lease);
            }
        }
        if (apart && units.size() > 1) {
            units.forEach(unit -> transaction(lease, List.of(unit)));
        }
    }

    /** The connection is not used again unless it is certainly out of the transaction. */
    private static void rollBack(Connections.Lease lease) {
        try (Statement statement = lease.connection().createStatement()) {
            statement.execute("ROLLBACK");
        } catch (SQLException e) {
            lease.spoil();
        }
    }

    /** Throws only what concerns the whole transaction. False if the unit ended it: nothing of it is kept. */
    private boolean unit(Statement control, SqliteStatements statements, List<Integer> unit) throws SQLException {
        if (unit.size() > 1) {
            control.execute("SAVEPOINT unit");
        }
        boolean whole = true;
        for (int place : unit) {
            Outcome outcome = one(statements, place);
            outcomes[place] = outcome;
            whole &= outcome instanceof Outcome.Done;
            if (outcome instanceof Outcome.Failed && isRolledBack(control)) {
                notPossible(unit, outcome);
                return false;
            }
        }
        if (unit.size() > 1) {
            if (!whole) {
                control.execute("ROLLBACK TO unit");
                notPossible(unit, null);
            }
            control.execute("RELEASE unit");
        }
        return true;
    }

    /** Nothing of a group is done; {@code cause} is of those that were not reached. */
    private void notPossible(List<Integer> unit, @Nullable Outcome cause) {
        for (int place : unit) {
            Outcome outcome = outcomes[place];
            if (outcome == null && cause != null) {
                outcomes[place] = cause;
            } else if (outcome instanceof Outcome.Done) {
                outcomes[place] = new Outcome.Failed(new StoreException(
                        Kind.CONFLICT,
                        task(place) + ": another effect of its group was not possible. See the other one."));
            }
        }
    }

    /** A trigger or a constraint may end the transaction: then another can begin. */
    private static boolean isRolledBack(Statement control) {
        try {
            control.execute("BEGIN");
            control.execute("ROLLBACK");
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private String task(int place) {
        return "Cannot write " + store.location().of(effects.get(place).key());
    }

    private Outcome one(SqliteStatements statements, int place) throws SQLException {
        String task = task(place);
        try {
            Effect effect = effects.get(place);
            SqliteTable table = statements.table(SqliteChange.key(effect, task).table());
            SqliteChange change = SqliteChange.of(table, effect, task);
            RowItem found = null;
            if (change.looksFirst()) {
                found = statements.find(change);
                if (!change.holds(found == null ? null : found.row())) {
                    return refused(place, found);
                }
            }
            SqliteChange.Step step = change.step(found != null);
            if (step == null || statements.change(step.sql(), step.values()) == 1 || step.always()) {
                return DONE;
            }
            // A new row, and its key is taken.
            found = statements.find(change);
            if (found == null) {
                throw new StoreException(
                        Kind.INVALID, task + ": a trigger of the table left the change out. Look at its triggers.");
            }
            return refused(place, found);
        } catch (StoreException e) {
            return new Outcome.Failed(e);
        } catch (SQLException e) {
            if (!SqliteErrors.isOfARow(e)) {
                throw e;
            }
            return new Outcome.Failed(SqliteErrors.of(task, e));
        }
    }

    private Outcome refused(int place, @Nullable RowItem found) {
        RowKey key = (RowKey) effects.get(place).key();
        return new Outcome.Refused(
                found == null ? null : new RowItem(key, found.row(), found.version(), found.unreadable()));
    }
}
