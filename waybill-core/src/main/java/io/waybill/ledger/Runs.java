package io.waybill.ledger;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The changes to runs, moves, groups and what is known of stores, each within a transaction of the writer. */
public final class Runs {
    private Runs() {}

    /** Begins a run; its id follows the highest there ever was. */
    public static int create(
            Tx tx,
            String kind,
            @Nullable Integer of,
            String state,
            String fingerprint,
            String plan,
            String selector,
            long now)
            throws SQLException {
        return (int) tx.insert(
                "INSERT INTO run (kind, of_run, state, fingerprint, plan, selector, created) VALUES (?, ?, ?, ?, ?, ?, ?)",
                kind,
                of,
                state,
                fingerprint,
                plan,
                selector,
                now);
    }

    /** Marks the beginning of work on a run, the first or a later one; {@code by} says who wants what. */
    public static void start(Tx tx, int run, String by, long now) throws SQLException {
        tx.update(
                "UPDATE run SET state = 'running', started = coalesce(started, ?), ended = NULL, message = NULL"
                        + " WHERE id = ?",
                now,
                run);
        Entries.event(tx, run, null, "started", by, now);
    }

    /** Marks the end of work on a run, or a pause in it; {@code counts} says what it came to. */
    public static void end(
            Tx tx, int run, String state, @Nullable String message, String counts, long worked, long retries, long now)
            throws SQLException {
        tx.update(
                "UPDATE run SET state = ?, ended = ?, message = ?, worked = worked + ?, retries = retries + ?"
                        + " WHERE id = ?",
                state,
                now,
                message,
                worked,
                retries,
                run);
        String said = message == null ? counts : counts.isEmpty() ? message : counts + "; " + message;
        Entries.event(tx, run, null, state, said, now);
    }

    /** Sets the state of a run that is being planned. */
    public static void state(Tx tx, int run, String state) throws SQLException {
        tx.update("UPDATE run SET state = ? WHERE id = ?", state, run);
    }

    /** Removes a run that never started, with its entries. */
    public static void drop(Tx tx, int run) throws SQLException {
        tx.update("DELETE FROM effect WHERE entry IN (SELECT id FROM entry WHERE run = ?)", run);
        tx.update("DELETE FROM entry WHERE run = ?", run);
        tx.update("DELETE FROM split WHERE run = ?", run);
        tx.update("DELETE FROM relation WHERE run = ?", run);
        tx.update("DELETE FROM tally WHERE run = ?", run);
        tx.update("DELETE FROM count WHERE run = ?", run);
        tx.update("DELETE FROM event WHERE run = ?", run);
        tx.update("DELETE FROM run WHERE id = ?", run);
    }

    /** The runs that were planned or being listed and never started. */
    public static List<Integer> unstarted(Tx tx) throws SQLException {
        List<Integer> runs = new ArrayList<>();
        tx.query(
                row -> runs.add(row.getInt(1)),
                "SELECT id FROM run WHERE kind = 'run' AND state IN ('listing', 'planned') ORDER BY id");
        return runs;
    }

    /** The run with this id, or null. */
    public static @Nullable Run find(Tx tx, int id) throws SQLException {
        List<Run> runs = new ArrayList<>();
        tx.query(row -> runs.add(Columns.run(row)), "SELECT " + Columns.RUN + " FROM run WHERE id = ?", id);
        return runs.isEmpty() ? null : runs.get(0);
    }

    /** The run that the next {@code run} goes on with, or null: unfinished, of this kind. */
    public static @Nullable Run unfinished(Tx tx, String kind) throws SQLException {
        List<Run> runs = new ArrayList<>();
        tx.query(
                row -> runs.add(Columns.run(row)),
                "SELECT " + Columns.RUN + " FROM run WHERE kind = ? AND state IN ('running', 'stopped')"
                        + " ORDER BY id DESC LIMIT 1",
                kind);
        return runs.isEmpty() ? null : runs.get(0);
    }

    /** The number of the last batch of a run, 0 when it has none. */
    public static int lastBatch(Tx tx, int run) throws SQLException {
        return (int) tx.number(0, "SELECT coalesce(max(batch), 0) FROM entry WHERE run = ?", run);
    }

    /** How many items of a move are planned in a run. */
    public static long planned(Tx tx, int run, int move) throws SQLException {
        return tx.number(
                0,
                "SELECT sum(items) FROM tally WHERE run = ? AND move = ? AND state = ?",
                run,
                move,
                State.PLANNED.code());
    }

    /** A count of a move in a run, as {@link Tx#count} keeps it. */
    public static long counted(Tx tx, int run, int move, String what) throws SQLException {
        return tx.number(0, "SELECT items FROM count WHERE run = ? AND move = ? AND what = ?", run, move, what);
    }

    /**
     * How a move stands.
     *
     * @param seen items that were looked at
     * @param needy those of them that need somebody, less those that ended an earlier part of the run
     */
    public record Standing(long seen, long needy) {}

    /** How a move stands; rows whose intent is recorded were looked at, files only when they have ended. */
    public static Standing standing(Tx tx, int run, int move, boolean rows) throws SQLException {
        long[] sums = new long[2];
        tx.query(
                row -> {
                    State state = State.of(row.getInt(1));
                    sums[0] += state.isDone() || (rows && state == State.WRITING) ? row.getLong(2) : 0;
                    sums[1] += state.needsYou() ? row.getLong(2) : 0;
                },
                "SELECT state, sum(items) FROM tally WHERE run = ? AND move = ? GROUP BY state",
                run,
                move);
        return new Standing(sums[0], sums[1] - counted(tx, run, move, SEEN));
    }

    private static final String SEEN = "trouble that was seen";
    private static final String ENDED = "ended for trouble";

    /** Work on a move begins; what went wrong before is seen when that ended it, or when {@code anew} says so. */
    public static void begin(Tx tx, int run, int move, boolean anew) throws SQLException {
        long ended = counted(tx, run, move, ENDED);
        long needy = standing(tx, run, move, false).needy();
        if (anew || ended > 0 || needy < 0) {
            tx.count(run, move, SEEN, needy);
            tx.count(run, move, ENDED, -ended);
        }
    }

    /** So much went wrong in a move that the run ends. */
    public static void endForTrouble(Tx tx, int run, int move) {
        tx.count(run, move, ENDED, 1);
    }

    private static final String DECIDED = "decided";

    /** The plan wants this run rolled back: from now on nothing but that is done. */
    public static void decideRollback(Tx tx, int run, String why, long now) throws SQLException {
        Run of = find(tx, run);
        if (of != null && unfinished(tx, "rollback") == null) {
            int id = create(tx, "rollback", run, "running", of.fingerprint(), of.plan(), "", now);
            Entries.event(tx, id, null, DECIDED, why, now);
            start(tx, id, why, now);
        }
    }

    /** Why the plan wanted this rollback, or null when somebody asked for it. */
    public static @Nullable String decided(Tx tx, int rollback) throws SQLException {
        List<String> why = new ArrayList<>();
        tx.query(
                row -> why.add(row.getString(1)),
                "SELECT detail FROM event WHERE run = ? AND entry IS NULL AND what = ?",
                rollback,
                DECIDED);
        return why.isEmpty() ? null : why.get(0);
    }

    /** Remembers what a probe found a store to be able to do. */
    public static void ability(Tx tx, String store, String abilities, long now) throws SQLException {
        tx.update("INSERT OR REPLACE INTO ability VALUES (?, ?, ?)", store, now, abilities);
    }

    /** The id of a move by name, entered if new. */
    public static int move(Tx tx, String name, String source, String target, String kind) throws SQLException {
        tx.update(
                "INSERT INTO move (name, source, target, kind) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
                        + " source = excluded.source, target = excluded.target, kind = excluded.kind",
                name,
                source,
                target,
                kind);
        return (int) tx.number(0, "SELECT id FROM move WHERE name = ?", name);
    }

    /** The id of a group of a move by name, entered if new. */
    public static int group(Tx tx, int move, String name) throws SQLException {
        tx.update("INSERT OR IGNORE INTO grp (move, name) VALUES (?, ?)", move, name);
        return (int) tx.number(0, "SELECT id FROM grp WHERE move = ? AND name = ?", move, name);
    }

    /** Where reading of a split stands. */
    public record SplitLine(int n, String token, @Nullable String position, boolean done) {}

    /** The splits of a move in a run, by number; empty when none were made yet. */
    public static List<SplitLine> splits(Tx tx, int run, int move) throws SQLException {
        List<SplitLine> splits = new ArrayList<>();
        tx.query(
                row -> splits.add(new SplitLine(
                        row.getInt(1), row.getString(2), row.getString(3), "done".equals(row.getString(4)))),
                "SELECT n, token, position, state FROM split WHERE run = ? AND move = ? ORDER BY n",
                run,
                move);
        return splits;
    }

    /** Enters a split, or where its reading stands now. */
    public static void split(Tx tx, int run, int move, SplitLine split) throws SQLException {
        tx.update(
                "INSERT OR REPLACE INTO split VALUES (?, ?, ?, ?, ?, ?)",
                run,
                move,
                split.n(),
                split.token(),
                split.position(),
                split.done() ? "done" : "open");
    }
}
