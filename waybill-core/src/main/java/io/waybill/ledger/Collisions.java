package io.waybill.ledger;

import io.waybill.store.FileKey;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with the target keys of a run as a whole, found in the ledger so that memory does not grow with them. */
public final class Collisions {
    private Collisions() {}

    /** Drops what was listed twice, by overlapping entries of from: the same source for the same target counts once. */
    public static void dropDoubles(Tx tx, int run) throws SQLException {
        List<long[]> doubles = new ArrayList<>();
        tx.query(
                row -> doubles.add(new long[] {row.getLong(1), row.getInt(2), row.getInt(3), row.getLong(4)}),
                "SELECT e.id, e.move, e.grp, e.size FROM entry e WHERE e.run = ? AND e.state = 0 AND EXISTS"
                        + " (SELECT 1 FROM entry o JOIN effect fo ON fo.entry = o.id JOIN effect f ON f.entry = e.id"
                        + " WHERE o.source_hash = e.source_hash AND o.source = e.source AND o.move = e.move"
                        + " AND o.run = e.run AND o.id < e.id AND fo.target = f.target)",
                run);
        for (long[] entry : doubles) {
            tx.update("DELETE FROM effect WHERE entry = ?", entry[0]);
            tx.update("DELETE FROM entry WHERE id = ?", entry[0]);
            tx.tally(run, (int) entry[1], (int) entry[2], State.PLANNED, -1, -entry[3]);
            tx.count(run, (int) entry[1], "listed", -1);
            tx.count(run, (int) entry[1], "listed bytes", -entry[3]);
        }
    }

    /**
     * Target keys that would have to be a file and a folder at once, for targets that are trees: lines for people, at most so
     * many. The folders stand in a temporary table.
     */
    public static List<String> filesThatAreFolders(Tx tx, int run, int move, String store, int most)
            throws SQLException {
        tx.update("CREATE TEMP TABLE IF NOT EXISTS folder (hash INTEGER PRIMARY KEY, path TEXT NOT NULL)");
        tx.update("DELETE FROM folder");
        long[] after = {0};
        while (true) {
            List<String> targets = new ArrayList<>();
            long from = after[0];
            tx.query(
                    row -> {
                        after[0] = row.getLong(1);
                        targets.add(row.getString(2));
                    },
                    "SELECT e.id, f.target FROM entry e JOIN effect f ON f.entry = e.id WHERE e.run = ? AND e.move = ?"
                            + " AND e.state = 0 AND e.id > ? ORDER BY e.id LIMIT 1000",
                    run,
                    move,
                    from);
            if (targets.isEmpty()) {
                break;
            }
            String last = "";
            for (String target : targets) {
                int slash = target.lastIndexOf('/');
                String folder = slash < 0 ? "" : target.substring(0, slash);
                if (folder.isEmpty() || folder.equals(last)) {
                    continue;
                }
                last = folder;
                for (int at = folder.length(); at > 0; at = folder.lastIndexOf('/', at - 1)) {
                    String path = folder.substring(0, at);
                    tx.update("INSERT OR IGNORE INTO folder VALUES (?, ?)", Hash.of(store, path), path);
                }
            }
        }
        List<String> lines = new ArrayList<>();
        tx.query(
                row -> lines.add(FileKey.parse(row.getString(1)).display() + " is a file and also a folder of others"),
                "SELECT f.target FROM folder d CROSS JOIN effect f ON f.target_hash = d.hash AND f.target = d.path"
                        + " JOIN entry e ON e.id = f.entry WHERE e.run = ? AND e.state = 0 LIMIT ?",
                run,
                most);
        tx.update("DELETE FROM folder");
        return lines;
    }
}
