package io.waybill.ledger;

import io.waybill.store.Provenance;
import io.waybill.value.Digest;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The changes to batches of rows, each within a transaction of the writer. The counters count effects, not batches. */
public final class RowEntries {
    private RowEntries() {}

    /** Enters a batch of rows as written intent; answers its id. */
    public static long add(
            Tx tx, int run, int move, int group, int batch, String range, RowBlock block, RowsBefore before)
            throws SQLException {
        long id = add(tx, run, move, group, batch, range, block.lines().size(), block.summary());
        tx.update("INSERT INTO block VALUES (?, ?, ?)", id, PackedBlock.effects(block), PackedBlock.states(block));
        keep(tx, id, before);
        block.counts().forEach((state, count) -> tx.tally(run, move, group, state, count, 0));
        return id;
    }

    /** The same of packed rows. */
    public static long add(Tx tx, int run, int move, int group, int batch, String range, PackedRows rows)
            throws SQLException {
        long id = add(tx, run, move, group, batch, range, rows.size(), State.WRITING);
        tx.update("INSERT INTO block VALUES (?, ?, ?)", id, rows.effects(), rows.states(State.WRITING, null));
        tx.tally(run, move, group, State.WRITING, rows.size(), 0);
        return id;
    }

    private static long add(Tx tx, int run, int move, int group, int batch, String range, int items, State state)
            throws SQLException {
        long id = tx.nextEntry();
        tx.update(
                "INSERT INTO entry (id, run, move, grp, batch, source, source_hash, source_version, size, modified, items,"
                        + " state, attempts) VALUES (?, ?, ?, ?, ?, ?, 0, '', 0, 0, ?, ?, 1)",
                id,
                run,
                move,
                group,
                batch,
                range,
                items,
                state.code());
        return id;
    }

    private static void keep(Tx tx, long entry, RowsBefore before) throws SQLException {
        if (!before.rows().isEmpty()) {
            tx.update("INSERT OR REPLACE INTO row_image VALUES (?, ?)", entry, before.pack());
        }
    }

    /** Changes the intent of a batch before anything of the new one is written. */
    public static void intend(Tx tx, Entry entry, RowBlock was, RowBlock now, RowsBefore before, long at)
            throws SQLException {
        settle(tx, entry, was, now, at);
        tx.update(
                "UPDATE entry SET attempts = attempts + 1, items = ? WHERE id = ?",
                now.lines().size(),
                entry.id());
        keep(tx, entry.id(), before);
    }

    /** Settles a batch of rows: its block with the state of every effect, and the counters. */
    public static void settle(Tx tx, Entry entry, RowBlock was, RowBlock now, long at) throws SQLException {
        if (now.isAbout(was)) {
            tx.update("UPDATE block SET states = ? WHERE entry = ?", PackedBlock.states(now), entry.id());
        } else {
            tx.update(
                    "UPDATE block SET effects = ?, states = ? WHERE entry = ?",
                    PackedBlock.effects(now),
                    PackedBlock.states(now),
                    entry.id());
        }
        settle(tx, entry, now.summary(), now.firstReason(), at);
        was.counts().forEach((state, count) -> tx.tally(entry.run(), entry.move(), entry.group(), state, -count, 0));
        now.counts().forEach((state, count) -> tx.tally(entry.run(), entry.move(), entry.group(), state, count, 0));
    }

    /** All of what was intended was written, and created. */
    public static void written(Tx tx, Entry entry, PackedRows rows, long at) throws SQLException {
        tx.update(
                "UPDATE block SET states = ? WHERE entry = ?",
                rows.states(State.WRITTEN, Provenance.CREATED),
                entry.id());
        settle(tx, entry, State.WRITTEN, null, at);
        tx.tally(entry.run(), entry.move(), entry.group(), State.WRITING, -rows.size(), 0);
        tx.tally(entry.run(), entry.move(), entry.group(), State.WRITTEN, rows.size(), 0);
    }

    private static void settle(Tx tx, Entry entry, State state, @Nullable String reason, long at) throws SQLException {
        tx.update(
                "UPDATE entry SET state = ?, finished = ?, error = ? WHERE id = ?",
                state.code(),
                at,
                reason,
                entry.id());
    }

    /**
     * Claims a value that may stand once in what a move writes; answers whether this source row has it now.
     *
     * @param value digest of the value
     * @param source digest of the source row's key
     */
    public static boolean claim(Tx tx, int move, String field, Digest value, Digest source) throws SQLException {
        tx.update("INSERT OR IGNORE INTO claimed VALUES (?, ?, ?, ?)", move, field, value.bytes(), source.bytes());
        boolean[] ours = new boolean[1];
        tx.query(
                row -> ours[0] = java.util.Arrays.equals(row.getBytes(1), source.bytes()),
                "SELECT source FROM claimed WHERE move = ? AND field = ? AND value = ?",
                move,
                field,
                value.bytes());
        return ours[0];
    }

    /** Frees what a source row has claimed: nothing of it stands at the target any more. */
    public static void release(Tx tx, int move, Digest source) throws SQLException {
        tx.update("DELETE FROM claimed WHERE move = ? AND source = ?", move, source.bytes());
    }
}
