package io.waybill.engine;

import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.plan.Limits;
import io.waybill.store.StoreException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What the workers of one move share: threads, limits, retries, and the first trouble that ends the run. Safe for use by many
 * threads.
 */
final class Work implements AutoCloseable {
    private static final int DEFAULT_PARALLEL = 16;

    /** So many items in a row that fail for the store's sake mean that the store is in trouble, not the items. */
    private static final int TROUBLE_IN_A_ROW = 3;

    private static final int DENIED_AT_THE_START = 10;

    final Ledger ledger;
    final Live live;
    final Stop stop;
    final Retry retry;
    final Pace bytes;
    final Pace requests;
    final Buffers buffers;
    final int parallel;
    final ExecutorService workers;
    final ExecutorService partWorkers;
    final LongAdder wroteItems = new LongAdder();
    final LongAdder wroteBytes = new LongAdder();
    private final AtomicInteger troubles = new AtomicInteger();
    private final AtomicInteger denied = new AtomicInteger();
    private final AtomicReference<@Nullable StoreException> firstTrouble = new AtomicReference<>();
    private @Nullable Patience patience;
    private @Nullable ErrorLog errors;
    private volatile boolean anySuccess;
    private final AtomicReference<@Nullable Exception> fatal = new AtomicReference<>();

    /** Rows cost the machine and not the wait for a store, so there are no more readers than it has use for. */
    static Work ofRows(Ledger ledger, Live live, Stop stop, Limits limits) {
        int useful = 2 * Runtime.getRuntime().availableProcessors();
        return new Work(ledger, live, stop, limits, Math.min(DEFAULT_PARALLEL, Math.max(4, useful)));
    }

    Work(Ledger ledger, Live live, Stop stop, Limits limits) {
        this(ledger, live, stop, limits, DEFAULT_PARALLEL);
    }

    private Work(Ledger ledger, Live live, Stop stop, Limits limits, int usual) {
        this.ledger = ledger;
        this.live = live;
        this.stop = stop;
        this.retry = new Retry(limits.retries(), live, stop);
        Long bytesPerSecond = limits.bytesPerSecond();
        Integer requestsPerSecond = limits.requestsPerSecond();
        this.bytes = new Pace(bytesPerSecond == null ? 0 : bytesPerSecond);
        this.requests = new Pace(requestsPerSecond == null ? 0 : requestsPerSecond);
        Long memory = limits.memory();
        long heap = Runtime.getRuntime().maxMemory();
        this.buffers = new Buffers(memory == null ? Math.max(32L << 20, Math.min(256L << 20, heap / 3)) : memory);
        Integer wanted = limits.parallel();
        this.parallel = wanted == null ? usual : wanted;
        this.workers = threads(parallel, "worker");
        this.partWorkers = threads(parallel, "part");
    }

    /** The same, ended when too much of it goes wrong, and with a log of that. To be said before it begins. */
    Work heeding(Patience limit, @Nullable ErrorLog log) {
        patience = limit;
        errors = log;
        return this;
    }

    private static ExecutorService threads(int count, String name) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(count, count, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "waybill-" + name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** An item went well: the store is not in trouble. */
    void success() {
        troubles.set(0);
        anySuccess = true;
    }

    /** An item failed for the store's sake; several in a row end the run. */
    void trouble(StoreException cause) {
        firstTrouble.compareAndSet(null, cause);
        if (troubles.incrementAndGet() >= TROUBLE_IN_A_ROW) {
            end(cause);
        }
    }

    /** The first time that an item stayed open for the store's sake, or null. */
    @Nullable
    StoreException firstTrouble() {
        return firstTrouble.get();
    }

    /** An item was denied; when nothing else ever happens, that ends the run. */
    void denied(StoreException cause) {
        if (!anySuccess && denied.incrementAndGet() >= DENIED_AT_THE_START) {
            end(cause);
        }
    }

    /** Items that need somebody were settled in the ledger. */
    void needsYou(List<ErrorLog.Line> lines) throws LedgerException {
        if (errors != null) {
            errors.add(lines);
        }
        if (patience != null && !lines.isEmpty()) {
            patience.trouble(lines.get(0).reason());
        }
    }

    /** What a store says, as it may be kept. */
    String clean(String reason) {
        return errors == null ? reason : errors.clean(reason);
    }

    /** Whether so much went wrong that nothing more is to be written. */
    boolean isOver() {
        return patience != null && patience.why() != null;
    }

    /** Ends the run: nothing new is begun. The first cause counts. */
    void end(Exception cause) {
        fatal.compareAndSet(null, cause);
        stop.request();
    }

    /** What ended the run, or null. */
    @Nullable
    Exception fatal() {
        return fatal.get();
    }

    /** Throws what ended the run, if anything did. */
    void requireSound() throws StoreException, LedgerException {
        Exception cause = fatal.get();
        if (cause instanceof StoreException e) {
            throw e;
        } else if (cause instanceof LedgerException e) {
            throw e;
        } else if (cause instanceof RuntimeException e) {
            throw e;
        } else if (cause != null) {
            throw new IllegalStateException(cause);
        }
    }

    /** Work that may fail. */
    interface Job {
        void run() throws IOException;
    }

    /** Does it; what goes wrong ends the run. */
    void guarded(Job job) {
        try {
            job.run();
        } catch (IOException e) {
            end(e);
        } catch (RuntimeException | Error e) {
            end(e instanceof Exception known ? known : new IllegalStateException(e));
        }
    }

    /** Lets the workers do these and waits until all of them are done; they go on to be there for more. */
    void all(List<Runnable> jobs) throws LedgerException {
        CompletableFuture<?>[] running = jobs.stream()
                .map(job -> CompletableFuture.runAsync(job, workers))
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(running).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static LedgerException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new LedgerException(LedgerException.Kind.UNAVAILABLE, "Cannot finish: interrupted.", e);
    }

    /** Waits until all that was handed to the workers is done. */
    void drain() throws LedgerException {
        workers.shutdown();
        try {
            while (!workers.awaitTermination(1, TimeUnit.MINUTES)) {
                live.phase("finishing what is under way");
            }
            partWorkers.shutdown(); // only now: the workers hand parts to them
            while (!partWorkers.awaitTermination(1, TimeUnit.MINUTES)) {
                live.phase("finishing parts under way");
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
        partWorkers.shutdownNow();
    }
}
