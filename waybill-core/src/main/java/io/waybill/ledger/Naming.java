package io.waybill.ledger;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Which files rows name, for as long as a plan is made: hashes in a temporary table, so that memory does not grow with them. */
public final class Naming {
    private Naming() {}

    /** Forgets all. */
    public static void clear(Tx tx) throws SQLException {
        tx.update("CREATE TEMP TABLE IF NOT EXISTS named (hash INTEGER PRIMARY KEY)");
        tx.update("DELETE FROM named");
    }

    /** Remembers files by the hashes of their keys. */
    public static void add(Tx tx, List<Long> hashes) throws SQLException {
        for (Long hash : hashes) {
            tx.update("INSERT OR IGNORE INTO named VALUES (?)", hash);
        }
    }

    /** Of each of these, in order, whether some row names it. */
    public static List<Boolean> known(Tx tx, List<Long> hashes) throws SQLException {
        List<Boolean> known = new ArrayList<>();
        for (Long hash : hashes) {
            known.add(tx.number(0, "SELECT 1 FROM named WHERE hash = ?", hash) > 0);
        }
        return known;
    }
}
