package io.waybill.engine;

import io.waybill.ledger.Hash;
import io.waybill.ledger.Tx;
import io.waybill.store.FileKey;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Finds target keys that would have to be a file and a folder at once, for targets that are trees. */
final class TreeCheck {
    private TreeCheck() {}

    /** Lines for people, at most so many. The folders stand in a temporary table, so memory does not grow with them. */
    static List<String> filesThatAreFolders(Tx tx, int run, int move, String store, int most) throws SQLException {
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
