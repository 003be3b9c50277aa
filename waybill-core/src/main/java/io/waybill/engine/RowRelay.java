package io.waybill.engine;

import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.PackedRows;
import io.waybill.ledger.RowEntries;
import io.waybill.ledger.State;
import io.waybill.ledger.Tx;
import io.waybill.store.Failpoint;
import io.waybill.store.Item;
import io.waybill.store.Outcome;
import io.waybill.store.RawRows;
import io.waybill.store.Relaying;
import io.waybill.store.RowItem;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Digest;
import io.waybill.value.Shape;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Pages of a move that changes nothing, between two tables of the same types: their rows go as they came, a batch of them at
 * a time and all of it or none, and the ledger has each. A batch that does not go so is written row by row like any other,
 * and all that are read from then on. Safe for use by many threads.
 */
final class RowRelay {
    private static final int UNSETTLED = 1;

    /** What the pages of a split that are under way take at most, unless rows are large. */
    private static final long MEMORY = 64L << 20;

    /** Few rows are soon there to be written; each page may have twice as many as the one before. */
    private static final int FIRST_PAGE = 500;

    /** What a server does for each call it does for so many rows at once. */
    private static final int LARGEST_PAGE = 20_000;

    private final RowPlan plan;
    private final Relaying target;
    private final RowWriter writer;
    private final Remaking remaking;
    private final Work work;
    private final InstantSource clock;
    private final Live.Group live;
    private final AtomicInteger most = new AtomicInteger(FIRST_PAGE);
    private volatile boolean refused;
    private final AtomicBoolean wide = new AtomicBoolean();
    private final Semaphore turns;
    /** Evidence that is not durable yet, which holds nobody up. */
    private final Queue<CompletableFuture<Boolean>> settled = new ConcurrentLinkedQueue<>();

    /** Makes the batch of rows that they would have been by themselves. */
    interface Remaking {
        RowBatch remade(List<RowItem> rows, int number) throws StoreException, LedgerException;
    }

    private RowRelay(
            RowPlan plan,
            Relaying target,
            RowWriter writer,
            Remaking remaking,
            Work work,
            InstantSource clock,
            Live.Group live) {
        this.plan = plan;
        this.target = target;
        this.writer = writer;
        this.remaking = remaking;
        this.work = work;
        this.clock = clock;
        this.live = live;
        Runtime machine = Runtime.getRuntime();
        Integer wanted = plan.move().limits().parallel();
        int useful = wanted != null ? wanted : machine.availableProcessors() / 2;
        this.turns = new Semaphore((int) Math.max(1, Math.min(useful, machine.maxMemory() / MEMORY)), true);
    }

    /** Null when the rows of a move have to be looked at. */
    static @Nullable RowRelay of(
            RowPlan plan,
            TableStore target,
            RowWriter writer,
            Remaking remaking,
            Work work,
            InstantSource clock,
            Live.Group live) {
        return plan.isUntouched() && target instanceof Relaying store
                ? new RowRelay(plan, store, writer, remaking, work, clock, live)
                : null;
    }

    /** Waits until a split may be read. */
    void begin() {
        turns.acquireUninterruptibly();
    }

    void end() {
        turns.release();
    }

    /** Rows that are looked at one by one keep a worker busy for each split. */
    private void widen() {
        if (!wide.getAndSet(true)) {
            turns.release(work.parallel);
        }
    }

    /** How many rows a page may have that are given as they are; 0 for what a page has anyway. */
    int most() {
        return refused ? 0 : most.get();
    }

    /** The rows of a page if they can go as they are, else null. */
    @Nullable
    RawRows rows(Source.Page page) throws StoreException {
        boolean goes = page.items() instanceof RawRows rows
                && (!refused || rows.size() > RowRunner.DEFAULT_BATCH) // which are too many to be looked at together
                && plan.isKeyedBy(rows.key(0))
                && work.retry.call(() -> target.keeps(plan.to().name(), rows));
        if (!goes) {
            widen();
        }
        most.updateAndGet(rows -> goes ? Math.min(LARGEST_PAGE, Math.max(FIRST_PAGE, 2 * rows)) : 0);
        return goes ? (RawRows) page.items() : null;
    }

    /** Some rows of a page; from the first to before another. */
    RowPart part(int number, RawRows rows, int from, int to) {
        byte[] digests = new byte[(to - from) * Digest.ROW];
        for (int row = from; row < to; row++) {
            rows.digest(row, digests, (row - from) * Digest.ROW);
        }
        List<String> fields = plan.fieldsOf(rows.shape());
        Shape key = rows.key(from).shape();
        return new Part(
                number, rows, from, to, PackedRows.of(fields, key, (row, out) -> rows.key(from + row, out), digests));
    }

    private record Part(int number, RawRows rows, int from, int to, PackedRows packed) implements RowPart {
        @Override
        public int size() {
            return packed.size();
        }

        @Override
        public State state() {
            return State.WRITING;
        }

        @Override
        public long enter(Tx tx, int run, int move, int group, String range) throws SQLException {
            return RowEntries.add(tx, run, move, group, number, range, packed);
        }

        private List<RowItem> items() {
            List<RowItem> items = new ArrayList<>();
            for (Item item : rows.subList(from, to)) {
                items.add((RowItem) item);
            }
            return items;
        }
    }

    /**
     * Writes parts of one page that follow one another, together.
     *
     * @param parts made by {@link #part}, {@code entries} what they are in the ledger
     * @param before the writing of what comes before them, which they may depend on
     */
    void write(List<Entry> entries, List<RowPart> parts, CompletableFuture<Void> before)
            throws StoreException, LedgerException {
        Part first = (Part) parts.get(0);
        Part last = (Part) parts.get(parts.size() - 1);
        int size = last.to() - first.from();
        long began = System.nanoTime();
        work.requests.take(1);
        Failpoint.reach("before-write");
        boolean early = !before.isDone();
        Outcome outcome = put(first.rows(), first.from(), last.to());
        if (early && outcome instanceof Outcome.Refused) {
            before.join(); // a row may refer to one that is being written
            outcome = put(first.rows(), first.from(), last.to());
        }
        Failpoint.reach("after-write-before-evidence");
        if (!(outcome instanceof Outcome.Done)) {
            if (outcome instanceof Outcome.Refused) {
                refused = true;
                widen();
            }
            for (int i = 0; i < parts.size() && !work.isOver(); i++) {
                oneByOne(entries.get(i), (Part) parts.get(i), outcome);
            }
            return;
        }
        work.live.took(plan.move().name(), size, System.nanoTime() - began);
        Failpoint.reach("before-evidence");
        long now = clock.millis();
        settled.add(work.ledger.changeLater(tx -> {
            for (int i = 0; i < parts.size(); i++) {
                RowEntries.written(tx, entries.get(i), ((Part) parts.get(i)).packed(), now);
            }
        }));
        work.wroteItems.add(size);
        live.done(size, 0);
        while (settled.size() > UNSETTLED) {
            awaitOne();
        }
    }

    /** Waits until what was written so far is in the ledger. */
    void settle() throws LedgerException {
        while (!settled.isEmpty()) {
            awaitOne();
        }
    }

    private void awaitOne() throws LedgerException {
        CompletableFuture<Boolean> first = settled.poll();
        if (first != null) {
            Ledger.await(first);
        }
    }

    /** What fails and may pass is tried again: nothing was done then. */
    private Outcome put(RawRows rows, int from, int to) throws StoreException {
        try {
            return work.retry.call(() -> {
                Outcome outcome = target.put(plan.to().name(), rows, from, to);
                if (outcome instanceof Outcome.Failed failed && failed.cause().isTransient()) {
                    throw failed.cause();
                }
                return outcome;
            });
        } catch (StoreException e) {
            if (e.isTransient()) {
                throw e;
            }
            return new Outcome.Failed(e);
        }
    }

    /** Nothing of the part was written, unless it is in doubt. The rows ask by themselves for what was intended. */
    private void oneByOne(Entry entry, Part part, Outcome outcome) throws StoreException, LedgerException {
        RowBatch batch = remaking.remade(part.items(), part.number());
        if (!part.packed().isIntended(batch.block())) {
            StoreException cause = outcome instanceof Outcome.Unknown unknown ? unknown.cause() : null;
            throw new StoreException(
                    StoreException.Kind.UNAVAILABLE,
                    "Cannot write rows of move " + plan.move().name()
                            + ": the target table could not be looked at again, or was changed. What is in doubt is"
                            + " settled by: waybill run",
                    cause);
        }
        RowAccount account = writer.account(entry);
        if (outcome instanceof Outcome.Unknown) {
            writer.settleDoubt(account, batch);
        }
        writer.write(account, batch);
    }
}
