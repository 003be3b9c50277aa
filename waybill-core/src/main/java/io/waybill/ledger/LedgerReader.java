package io.waybill.ledger;

import java.io.Closeable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The queries behind every screen. Reads only, takes no lock. Not safe for use by several threads. */
public final class LedgerReader implements Closeable {
    private static final int PAGE = 1_000;

    private final LedgerFile file;
    private final Connection connection;

    LedgerReader(LedgerFile file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /** A value of the ledger's own description: series, plan, created. Empty when there is none. */
    public String meta(String key) throws LedgerException {
        List<String> values = list(row -> row.getString(1), "SELECT value FROM meta WHERE key = ?", key);
        return values.isEmpty() ? "" : values.get(0);
    }

    /** Who holds or last held the ledger, and since when in milliseconds since 1970. */
    public record Lease(long epoch, String owner, long since) {}

    /** The lease, or null when nobody ever worked. */
    public @Nullable Lease lease() throws LedgerException {
        List<Lease> leases = list(
                row -> new Lease(row.getLong(1), row.getString(2), row.getLong(3)),
                "SELECT epoch, owner, since FROM lease WHERE scope = 'run'");
        return leases.isEmpty() ? null : leases.get(0);
    }

    /** All runs, oldest first. */
    public List<Run> runs() throws LedgerException {
        return list(Columns::run, "SELECT " + Columns.RUN + " FROM run ORDER BY id");
    }

    /** The run with this id, or null. */
    public @Nullable Run run(int id) throws LedgerException {
        List<Run> runs = list(Columns::run, "SELECT " + Columns.RUN + " FROM run WHERE id = ?", id);
        return runs.isEmpty() ? null : runs.get(0);
    }

    /** A move as the ledger knows it. */
    public record MoveLine(int id, String name, String source, String target, String kind) {}

    public List<MoveLine> moves() throws LedgerException {
        return list(
                row -> new MoveLine(
                        row.getInt(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5)),
                "SELECT id, name, source, target, kind FROM move ORDER BY id");
    }

    /** A group of a move. */
    public record GroupLine(int id, int move, String name) {}

    public List<GroupLine> groups() throws LedgerException {
        return list(
                row -> new GroupLine(row.getInt(1), row.getInt(2), row.getString(3)),
                "SELECT id, move, name FROM grp ORDER BY id");
    }

    /** A counter: items and bytes in a state. */
    public record Tally(int run, int move, int group, State state, long items, long bytes) {}

    /** The counters of a run, or of all runs; costs the same at ten items and ten million. */
    public List<Tally> tallies(@Nullable Integer run) throws LedgerException {
        return list(
                row -> new Tally(
                        row.getInt(1),
                        row.getInt(2),
                        row.getInt(3),
                        State.of(row.getInt(4)),
                        row.getLong(5),
                        row.getLong(6)),
                "SELECT run, move, grp, state, items, bytes FROM tally WHERE (? IS NULL OR run = ?) AND items <> 0"
                        + " ORDER BY run, move, grp, state",
                run,
                run);
    }

    /** What was counted of a run besides states: read, filtered, mapped and so on. */
    public record CountLine(int move, String what, long items) {}

    public List<CountLine> counts(int run) throws LedgerException {
        return list(
                row -> new CountLine(row.getInt(1), row.getString(2), row.getLong(3)),
                "SELECT move, what, items FROM count WHERE run = ? ORDER BY move, what",
                run);
    }

    /** The references between the tables of a move of units when a run began; none of other moves. */
    public List<Relation> relations(int run, int move) throws LedgerException {
        return list(
                row -> new Relation(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        Relation.Kind.of(row.getString(4)),
                        row.getLong(5)),
                "SELECT tbl, target, reference, kind, items FROM relation WHERE run = ? AND move = ? ORDER BY n",
                run,
                move);
    }

    /** Counters by batch: one pass over the entries of a run. */
    public record BatchLine(int batch, State state, long items, long bytes, long started, long finished) {}

    public List<BatchLine> batches(int run) throws LedgerException {
        return list(
                row -> new BatchLine(
                        row.getInt(1),
                        State.of(row.getInt(2)),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6)),
                "SELECT batch, state, sum(items), sum(size), min(started), max(finished) FROM entry WHERE run = ?"
                        + " GROUP BY batch, state ORDER BY batch, state",
                run);
    }

    /**
     * What became of the rows of a batch that name files.
     *
     * @param named how many rows there are, {@code proven} how many of their files stand at the target, {@code told} how
     *     many rows know, {@code missing} how many name a file that is not there
     * @param open not carried over yet, {@code left} left out by a rule or rolled back
     * @param wrong found not to be as it should by a verification
     */
    public record BatchAccount(
            int run, int batch, long named, long proven, long told, long missing, long open, long left, long wrong) {
        /** Whether every row that is to know of its file does, and nothing is wrong. */
        public boolean isComplete() {
            return named == told + left && wrong == 0;
        }

        /** The id people use, for example {@code r1.3}. */
        public String name() {
            return "r" + run + "." + batch;
        }
    }

    /** The batches of rows that name files, whose entries are selected; a verification by its id, or 0. */
    public List<BatchAccount> accounts(Selector selector, long verification) throws LedgerException {
        StringBuilder sql = new StringBuilder("SELECT e.run, e.batch, count(*), sum(e.state IN (2, 3, 4)),"
                + " sum(e.state IN (3, 4) AND e.told = 2), sum(e.state = 7 AND e.error_kind = 'NOT_FOUND'),"
                + " sum(e.state IN (0, 1)), sum(e.state IN (5, 10)),"
                + " sum(e.id IN (SELECT entry FROM verdict WHERE verification = ?))"
                + " FROM entry e WHERE e.row IS NOT NULL");
        List<Object> parameters = new ArrayList<>(List.of(verification));
        Narrowing.add(selector, sql, parameters);
        return list(
                row -> new BatchAccount(
                        row.getInt(1),
                        row.getInt(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6),
                        row.getLong(7),
                        row.getLong(8),
                        row.getLong(9)),
                sql.append(" GROUP BY e.run, e.batch ORDER BY e.run, e.batch").toString(),
                parameters.toArray());
    }

    /** Takes entries one by one. */
    @FunctionalInterface
    public interface Each {
        /** Answers false to stop. */
        boolean take(Entry entry) throws LedgerException;
    }

    /** The selected entries in order of id, page by page; holds no transaction open between pages. */
    public void entries(Selector selector, long after, Each each) throws LedgerException {
        scan(selector, after, true, each);
    }

    /** The same, newest first, from below an id. */
    public void entriesBackwards(Selector selector, long below, Each each) throws LedgerException {
        scan(selector, below, false, each);
    }

    private void scan(Selector selector, long from, boolean forwards, Each each) throws LedgerException {
        StringBuilder sql = new StringBuilder("SELECT " + Columns.ENTRY + ", " + Columns.EFFECT
                        + " FROM entry e LEFT JOIN effect f ON f.entry = e.id AND f.n = 0 WHERE e.id ")
                .append(forwards ? "> ?" : "< ?");
        List<Object> parameters = new ArrayList<>();
        Narrowing.add(selector, sql, parameters);
        sql.append(" ORDER BY e.id")
                .append(forwards ? "" : " DESC")
                .append(" LIMIT ")
                .append(PAGE);
        long at = from;
        long taken = 0;
        while (true) {
            List<Object> all = new ArrayList<>();
            all.add(at);
            all.addAll(parameters);
            List<Entry> page = list(Columns::entry, sql.toString(), all.toArray());
            for (Entry entry : page) {
                if (selector.where().test(entry)) {
                    if (taken++ >= selector.limit() || !each.take(entry)) {
                        return;
                    }
                }
                at = entry.id();
            }
            if (page.size() < PAGE) {
                return;
            }
        }
    }

    /** The entry with this id, or null. */
    public @Nullable Entry entry(long id) throws LedgerException {
        List<Entry> entries = list(
                Columns::entry,
                "SELECT " + Columns.ENTRY + ", " + Columns.EFFECT
                        + " FROM entry e LEFT JOIN effect f ON f.entry = e.id AND f.n = 0 WHERE e.id = ?",
                id);
        return entries.isEmpty() ? null : entries.get(0);
    }

    /** The newest entry of a source in a move, or null. */
    public @Nullable Entry newest(int move, long sourceHash, String source) throws LedgerException {
        List<Entry> entries = list(
                Columns::entry,
                "SELECT " + Columns.ENTRY + ", " + Columns.EFFECT
                        + " FROM entry e LEFT JOIN effect f ON f.entry = e.id AND f.n = 0"
                        + " WHERE e.source_hash = ? AND e.move = ? AND e.source = ? ORDER BY e.id DESC LIMIT 1",
                sourceHash,
                move,
                source);
        return entries.isEmpty() ? null : entries.get(0);
    }

    /** Whether a newer entry for the same target exists; of one that never had a target, for the same row. */
    public boolean isSuperseded(Entry entry, long targetHash) throws LedgerException {
        if (entry.effect().target().isEmpty() && entry.row() != null) {
            return !list(
                            row -> row.getLong(1),
                            "SELECT id FROM entry WHERE row = ? AND move = ? AND id > ? LIMIT 1",
                            entry.row(),
                            entry.move(),
                            entry.id())
                    .isEmpty();
        }
        return !list(
                        row -> row.getLong(1),
                        "SELECT e.id FROM effect f JOIN entry e ON e.id = f.entry WHERE f.target_hash = ? AND f.target = ?"
                                + " AND e.id > ? AND e.move = ? AND e.row IS ? AND e.state IN (2, 3, 4) LIMIT 1",
                        targetHash,
                        entry.effect().target(),
                        entry.id(),
                        entry.move(),
                        entry.row())
                .isEmpty();
    }

    /** A step of telling rows of a file: which of the plan's it was, and the block that holds what it wrote. */
    public record LinkLine(int n, String kind, int step, long block) {}

    /** How rows were told of an entry's file, oldest first. */
    public List<LinkLine> links(long entry) throws LedgerException {
        return list(
                row -> new LinkLine(row.getInt(1), row.getString(2), row.getInt(3), row.getLong(4)),
                "SELECT n, kind, step, block FROM link WHERE entry = ? ORDER BY n",
                entry);
    }

    /** Whether some entry has this target. */
    public boolean knowsTarget(long targetHash, String target) throws LedgerException {
        return !list(
                        row -> row.getLong(1),
                        "SELECT f.entry FROM effect f JOIN entry e ON e.id = f.entry WHERE f.target_hash = ?"
                                + " AND f.target = ? AND e.state IN (1, 2, 3, 4, 6, 9, 11) LIMIT 1",
                        targetHash,
                        target)
                .isEmpty();
    }

    /** The rows of a batch, or null when the entry is not one. */
    public @Nullable RowBlock block(long entry) throws LedgerException {
        List<RowBlock> blocks = list(
                row -> PackedBlock.unpack(row.getBytes(1), row.getBytes(2)),
                "SELECT effects, states FROM block WHERE entry = ?",
                entry);
        return blocks.isEmpty() ? null : blocks.get(0);
    }

    /** What stood at the target before a batch of rows was written; nothing, if nothing was replaced. */
    public RowsBefore before(long entry) throws LedgerException {
        List<RowsBefore> found =
                list(row -> RowsBefore.unpack(row.getBytes(1)), "SELECT packed FROM row_image WHERE entry = ?", entry);
        return found.isEmpty() ? new RowsBefore(java.util.Map.of()) : found.get(0);
    }

    /** A line of history. */
    public record Event(long at, int run, @Nullable Long entry, String what, String detail) {}

    /** The history of an entry, oldest first. */
    public List<Event> events(long entry) throws LedgerException {
        return list(
                LedgerReader::event,
                "SELECT at, run, entry, what, detail FROM event WHERE entry = ? ORDER BY id",
                entry);
    }

    /** The history of a run itself (not of its entries), oldest first. */
    public List<Event> runEvents(int run) throws LedgerException {
        return list(
                LedgerReader::event,
                "SELECT at, run, entry, what, detail FROM event WHERE run = ? AND entry IS NULL ORDER BY id",
                run);
    }

    /**
     * A line of the history of everything.
     *
     * @param kind {@code run}, {@code rollback} or {@code verify}
     * @param item what it is about, or null when it is about the whole run; without its effects
     */
    public record AuditLine(
            long id,
            long at,
            int run,
            String kind,
            @Nullable AuditItem item,
            String what,
            String detail) {}

    /** An item of the history: as people name it, the encoded keys of its row, source and target. */
    public record AuditItem(
            String name,
            @Nullable String row,
            String source,
            @Nullable String target) {}

    /** Takes lines of history one by one. */
    public interface EachLine {
        void take(AuditLine line) throws LedgerException;
    }

    /** The history of everything, oldest first, page by page; of one run with its rollbacks and verifications, or of all. */
    public void audit(@Nullable Integer run, EachLine each) throws LedgerException {
        long after = 0;
        List<AuditLine> page = audit(run, after);
        while (!page.isEmpty()) {
            for (AuditLine line : page) {
                each.take(line);
                after = line.id();
            }
            page = audit(run, after);
        }
    }

    private List<AuditLine> audit(@Nullable Integer run, long after) throws LedgerException {
        return list(
                LedgerReader::auditLine,
                "SELECT v.id, v.at, v.run, CASE WHEN v.what LIKE 'verify %' THEN 'verify' ELSE coalesce(r.kind, 'verify')"
                        + " END, v.what, v.detail, e.id, e.run, e.batch, e.row, e.source, f.target"
                        + " FROM event v LEFT JOIN run r ON r.id = v.run LEFT JOIN entry e ON e.id = v.entry"
                        + " LEFT JOIN effect f ON f.entry = e.id AND f.n = 0"
                        + " WHERE v.id > ? AND (? IS NULL OR v.run IN (0, ?) OR r.of_run = ?) ORDER BY v.id LIMIT "
                        + PAGE,
                after,
                run,
                run,
                run);
    }

    private static AuditLine auditLine(ResultSet row) throws SQLException {
        long entry = row.getLong(7);
        AuditItem item = row.wasNull()
                ? null
                : new AuditItem(
                        "r" + row.getInt(8) + "." + row.getInt(9) + "/" + entry,
                        row.getString(10),
                        row.getString(11),
                        row.getString(12));
        return new AuditLine(
                row.getLong(1),
                row.getLong(2),
                row.getInt(3),
                row.getString(4),
                item,
                row.getString(5),
                row.getString(6));
    }

    private static Event event(ResultSet row) throws SQLException {
        long entry = row.getLong(3);
        boolean none = row.wasNull();
        return new Event(row.getLong(1), row.getInt(2), none ? null : entry, row.getString(4), row.getString(5));
    }

    /** Why files need somebody, most frequent first: kind, a sample of the message, and how many. */
    public record Cause(State state, @Nullable String kind, String sample, long items) {}

    public List<Cause> causes(int run, int most) throws LedgerException {
        return list(
                row -> new Cause(State.of(row.getInt(1)), row.getString(2), row.getString(3), row.getLong(4)),
                "SELECT state, error_kind, min(coalesce(error, '')), sum(items) FROM entry WHERE run = ?"
                        + " AND state IN (6, 7, 8, 11) AND NOT EXISTS (SELECT 1 FROM block WHERE block.entry = entry.id) GROUP BY state, error_kind ORDER BY 4 DESC LIMIT ?",
                run,
                most);
    }

    /** A verification. */
    public record VerificationLine(
            long id,
            @Nullable Integer run,
            String selector,
            String mode,
            String state,
            long position,
            long started,
            long ended,
            long same,
            long different,
            long missing,
            long extra,
            long bytes) {}

    /** All verifications, oldest first. */
    public List<VerificationLine> verifications() throws LedgerException {
        return list(
                row -> {
                    int run = row.getInt(2);
                    boolean none = row.wasNull();
                    return new VerificationLine(
                            row.getLong(1),
                            none ? null : run,
                            row.getString(3),
                            row.getString(4),
                            row.getString(5),
                            row.getLong(6),
                            row.getLong(7),
                            row.getLong(8),
                            row.getLong(9),
                            row.getLong(10),
                            row.getLong(11),
                            row.getLong(12),
                            row.getLong(13));
                },
                "SELECT id, run, selector, mode, state, position, started, ended, same, different, missing, extra, bytes"
                        + " FROM verification ORDER BY id");
    }

    /** An item that was not the same. */
    public record VerdictLine(@Nullable Long entry, String key, String verdict, String detail) {}

    /** The verdicts of a verification other than same, up to a number. */
    public List<VerdictLine> verdicts(long verification, int most) throws LedgerException {
        return list(
                row -> {
                    long entry = row.getLong(1);
                    return new VerdictLine(
                            row.wasNull() ? null : entry, row.getString(2), row.getString(3), row.getString(4));
                },
                "SELECT entry, key, verdict, detail FROM verdict WHERE verification = ? ORDER BY id LIMIT ?",
                verification,
                most);
    }

    /** Takes the keys that a verification found missing of one entry. */
    public interface EachMissing {
        void take(long entry, Set<String> keys) throws LedgerException;
    }

    /** What a verification found missing of a run, entry by entry; holds the keys of one entry at a time. */
    public void missing(long verification, int run, EachMissing each) throws LedgerException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT v.entry, v.key FROM verdict v JOIN entry e ON e.id = v.entry WHERE v.verification = ?"
                        + " AND v.verdict = 'missing' AND e.run = ? ORDER BY v.entry")) {
            statement.setLong(1, verification);
            statement.setInt(2, run);
            try (ResultSet rows = statement.executeQuery()) {
                long entry = 0;
                Set<String> keys = new HashSet<>();
                while (rows.next()) {
                    if (rows.getLong(1) != entry && !keys.isEmpty()) {
                        each.take(entry, Set.copyOf(keys));
                        keys.clear();
                    }
                    entry = rows.getLong(1);
                    keys.add(rows.getString(2));
                }
                if (!keys.isEmpty()) {
                    each.take(entry, Set.copyOf(keys));
                }
            }
        } catch (SQLException e) {
            throw file.explain(e);
        }
    }

    /** What a probe of a store found, as text, or null when it was not probed since. */
    public @Nullable String ability(String store, long since) throws LedgerException {
        List<String> values =
                list(row -> row.getString(1), "SELECT value FROM ability WHERE store = ? AND at >= ?", store, since);
        return values.isEmpty() ? null : values.get(0);
    }

    /**
     * A target of a run that more than one entry has.
     *
     * @param first an encoded source key, {@code firstRow} the encoded key of the row that names it, or null; likewise the
     *     second
     */
    public record Collision(
            String target,
            String first,
            @Nullable String firstRow,
            String second,
            @Nullable String secondRow) {
        private static Collision of(String target, String first, String second) {
            String[] one = first.split("\n", 2);
            String[] other = second.split("\n", 2);
            return new Collision(
                    target, one[0], one[1].isEmpty() ? null : one[1], other[0], other[1].isEmpty() ? null : other[1]);
        }
    }

    /** The collisions of a run, up to a number. */
    public List<Collision> collisions(int run, int most) throws LedgerException {
        // nearly every plan has none, and the index alone can tell that
        boolean any = !list(
                        row -> row.getLong(1),
                        "SELECT target_hash FROM effect WHERE entry >="
                                + " (SELECT min(id) FROM entry WHERE run = ? AND state IN (0,1))"
                                + " GROUP BY target_hash HAVING count(*) > 1 LIMIT 1",
                        run)
                .isEmpty();
        if (!any) {
            return List.of();
        }
        return list(
                row -> Collision.of(row.getString(1), row.getString(2), row.getString(3)),
                "SELECT f.target, min(e.source || char(10) || coalesce(e.row, '')),"
                        + " max(e.source || char(10) || coalesce(e.row, '')) FROM effect f JOIN entry e ON e.id = f.entry"
                        + " JOIN move m ON m.id = e.move"
                        + " WHERE e.run = ? AND e.state = 0 AND f.target_hash IN (SELECT f2.target_hash FROM entry e2"
                        + " JOIN effect f2 ON f2.entry = e2.id WHERE e2.run = ? AND e2.state = 0"
                        + " GROUP BY f2.target_hash HAVING count(*) > 1)"
                        + " GROUP BY m.target, f.target HAVING count(*) > 1"
                        // rows may share a file
                        + " AND NOT (count(e.row) = count(*) AND min(e.source) = max(e.source)"
                        + " AND min(m.source) = max(m.source)) ORDER BY f.target LIMIT ?",
                run,
                run,
                most);
    }

    /** Maps one row of a result. */
    @FunctionalInterface
    private interface Mapping<T> {
        T map(ResultSet row) throws SQLException;
    }

    private <T> List<T> list(Mapping<T> mapping, String sql, @Nullable Object... parameters) throws LedgerException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                List<T> values = new ArrayList<>();
                while (rows.next()) {
                    values.add(mapping.map(rows));
                }
                return values;
            }
        } catch (SQLException e) {
            throw file.explain(e);
        }
    }

    @Override
    public void close() throws LedgerException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw file.explain(e);
        }
    }
}
