package io.waybill.engine;

import io.waybill.ledger.Entries;
import io.waybill.ledger.Hash;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.Runs;
import io.waybill.ledger.State;
import io.waybill.ledger.Tx;
import io.waybill.mapping.MappingException;
import io.waybill.plan.From;
import io.waybill.plan.Move;
import io.waybill.plan.Route;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Lists the files of a move into the ledger, a page at a time: new and changed sources and those that failed or were rolled
 * back; what is done and unchanged is only counted. Memory is bounded by a few pages.
 */
final class Listing {
    private static final int PAGES_IN_FLIGHT = 4;
    private static final int DEFAULT_BATCH = 1_000;

    private final Ledger ledger;
    private final Live live;
    private final Stop stop;
    private final int run;
    private final Map<String, Integer> groups = new HashMap<>();
    private final Deque<CompletableFuture<Boolean>> pending = new ArrayDeque<>();
    private int batch;
    private int inBatch;
    private int batchSize = DEFAULT_BATCH;

    Listing(Ledger ledger, Live live, Stop stop, int run) {
        this.ledger = ledger;
        this.live = live;
        this.stop = stop;
        this.run = run;
    }

    /** Lists one move. {@code earlier} tells whether the ledger may know its sources already. */
    void list(int moveId, Move move, FileStore source, FileStore target, Route route, boolean earlier)
            throws StoreException, LedgerException {
        Integer wanted = move.limits().batch();
        batchSize = wanted == null ? DEFAULT_BATCH : wanted;
        batch++;
        inBatch = 0;
        List<From> froms = move.from();
        for (From from : froms) {
            try (Source.Opened opened = source.open(from.selection())) {
                for (Source.Split split : opened.splits(1)) {
                    try (Source.Items items = opened.read(split, null)) {
                        Source.Page page = items.next();
                        while (page != null) {
                            if (stop.isRequested()) {
                                throw new StoppedException();
                            }
                            enter(moveId, source, target, route, from, page, earlier);
                            page = items.next();
                        }
                    }
                }
            } catch (IOException e) {
                if (e instanceof LedgerException known) {
                    throw known;
                }
                throw Contents.asStoreException(e, source, new FileKey(from.path()));
            }
        }
        while (!pending.isEmpty()) {
            Ledger.await(pending.poll());
        }
    }

    private void enter(
            int moveId, FileStore source, FileStore target, Route route, From from, Source.Page page, boolean earlier)
            throws LedgerException {
        List<Entries.Planned> files = new ArrayList<>(page.items().size());
        long filtered = 0;
        long bytes = 0;
        for (Item item : page.items()) {
            FileItem file = (FileItem) item;
            if (!route.belongs(from, file.key())) {
                continue;
            }
            Entries.Planned planned = plan(moveId, source, target, route, from, file);
            if (planned == null) {
                filtered++;
            } else {
                files.add(planned);
                bytes += file.size();
            }
        }
        String source0 = source.identity();
        for (Source.Skipped skipped : page.skipped()) {
            if (skipped.key() instanceof FileKey key && route.belongs(from, key)) {
                files.add(new Entries.Planned(
                        run,
                        moveId,
                        group(moveId, from.group()),
                        batch(),
                        key.encoded(),
                        Hash.of(source0, key.encoded()),
                        "",
                        0,
                        0,
                        "",
                        0,
                        State.SKIPPED,
                        skipped.reason()));
            }
        }
        live.group("", "listed").done(files.size(), 0);
        live.group("", "listed").bytes(bytes);
        long left = filtered;
        pending.add(ledger.submit(tx -> {
            write(tx, moveId, files, left, earlier);
            return true;
        }));
        if (pending.size() > PAGES_IN_FLIGHT) {
            Ledger.await(pending.remove());
        }
    }

    private Entries.@Nullable Planned plan(
            int moveId, FileStore source, FileStore target, Route route, From from, FileItem file)
            throws LedgerException {
        try {
            if (!route.wants(from, file)) {
                return null;
            }
            FileKey key = route.target(from, file);
            String objection = target.objection(key);
            String encoded = file.key().encoded();
            String goesTo = key.encoded();
            return new Entries.Planned(
                    run,
                    moveId,
                    group(moveId, route.group(from, file)),
                    batch(),
                    encoded,
                    Hash.of(source.identity(), encoded),
                    file.version().token(),
                    file.size(),
                    file.modified().toEpochMilli(),
                    goesTo,
                    Hash.of(target.identity(), goesTo),
                    objection.isEmpty() ? State.PLANNED : State.FAILED,
                    objection.isEmpty()
                            ? null
                            : "Cannot write " + target.location().of(key) + ": " + objection
                                    + ". Give it another name with a template in to:.");
        } catch (MappingException e) {
            String encoded = file.key().encoded();
            return new Entries.Planned(
                    run,
                    moveId,
                    group(moveId, from.group()),
                    batch(),
                    encoded,
                    Hash.of(source.identity(), encoded),
                    file.version().token(),
                    file.size(),
                    file.modified().toEpochMilli(),
                    "",
                    0,
                    State.FAILED,
                    "Cannot plan " + source.location().of(file.key()) + ": " + e.getMessage()
                            + ". Mend the expression, or leave the file out with where:.");
        }
    }

    private void write(Tx tx, int moveId, List<Entries.Planned> files, long filtered, boolean earlier)
            throws SQLException {
        long unchanged = 0;
        long conflicts = 0;
        for (Entries.Planned file : files) {
            State done = earlier ? done(tx, file) : null;
            if (done != null) {
                unchanged++;
                conflicts += done == State.CONFLICT ? 1 : 0;
            } else {
                Entries.add(tx, file);
            }
        }
        tx.count(run, moveId, "listed", files.size());
        tx.count(run, moveId, "filtered", filtered);
        tx.count(run, moveId, "unchanged", unchanged);
        tx.count(run, moveId, "unchanged conflicts", conflicts);
    }

    /** How the newest entry of this source ended, for the same target and the same version of the source; else null. */
    private static @Nullable State done(Tx tx, Entries.Planned file) throws SQLException {
        State[] done = new State[1];
        tx.query(
                row -> {
                    State state = State.of(row.getInt(1));
                    boolean ended = row.getString(2).equals(file.sourceVersion())
                            && row.getString(3).equals(file.target())
                            && row.getLong(4) == file.targetHash()
                            && (state == State.WRITTEN
                                    || state == State.VERIFIED
                                    || state == State.SAME
                                    || state == State.SKIPPED
                                    || state == State.CONFLICT);
                    done[0] = ended ? state : null;
                },
                "SELECT e.state, e.source_version, f.target, f.target_hash FROM entry e JOIN effect f ON f.entry = e.id AND f.n = 0"
                        + " WHERE e.source_hash = ? AND e.source = ? AND e.move = ? AND e.run < ?"
                        + " ORDER BY e.id DESC LIMIT 1",
                file.sourceHash(),
                file.source(),
                file.move(),
                file.run());
        return done[0];
    }

    /** Batches never span moves; their numbers go through the whole run. */
    private int batch() {
        if (inBatch == batchSize) {
            inBatch = 0;
            batch++;
        }
        inBatch++;
        return batch;
    }

    private int group(int moveId, String name) throws LedgerException {
        String key = moveId + "/" + name;
        Integer known = groups.get(key);
        if (known == null) {
            known = ledger.write(tx -> Runs.group(tx, moveId, name));
            groups.put(key, known);
        }
        return known;
    }
}
