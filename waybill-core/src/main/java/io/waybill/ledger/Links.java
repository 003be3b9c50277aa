package io.waybill.ledger;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The changes to what rows know of files, each within a transaction of the writer. What a page of entries writes into a table
 * is one block, as of a batch of rows; an entry's lines in it are those whose source is its row.
 */
public final class Links {
    private Links() {}

    /** Entries of a move, in order of id, whose rows are yet to be told: that the file is proven, or that it was given up. */
    public static List<Entry> untold(Tx tx, int run, int move, boolean proven, long after, int most)
            throws SQLException {
        List<Entry> entries = new ArrayList<>();
        tx.query(
                row -> entries.add(Columns.entry(row)),
                "SELECT " + Columns.ENTRY + ", " + Columns.EFFECT
                        + " FROM entry e LEFT JOIN effect f ON f.entry = e.id AND f.n = 0"
                        + " WHERE e.run = ? AND e.move = ? AND e.row IS NOT NULL AND e.told = 0 AND e.id > ? AND e.state IN "
                        + (proven ? "(3, 4)" : "(6, 7)")
                        + " ORDER BY e.id LIMIT " + most,
                run,
                move,
                after);
        return entries;
    }

    /** Records the intent to tell the rows of these entries; answers the id of its block. */
    public static long intend(Tx tx, List<Entry> entries, String kind, int step, RowBlock block, RowsBefore before)
            throws SQLException {
        long id = tx.nextEntry();
        tx.update("INSERT INTO block VALUES (?, ?, ?)", id, PackedBlock.effects(block), PackedBlock.states(block));
        if (!before.rows().isEmpty()) {
            tx.update("INSERT INTO row_image VALUES (?, ?)", id, before.pack());
        }
        for (Entry entry : entries) {
            tx.update(
                    "INSERT INTO link SELECT ?1, coalesce(max(n) + 1, 0), ?2, ?3, ?4 FROM link WHERE entry = ?1",
                    entry.id(),
                    kind,
                    step,
                    id);
            tx.update("UPDATE entry SET told = ? WHERE id = ?", Told.TELLING.code(), entry.id());
        }
        return id;
    }

    /** Changes the states of the lines of a block. */
    public static void settle(Tx tx, long block, RowBlock now) throws SQLException {
        tx.update("UPDATE block SET states = ? WHERE entry = ?", PackedBlock.states(now), block);
    }

    /** Says whether the rows of an entry know of it. */
    public static void told(Tx tx, Entry entry, Told told) throws SQLException {
        tx.update("UPDATE entry SET told = ? WHERE id = ?", told.code(), entry.id());
    }

    /** Fails an entry whose file is proven and whose rows could not be told of it. */
    public static void fail(Tx tx, Entry entry, String reason, long now) throws SQLException {
        Entries.move(tx, entry, entry.state(), State.FAILED, reason, now);
        tx.update("UPDATE entry SET told = ?, error_kind = 'LINK' WHERE id = ?", Told.FAILED.code(), entry.id());
    }

    /** A step of telling the row of an entry that was under way: {@code then} or {@code else}, its place there, its block. */
    public record UnderWay(long entry, String row, String kind, int step, long block) {}

    /** The steps of a move's entries that were being told when the work was interrupted, block by block. */
    public static List<UnderWay> underWay(Tx tx, int run, int move) throws SQLException {
        List<UnderWay> steps = new ArrayList<>();
        tx.query(
                row -> steps.add(new UnderWay(
                        row.getLong(1), row.getString(2), row.getString(3), row.getInt(4), row.getLong(5))),
                "SELECT e.id, e.row, l.kind, l.step, l.block FROM entry e JOIN link l ON l.entry = e.id WHERE e.run = ?"
                        + " AND e.move = ? AND e.told = 1 ORDER BY l.block, e.id",
                run,
                move);
        return steps;
    }

    /** The entries of a move that were being told; all of their blocks are settled now, so they may be told again. */
    public static void again(Tx tx, int run, int move) throws SQLException {
        tx.update("UPDATE entry SET told = 0 WHERE run = ? AND move = ? AND told = 1", run, move);
    }

    /**
     * Whether an earlier run proved the file of this row, and the row knows: it named that file then, or names the target now.
     *
     * @param path the encoded key that it names now
     */
    public static boolean isTold(Tx tx, int run, int move, String row, String path) throws SQLException {
        return tx.number(
                        0,
                        "SELECT e.told = 2 AND e.state IN (3, 4) AND (e.source = ? OR f.target = ?) FROM entry e"
                                + " JOIN effect f ON f.entry = e.id AND f.n = 0 WHERE e.row = ? AND e.move = ? AND e.run < ?"
                                + " ORDER BY e.id DESC LIMIT 1",
                        path,
                        path,
                        row,
                        move,
                        run)
                > 0;
    }

    /**
     * Another entry that still counts on the same target: of another row, or a later one of the same row, which was told of it
     * again. Null when there is none.
     */
    public static @Nullable Entry other(Tx tx, Entry entry) throws SQLException {
        Entry[] found = new Entry[1];
        tx.query(
                row -> found[0] = Columns.entry(row),
                "SELECT " + Columns.ENTRY + ", " + Columns.EFFECT
                        + " FROM effect f JOIN entry e ON e.id = f.entry WHERE f.n = 0 AND f.target_hash = ? AND f.target = ?"
                        + " AND e.id <> ? AND e.row IS NOT NULL AND (e.row <> ? OR (e.id > ? AND e.told IN (1, 2, 4)))"
                        + " AND (e.state IN (1, 2, 3, 4, 9, 11) OR (e.state = 7 AND e.told IN (1, 4))) LIMIT 1",
                entry.effect().targetHash(),
                entry.effect().target(),
                entry.id(),
                String.valueOf(entry.row()),
                entry.id());
        return found[0];
    }

    /** Notes what kind of reason an entry is kept for. */
    public static void keptFor(Tx tx, Entry entry, @Nullable String kind) throws SQLException {
        tx.update("UPDATE entry SET error_kind = ? WHERE id = ?", kind, entry.id());
    }

    /** Remembers a column that a run added to a table. */
    public static void added(Tx tx, String store, String table, String column, int run) throws SQLException {
        tx.update("INSERT OR IGNORE INTO added VALUES (?, ?, ?, ?)", store, table, column, run);
    }

    /** The columns that runs of this ledger added to a table. */
    public static List<String> added(Tx tx, String store, String table) throws SQLException {
        List<String> columns = new ArrayList<>();
        tx.query(
                row -> columns.add(row.getString(1)),
                "SELECT name FROM added WHERE store = ? AND tbl = ? ORDER BY name",
                store,
                table);
        return columns;
    }

    /** Forgets a column that is gone again. */
    public static void dropped(Tx tx, String store, String table, String column) throws SQLException {
        tx.update("DELETE FROM added WHERE store = ? AND tbl = ? AND name = ?", store, table, column);
    }
}
