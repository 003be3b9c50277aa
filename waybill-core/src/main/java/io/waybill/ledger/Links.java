package io.waybill.ledger;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The changes to what rows know of files, each within a transaction of the writer. What a page of entries writes into a table
 * is one block, as of a batch of rows; an entry's lines in it are those whose source is its row.
 */
public final class Links {
    private Links() {}

    /**
     * Entries of a move, in order of id, whose rows are yet to be told: that the file is proven, or that it was given up. What
     * SQL cannot express of the selector is for the caller to test.
     */
    public static List<Entry> untold(Tx tx, Selector chosen, int move, boolean proven, long after, int most)
            throws SQLException {
        return entries(
                tx, chosen, move, " AND e.told = 0 AND e.state IN " + (proven ? "(3, 4)" : "(6, 7)"), after, most);
    }

    /** The entries of a move, in order of id, that were being told when the work was interrupted. */
    public static List<Entry> underWay(Tx tx, Selector chosen, int move, long after, int most) throws SQLException {
        return entries(tx, chosen, move, " AND e.told = 1", after, most);
    }

    private static List<Entry> entries(Tx tx, Selector chosen, int move, String which, long after, int most)
            throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT " + Columns.ENTRY + ", " + Columns.EFFECT
                + " FROM entry e LEFT JOIN effect f ON f.entry = e.id AND f.n = 0"
                + " WHERE e.move = ? AND e.row IS NOT NULL AND e.id > ?" + which);
        List<Object> parameters = new ArrayList<>(List.of(move, after));
        Narrowing.add(chosen, sql, parameters);
        List<Entry> entries = new ArrayList<>();
        tx.query(
                row -> entries.add(Columns.entry(row)),
                sql.append(" ORDER BY e.id LIMIT ").append(most).toString(),
                parameters.toArray());
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

    /** Says of a page of proven objects whose unit is one of these groups that its rows know; answers the last that waited, or 0. */
    public static long tellUnits(Tx tx, int move, Set<Integer> groups, long after, int most) throws SQLException {
        Map<Long, Integer> waiting = new LinkedHashMap<>();
        tx.query(
                row -> waiting.put(row.getLong(1), row.getInt(2)),
                "SELECT id, grp FROM entry WHERE move = ? AND told = 5 AND id > ? ORDER BY id LIMIT ?",
                move,
                after,
                most);
        long last = 0;
        for (Map.Entry<Long, Integer> each : waiting.entrySet()) {
            last = each.getKey();
            if (groups.contains(each.getValue())) {
                tx.update("UPDATE entry SET told = 2 WHERE id = ?", last);
            }
        }
        return last;
    }

    /** Fails an entry whose file is proven and whose rows could not be told of it. */
    public static void fail(Tx tx, Entry entry, String reason, long now) throws SQLException {
        Entries.move(tx, entry, entry.state(), State.FAILED, reason, now);
        tx.update("UPDATE entry SET told = ?, error_kind = 'LINK' WHERE id = ?", Told.FAILED.code(), entry.id());
    }

    /** Whether all rows of a move were told that are to know of a file. */
    public static boolean isAllTold(Tx tx, int run, int move) throws SQLException {
        String mine = "SELECT 1 FROM entry WHERE run = ?1 AND move = ?2 AND row IS NOT NULL AND told = ";
        return tx.number(
                        0,
                        "SELECT EXISTS (" + mine + "0 AND state IN (3, 4)) OR EXISTS (" + mine
                                + "0 AND state IN (6, 7)) OR EXISTS (" + mine + "1 AND state IN (3, 4, 6, 7))",
                        run,
                        move)
                == 0;
    }

    /** What was being told of an entry may be told again: its blocks are settled. */
    public static void again(Tx tx, Entry entry) throws SQLException {
        tx.update("UPDATE entry SET told = 0 WHERE id = ? AND told = 1", entry.id());
    }

    /**
     * Whether an earlier run proved the file of this row, and the row knows: it named that file then, or names the target now.
     *
     * @param path the encoded key that it names now
     */
    public static boolean isTold(Tx tx, int run, int move, String row, String path) throws SQLException {
        return tx.number(
                        0,
                        "SELECT e.told IN (2, 5) AND e.state IN (3, 4) AND (e.source = ? OR f.target = ?) FROM entry e"
                                + " JOIN effect f ON f.entry = e.id AND f.n = 0 WHERE e.row = ? AND e.move = ? AND e.run < ?"
                                + " ORDER BY e.id DESC LIMIT 1",
                        path,
                        path,
                        row,
                        move,
                        run)
                > 0;
    }

    /** The newest entry of a row that names a file, or null. */
    public static @Nullable Entry newest(Tx tx, int move, String row) throws SQLException {
        Entry[] found = new Entry[1];
        tx.query(
                line -> found[0] = Columns.entry(line),
                "SELECT " + Columns.ENTRY + ", " + Columns.EFFECT
                        + " FROM entry e JOIN effect f ON f.entry = e.id AND f.n = 0 WHERE e.row = ? AND e.move = ?"
                        + " ORDER BY e.id DESC LIMIT 1",
                row,
                move);
        return found[0];
    }

    /**
     * The newest entry of a row for one of the files that it names, or null.
     *
     * @param hash of the file with the row
     */
    public static @Nullable Entry newest(Tx tx, int move, String row, String source, long hash) throws SQLException {
        Entry[] found = new Entry[1];
        tx.query(
                line -> found[0] = Columns.entry(line),
                "SELECT " + Columns.ENTRY + ", " + Columns.EFFECT
                        + " FROM entry e JOIN effect f ON f.entry = e.id AND f.n = 0 WHERE e.source_hash = ? AND e.source = ?"
                        + " AND e.row = ? AND e.move = ? ORDER BY e.id DESC LIMIT 1",
                hash,
                source,
                row,
                move);
        return found[0];
    }

    /** Entries of a row in the newest run, which ended without proof; in order of id. */
    public static List<Entry> failed(Tx tx, int move, String row, int most) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        tx.query(
                line -> entries.add(Columns.entry(line)),
                "SELECT " + Columns.ENTRY + ", " + Columns.EFFECT
                        + " FROM entry e JOIN effect f ON f.entry = e.id AND f.n = 0 WHERE e.row = ?1 AND e.move = ?2"
                        + " AND e.run = (SELECT max(id) FROM run WHERE kind = 'run')"
                        + " AND e.state > 4 ORDER BY e.id LIMIT ?3",
                row,
                move,
                most);
        return entries;
    }

    /** Whether an earlier run proved files of this row, and the row knows of the last of them. */
    public static boolean isTold(Tx tx, int run, int move, String row) throws SQLException {
        return tx.number(
                        0,
                        "SELECT e.told IN (2, 5) AND e.state IN (3, 4) FROM entry e WHERE e.row = ? AND e.move = ? AND e.run < ?"
                                + " ORDER BY e.id DESC LIMIT 1",
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
                        + " AND e.id <> ? AND e.row IS NOT NULL AND (e.row <> ? OR (e.id > ? AND e.told IN (1, 2, 4, 5)))"
                        + " AND " + LIVE + " LIMIT 1",
                entry.effect().targetHash(),
                entry.effect().target(),
                entry.id(),
                String.valueOf(entry.row()),
                entry.id());
        return found[0];
    }

    /** Of an entry {@code e}, that its row may know of the target. */
    private static final String LIVE = "(e.state IN (1, 2, 3, 4, 9, 11) OR (e.state = 7 AND e.told IN (1, 4)))";

    /** Of an entry {@code e}, that it is of this target and of another row. */
    private static final String SHARES =
            " FROM effect f JOIN entry e ON e.id = f.entry WHERE f.n = 0 AND f.target_hash = ?1"
                    + " AND f.target = ?2 AND e.row IS NOT NULL AND NOT (e.row = ?3 AND e.move = ?4) AND " + LIVE;

    /**
     * An entry of another row after an id that counts on the same target with another content: the newest that its row was
     * told of, which is not of the same file in the same run. Null when there is none.
     */
    public static @Nullable Entry standing(Tx tx, Entry entry, long after) throws SQLException {
        Entry[] found = new Entry[1];
        tx.query(
                row -> found[0] = Columns.entry(row),
                "SELECT " + Columns.ENTRY + ", " + Columns.EFFECT + SHARES
                        + " AND e.id > ?5 AND NOT (e.run = ?6 AND e.source = ?7)"
                        + " AND NOT EXISTS (SELECT 1 FROM entry l WHERE l.row = e.row AND l.move = e.move AND l.id > e.id"
                        + " AND (l.told = 2 OR (e.told <> 2 AND l.state IN (2, 3, 4))))"
                        + " AND NOT EXISTS (SELECT 1 FROM entry l JOIN effect g ON g.entry = l.id AND g.n = 0"
                        + " WHERE l.row = e.row AND l.move = e.move AND l.run = ?6 AND l.source = ?7"
                        + " AND g.target = f.target AND l.state IN (0, 1, 2, 3, 4)) ORDER BY e.id LIMIT 1",
                entry.effect().targetHash(),
                entry.effect().target(),
                entry.row(),
                entry.move(),
                after,
                entry.run(),
                entry.source());
        return found[0];
    }

    /** The entry with this id if it is one of another row for the same target, or null. */
    public static @Nullable Entry writer(Tx tx, Entry entry, long id) throws SQLException {
        return writer(tx, entry, " AND e.id = ?5", id);
    }

    /** An entry of another row that wrote this version of the same target, or may just have; null when there is none. */
    public static @Nullable Entry writer(Tx tx, Entry entry, String version) throws SQLException {
        String mayHave = entry.effect().foundVersion() == null ? " OR e.state = 1" : "";
        return writer(tx, entry, " AND (f.version = ?5" + mayHave + ")", version);
    }

    private static @Nullable Entry writer(Tx tx, Entry entry, String which, Object value) throws SQLException {
        Entry[] found = new Entry[1];
        tx.query(
                row -> found[0] = Columns.entry(row),
                "SELECT " + Columns.ENTRY + ", " + Columns.EFFECT + SHARES + which + " LIMIT 1",
                entry.effect().targetHash(),
                entry.effect().target(),
                entry.row(),
                entry.move(),
                value);
        return found[0];
    }

    /** The groups of all entries that were ever listed for the target of this one; none when one is of another move. */
    public static Set<Integer> groups(Tx tx, Entry entry) throws SQLException {
        Set<Integer> groups = new HashSet<>();
        boolean[] alone = {true};
        tx.query(
                row -> {
                    groups.add(row.getInt(1));
                    alone[0] &= row.getInt(2) == entry.move();
                },
                "SELECT DISTINCT e.grp, e.move FROM effect f JOIN entry e ON e.id = f.entry"
                        + " WHERE f.target_hash = ? AND f.target = ?",
                entry.effect().targetHash(),
                entry.effect().target());
        return alone[0] ? groups : Set.of();
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
