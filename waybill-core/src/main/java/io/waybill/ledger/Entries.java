package io.waybill.ledger;

import io.waybill.store.Checksum;
import io.waybill.store.FileStore;
import io.waybill.store.Provenance;
import io.waybill.store.Version;
import io.waybill.value.Digest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The changes to entries and effects, each within a transaction of the writer. Every change of an entry's state goes through
 * {@link #move}, so the counters always agree with the entries.
 */
public final class Entries {
    private Entries() {}

    /** A file to be entered: what was listed, where it goes, and what stands there as far as the listing tells. */
    public record Planned(
            int run,
            int move,
            int group,
            int batch,
            String source,
            long sourceHash,
            String sourceVersion,
            long size,
            long modified,
            String target,
            long targetHash,
            State state,
            @Nullable String errorKind,
            @Nullable String reason,
            @Nullable String row) {
        public Planned(
                int run,
                int move,
                int group,
                int batch,
                String source,
                long sourceHash,
                String sourceVersion,
                long size,
                long modified,
                String target,
                long targetHash,
                State state,
                @Nullable String reason) {
            this(
                    run,
                    move,
                    group,
                    batch,
                    source,
                    sourceHash,
                    sourceVersion,
                    size,
                    modified,
                    target,
                    targetHash,
                    state,
                    null,
                    reason,
                    null);
        }
    }

    /** The last id that was given to an entry or a block, 0 when there is none. */
    public static long last(Tx tx) throws SQLException {
        return tx.number(
                0, "SELECT max(coalesce((SELECT max(id) FROM entry), 0), coalesce((SELECT max(entry) FROM block), 0))");
    }

    /**
     * Enters a page of a listing: what is new, or changed since it was done; the rest is only counted.
     *
     * @param filtered how many items the move leaves out
     * @param earlier whether the ledger may know these sources already
     */
    public static void addListed(Tx tx, int run, int move, List<Planned> files, long filtered, boolean earlier)
            throws SQLException {
        long unchanged = 0;
        long conflicts = 0;
        for (Planned file : files) {
            State ended = earlier ? Earlier.ended(tx, file) : null;
            if (ended == null) {
                add(tx, file);
            } else {
                unchanged++;
                conflicts += ended == State.CONFLICT ? 1 : 0;
            }
        }
        tx.count(run, move, "listed", files.size());
        tx.count(
                run,
                move,
                "listed bytes",
                files.stream().mapToLong(Planned::size).sum());
        tx.count(run, move, "filtered", filtered);
        tx.count(run, move, "unchanged", unchanged);
        tx.count(run, move, "unchanged conflicts", conflicts);
    }

    /** Enters a file with its one effect. */
    public static void add(Tx tx, Planned file) throws SQLException {
        long id = tx.nextEntry();
        tx.update(
                "INSERT INTO entry (id, run, move, grp, batch, source, source_hash, source_version, size, modified, items,"
                        + " state, error_kind, error, row) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)",
                id,
                file.run(),
                file.move(),
                file.group(),
                file.batch(),
                file.source(),
                file.sourceHash(),
                file.sourceVersion(),
                file.size(),
                file.modified(),
                file.state().code(),
                file.errorKind(),
                file.reason(),
                file.row());
        tx.update(
                "INSERT INTO effect (entry, n, kind, target, target_hash, state) VALUES (?, 0, 'put', ?, ?, ?)",
                id,
                file.target(),
                file.targetHash(),
                file.state().code());
        tx.tally(file.run(), file.move(), file.group(), file.state(), 1, file.size());
    }

    /** Records the intent to write an entry. */
    public static void intend(Tx tx, Entry entry, long now) throws SQLException {
        if (entry.state() == State.WRITING) {
            tx.update("UPDATE entry SET attempts = attempts + 1, started = ? WHERE id = ?", now, entry.id());
        } else {
            tx.update("UPDATE entry SET state = 1, attempts = attempts + 1, started = ? WHERE id = ?", now, entry.id());
            tx.tally(entry.run(), entry.move(), entry.group(), entry.state(), -1, -entry.size());
            tx.tally(entry.run(), entry.move(), entry.group(), State.WRITING, 1, entry.size());
        }
    }

    /** How an entry ended. */
    public record Ending(
            State state,
            String sourceVersion,
            long size,
            @Nullable Digest digest,
            @Nullable String errorKind,
            @Nullable String error,
            @Nullable Version version,
            @Nullable Checksum checksum,
            @Nullable String proof,
            @Nullable Provenance provenance) {
        /** An ending without evidence. */
        public static Ending of(State state, Entry entry, @Nullable String errorKind, @Nullable String error) {
            return new Ending(
                    state,
                    entry.sourceVersion(),
                    entry.size(),
                    entry.digest(),
                    errorKind,
                    error,
                    null,
                    null,
                    null,
                    null);
        }
    }

    /** Ends an entry that is being written: evidence, state and counters in one step. */
    public static void end(Tx tx, Entry entry, Ending ending, long now) throws SQLException {
        tx.update(
                "UPDATE entry SET state = ?, source_version = ?, size = ?, digest = ?, error_kind = ?, error = ?,"
                        + " finished = ?, told = 0 WHERE id = ?",
                ending.state().code(),
                ending.sourceVersion(),
                ending.size(),
                ending.digest() == null ? null : ending.digest().bytes(),
                ending.errorKind(),
                ending.error(),
                now,
                entry.id());
        tx.update(
                "UPDATE effect SET state = ?, version = ?, checksum = ?, proof = ?, provenance = coalesce(?, provenance),"
                        + " upload = CASE WHEN ? = 7 THEN upload ELSE NULL END WHERE entry = ? AND n = 0",
                ending.state().code(),
                ending.version() == null ? null : ending.version().token(),
                Columns.text(ending.checksum()),
                ending.proof(),
                ending.provenance() == null ? null : ending.provenance().name().toLowerCase(Locale.ROOT),
                ending.state().code(),
                entry.id());
        if (ending.state() != State.FAILED
                && (entry.effect().upload() != null || entry.effect().partSize() > 0)) {
            tx.update("DELETE FROM part WHERE entry = ?", entry.id());
        }
        tx.tally(entry.run(), entry.move(), entry.group(), State.WRITING, -1, -entry.size());
        tx.tally(entry.run(), entry.move(), entry.group(), ending.state(), 1, ending.size());
    }

    /** Puts an entry that was claimed back to be done later: nothing of it stands at the target. */
    public static void putBack(Tx tx, Entry entry) throws SQLException {
        tx.update("UPDATE entry SET state = 0 WHERE id = ?", entry.id());
        tx.tally(entry.run(), entry.move(), entry.group(), State.WRITING, -1, -entry.size());
        tx.tally(entry.run(), entry.move(), entry.group(), State.PLANNED, 1, entry.size());
    }

    /** Changes the state of an entry and its first effect, for example on the way back. */
    public static void move(Tx tx, Entry entry, State from, State to, @Nullable String reason, long now)
            throws SQLException {
        int changed = tx.update(
                "UPDATE entry SET state = ?, error = coalesce(?, error), finished = ? WHERE id = ? AND state = ?",
                to.code(),
                reason,
                now,
                entry.id(),
                from.code());
        if (changed != 1) {
            throw new SQLException("entry " + entry.name() + " is not " + from.word() + " any more");
        }
        tx.update("UPDATE effect SET state = ? WHERE entry = ? AND n = 0", to.code(), entry.id());
        tx.tally(entry.run(), entry.move(), entry.group(), from, -entry.items(), -entry.size());
        tx.tally(entry.run(), entry.move(), entry.group(), to, entry.items(), entry.size());
    }

    /** Remembers the before-image of what an entry will replace. */
    public static void image(Tx tx, long entry, String image) throws SQLException {
        tx.update("UPDATE effect SET image = ? WHERE entry = ? AND n = 0", image, entry);
    }

    /** Remembers an upload in parts. A null token forgets it and its parts. */
    public static void upload(Tx tx, long entry, @Nullable String token, long partSize) throws SQLException {
        tx.update("UPDATE effect SET upload = ?, part_size = ? WHERE entry = ? AND n = 0", token, partSize, entry);
        if (token == null || token.isEmpty()) {
            tx.update("DELETE FROM part WHERE entry = ?", entry);
        }
    }

    /** Remembers a part that the target has. */
    public static void part(Tx tx, long entry, FileStore.Part part) throws SQLException {
        tx.update(
                "INSERT OR REPLACE INTO part VALUES (?, 0, ?, ?, ?, ?)",
                entry,
                part.number(),
                part.size(),
                part.tag(),
                part.sha256().bytes());
    }

    /** The parts remembered for an entry, by number. */
    public static List<FileStore.Part> parts(Tx tx, long entry) throws SQLException {
        List<FileStore.Part> parts = new ArrayList<>();
        tx.query(
                row -> parts.add(new FileStore.Part(
                        row.getInt(1), row.getLong(2), row.getString(3), Digest.of(row.getBytes(4)))),
                "SELECT number, size, tag, sha256 FROM part WHERE entry = ? ORDER BY number",
                entry);
        return parts;
    }

    /** Adds a line to the history of a run or an entry; never changed later. */
    public static void event(Tx tx, int run, @Nullable Long entry, String what, String detail, long now)
            throws SQLException {
        tx.update(
                "INSERT INTO event (at, run, entry, what, detail) VALUES (?, ?, ?, ?, ?)",
                now,
                run,
                entry,
                what,
                detail);
    }
}
