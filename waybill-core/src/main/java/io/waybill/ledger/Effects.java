package io.waybill.ledger;

import io.waybill.store.Version;
import java.sql.SQLException;

/** The changes to the effects of an entry beyond those of its state, each within a transaction of the writer. */
public final class Effects {
    private Effects() {}

    /**
     * Notes what a listing found at a target, with the entry that is planned for it.
     *
     * @param firstEntry the first entry of the run
     */
    public static void found(
            Tx tx, int run, int move, long firstEntry, String target, long targetHash, long size, String version)
            throws SQLException {
        int changed = tx.update(
                "UPDATE effect SET found_size = ?, found_version = ? WHERE target_hash = ? AND target = ?"
                        + " AND entry >= ? AND found_version IS NULL",
                size,
                version,
                targetHash,
                target,
                firstEntry);
        if (changed > 0) {
            tx.count(run, move, "present", changed);
            tx.count(run, move, "present bytes", size);
        }
    }

    /** Notes that the target was read back. */
    public static void provenByReading(Tx tx, long entry) throws SQLException {
        tx.update("UPDATE effect SET proof = 'read' WHERE entry = ? AND n = 0", entry);
    }

    /** Notes whose the target is, where no evidence told before, and the version that it has. */
    public static void ours(Tx tx, Entry entry, Version version) throws SQLException {
        tx.update(
                "UPDATE effect SET version = coalesce(version, ?), provenance = CASE WHEN provenance IS NOT NULL THEN"
                        + " provenance WHEN image IS NULL THEN 'created' ELSE 'replaced' END WHERE entry = ? AND n = 0",
                version.token(),
                entry.id());
    }

    /** Notes that the before-image is gone. */
    public static void dropImage(Tx tx, long entry) throws SQLException {
        tx.update("UPDATE effect SET image = NULL WHERE entry = ? AND n = 0", entry);
    }

    /** Enters the intent to remove the entry's source, its second effect. */
    public static void planRemoval(Tx tx, Entry entry, long sourceHash) throws SQLException {
        tx.update(
                "INSERT OR IGNORE INTO effect (entry, n, kind, target, target_hash, state) VALUES (?, 1, 'remove', ?, ?, ?)",
                entry.id(),
                entry.source(),
                sourceHash,
                State.WRITING.code());
    }

    /** What {@link Runs#counted} calls the sources that a run removed. */
    public static final String SOURCES_REMOVED = "sources removed";

    /** Notes, once, that the source is removed as was planned; of an entry without such a plan nothing. */
    public static void removed(Tx tx, Entry entry) throws SQLException {
        int noted = tx.update(
                "UPDATE effect SET state = ?1 WHERE entry = ?2 AND n = 1 AND kind = 'remove' AND state <> ?1",
                State.VERIFIED.code(),
                entry.id());
        tx.count(entry.run(), entry.move(), SOURCES_REMOVED, noted);
    }

    /** Takes back the intent to remove the source. */
    public static void dropRemoval(Tx tx, long entry) throws SQLException {
        tx.update("DELETE FROM effect WHERE entry = ? AND n = 1", entry);
    }

    /** Whether the entry's source was, or may have been, removed. */
    public static boolean hasRemoval(Tx tx, long entry) throws SQLException {
        return tx.number(0, "SELECT count(*) FROM effect WHERE entry = ? AND n = 1 AND kind = 'remove'", entry) > 0;
    }
}
