package io.waybill.ledger;

import java.sql.SQLException;
import java.util.List;

/** The references of moves of units as they were when a run began, each within a transaction of the writer. */
public final class Relations {
    private Relations() {}

    /** Notes those of a move in a run, in place of what was noted before. */
    public static void note(Tx tx, int run, int move, List<Relation> relations) throws SQLException {
        tx.update("DELETE FROM relation WHERE run = ? AND move = ?", run, move);
        for (int i = 0; i < relations.size(); i++) {
            Relation each = relations.get(i);
            tx.update(
                    "INSERT INTO relation VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    run,
                    move,
                    i,
                    each.table(),
                    each.target(),
                    each.reference(),
                    each.kind().word(),
                    each.rows());
        }
    }
}
