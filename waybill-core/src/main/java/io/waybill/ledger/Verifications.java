package io.waybill.ledger;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The changes to verifications and their verdicts, each within a transaction of the writer. */
public final class Verifications {
    private Verifications() {}

    /** Items by verdict, and the bytes that were compared. */
    public record Sums(long same, long different, long missing, long extra, long bytes) {}

    /** Begins a verification, of one run or of all; answers its id. */
    public static long begin(Tx tx, @Nullable Integer run, String selector, String mode, long now) throws SQLException {
        return tx.insert(
                "INSERT INTO verification (run, selector, mode, state, position, started) VALUES (?, ?, ?, 'stopped', 0,"
                        + " ?)",
                run,
                selector,
                mode,
                now);
    }

    /** Keeps the verdict on an item that is not the same. */
    public static void verdict(
            Tx tx, long verification, @Nullable Long entry, String key, String verdict, String detail)
            throws SQLException {
        tx.update(
                "INSERT INTO verdict (verification, entry, n, key, verdict, detail) VALUES (?, ?, 0, ?, ?, ?)",
                verification,
                entry,
                key,
                verdict,
                detail);
    }

    /** Notes that everything up to an entry has its verdict. */
    public static void reached(Tx tx, long verification, long entry, Sums sums) throws SQLException {
        tx.update("UPDATE verification SET position = ? WHERE id = ?", entry, verification);
        sums(tx, verification, sums);
    }

    /** Drops the verdicts beyond the position up to which a verification has come: they are given again. */
    public static void resume(Tx tx, long verification, long position) throws SQLException {
        tx.update(
                "DELETE FROM verdict WHERE verification = ? AND (entry IS NULL OR entry > ?)", verification, position);
    }

    /** Notes that a verification came to its end. */
    public static void finish(Tx tx, long verification, Sums sums, long now) throws SQLException {
        tx.update("UPDATE verification SET state = 'finished', ended = ? WHERE id = ?", now, verification);
        sums(tx, verification, sums);
    }

    /** Notes that a verification was interrupted; its sums stay those of its position, where it goes on. */
    public static void stop(Tx tx, long verification, long now) throws SQLException {
        tx.update("UPDATE verification SET state = 'stopped', ended = ? WHERE id = ?", now, verification);
    }

    private static void sums(Tx tx, long verification, Sums sums) throws SQLException {
        tx.update(
                "UPDATE verification SET same = ?, different = ?, missing = ?, extra = ?, bytes = ? WHERE id = ?",
                sums.same(),
                sums.different(),
                sums.missing(),
                sums.extra(),
                sums.bytes(),
                verification);
    }
}
