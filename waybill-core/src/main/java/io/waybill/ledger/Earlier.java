package io.waybill.ledger;

import io.waybill.value.Digest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What earlier runs of the series did with a source or wrote at a target, read within a transaction of the writer. */
public final class Earlier {
    private Earlier() {}

    /** How the newest entry of this source ended, for the same target and the same version of the source; else null. */
    public static @Nullable State ended(Tx tx, Entries.Planned file) throws SQLException {
        State[] done = new State[1];
        long[] when = new long[1];
        tx.query(
                row -> {
                    State state = State.of(row.getInt(1));
                    Told told = Told.of(row.getInt(6));
                    boolean untold = file.row() != null && told != Told.THEN && told != Told.WAITS;
                    boolean ended = row.getString(2).equals(file.sourceVersion())
                            && row.getString(3).equals(file.target())
                            && row.getLong(4) == file.targetHash()
                            && ((state == State.WRITTEN && !untold)
                                    || (state == State.VERIFIED && !untold)
                                    || (state == State.SAME && !untold)
                                    || state == State.SKIPPED
                                    || state == State.CONFLICT);
                    done[0] = ended ? state : null;
                    when[0] = row.getLong(5);
                },
                "SELECT e.state, e.source_version, f.target, f.target_hash, e.finished, e.told FROM entry e JOIN effect f ON f.entry = e.id AND f.n = 0"
                        + " WHERE e.source_hash = ?1 AND e.source = ?2 AND e.row IS ?3 AND e.move = ?4 AND e.run < ?5"
                        // a row may have named another file since
                        + " AND NOT EXISTS (SELECT 1 FROM entry l WHERE l.row = e.row AND l.move = e.move AND l.run < ?5"
                        + " AND l.run > e.run) ORDER BY e.id DESC LIMIT 1",
                file.sourceHash(),
                file.source(),
                file.row(),
                file.move(),
                file.run());
        boolean found = done[0] == State.SAME || done[0] == State.SKIPPED;
        return found && wasTakenAway(tx, file, when[0]) ? null : done[0];
    }

    /** Whether what stood at the target was undone since. */
    private static boolean wasTakenAway(Tx tx, Entries.Planned file, long since) throws SQLException {
        return tx.number(
                        0,
                        "SELECT count(*) FROM effect f JOIN entry e ON e.id = f.entry WHERE f.target_hash = ?"
                                + " AND f.target = ? AND e.state = ? AND e.finished >= ?",
                        file.targetHash(),
                        file.target(),
                        State.UNDONE.code(),
                        since)
                > 0;
    }

    /** Whether a later run lists the entry's source again, so that this entry is history. */
    public static boolean isSuperseded(Tx tx, Entry entry, String store) throws SQLException {
        return tx.number(
                        0,
                        "SELECT count(*) FROM entry WHERE source_hash = ? AND source = ? AND row IS ? AND move = ? AND run > ?",
                        entry.sourceHash(store),
                        entry.source(),
                        entry.row(),
                        entry.move(),
                        entry.run())
                > 0;
    }

    /** What an entry wrote: the target's version then (empty if unknown), bytes, SHA-256. */
    public record Written(String version, long size, Digest digest) {}

    /** What earlier entries of the same source, or of the row that names it, wrote at the same target, and knew that they did. */
    public static List<Written> written(Tx tx, Entry entry, String target, long targetHash) throws SQLException {
        List<Written> lines = new ArrayList<>();
        tx.query(
                row -> lines.add(new Written(row.getString(1), row.getLong(2), Digest.of(row.getBytes(3)))),
                "SELECT coalesce(f.version, ''), e.size, e.digest FROM effect f JOIN entry e ON e.id = f.entry"
                        + " WHERE f.target_hash = ? AND f.target = ? AND e.id < ? AND e.move = ?"
                        + " AND (e.source = ? OR e.row = ?) AND (e.state IN (2, 3) OR e.told = 4) AND e.digest IS NOT NULL"
                        + " AND f.provenance IN ('created', 'replaced')",
                targetHash,
                target,
                entry.id(),
                entry.move(),
                entry.source(),
                entry.row());
        return lines;
    }

    /** Whether what the listing found at the entry's target is a version that an earlier entry of its source or row wrote. */
    public static boolean wroteWhatWasFound(Tx tx, Entry entry) throws SQLException {
        return tx.number(
                        0,
                        "SELECT count(*) FROM effect f JOIN entry e ON e.id = f.entry WHERE f.target = ? AND e.id < ?"
                                + " AND (e.state IN (2, 3) OR e.told = 4) AND f.version = ? AND e.move = ? AND (e.source = ? OR e.row = ?)"
                                + " AND f.target_hash = ?",
                        entry.effect().target(),
                        entry.id(),
                        entry.effect().foundVersion(),
                        entry.move(),
                        entry.source(),
                        entry.row(),
                        entry.effect().targetHash())
                > 0;
    }
}
