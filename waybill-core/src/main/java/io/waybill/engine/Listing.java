package io.waybill.engine;

import io.waybill.ledger.Entries;
import io.waybill.ledger.Hash;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.Runs;
import io.waybill.ledger.State;
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
    private final long most;
    private final Map<String, Integer> groups = new HashMap<>();
    private final Deque<CompletableFuture<Boolean>> pending = new ArrayDeque<>();
    private int batch;
    private int inBatch;
    private int batchSize = DEFAULT_BATCH;
    private long left;

    /** @param most how many files of each move there are, those that come first */
    Listing(Ledger ledger, Live live, Stop stop, int run, long most) {
        this.most = most;
        this.ledger = ledger;
        this.live = live;
        this.stop = stop;
        this.run = run;
    }

    /** The number of the last batch. */
    int last() {
        return batch;
    }

    /** Other moves took numbers up to this one. */
    void goOn(int last) {
        batch = last;
    }

    /** Lists one move. {@code earlier} tells whether the ledger may know its sources already. */
    void list(int moveId, Move move, FileStore source, FileStore target, Route route, boolean earlier)
            throws StoreException, LedgerException {
        Integer wanted = move.limits().batch();
        batchSize = wanted == null ? DEFAULT_BATCH : wanted;
        batch++;
        inBatch = 0;
        left = most;
        List<From> froms = move.from();
        for (From from : froms) {
            try (Source.Opened opened = source.open(from.selection())) {
                for (Source.Split split : opened.splits(1)) {
                    try (Source.Items items = opened.read(split, null)) {
                        Source.Page page = items.next();
                        while (page != null && left > 0) {
                            if (stop.isRequested()) {
                                throw new StoppedException();
                            }
                            enter(moveId, source, target, route, from, page, earlier);
                            page = left > 0 ? items.next() : null;
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
            } else if (left <= 0) {
                break;
            }
            Entries.Planned planned = plan(moveId, source, target, route, from, file);
            if (planned == null) {
                filtered++;
            } else {
                files.add(planned);
                bytes += file.size();
                left--;
            }
        }
        String source0 = source.identity();
        for (Source.Skipped skipped : page.skipped()) {
            if (left > 0 && skipped.key() instanceof FileKey key && route.belongs(from, key)) {
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
        long out = filtered;
        pending.add(ledger.changeLater(tx -> Entries.addListed(tx, run, moveId, files, out, earlier)));
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
