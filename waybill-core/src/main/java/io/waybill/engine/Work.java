package io.waybill.engine;

import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.plan.Limits;
import io.waybill.store.StoreException;
import java.util.ArrayList;
import java.util.List;
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
    private final List<Runnable> troubles = new ArrayList<>();
    private final AtomicInteger denied = new AtomicInteger();
    private volatile boolean anySuccess;
    private final AtomicReference<@Nullable Exception> fatal = new AtomicReference<>();

    Work(Ledger ledger, Live live, Stop stop, Limits limits) {
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
        this.parallel = wanted == null ? DEFAULT_PARALLEL : wanted;
        this.workers = threads(parallel, "worker");
        this.partWorkers = threads(parallel, "part");
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

    /** An item went well: the store is not in trouble, and those that failed before it failed for themselves. */
    void success() {
        anySuccess = true;
        giveUp();
    }

    private void giveUp() {
        List<Runnable> failed;
        synchronized (troubles) {
            failed = List.copyOf(troubles);
            troubles.clear();
        }
        failed.forEach(Runnable::run);
    }

    /**
     * An item failed for the store's sake. So many in a row end the run and leave them all to the next one; else
     * {@code giveUp} says later that the item failed.
     */
    void trouble(StoreException cause, Runnable giveUp) {
        synchronized (troubles) {
            if (fatal.get() != null) {
                return;
            }
            troubles.add(giveUp);
            if (troubles.size() < TROUBLE_IN_A_ROW) {
                return;
            }
            troubles.clear();
        }
        end(cause);
    }

    /** An item was denied; when nothing else ever happens, that ends the run. */
    void denied(StoreException cause) {
        if (!anySuccess && denied.incrementAndGet() >= DENIED_AT_THE_START) {
            end(cause);
        }
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

    /** Waits until all that was handed to the workers is done. */
    void drain() throws LedgerException {
        workers.shutdown();
        try {
            while (!workers.awaitTermination(1, TimeUnit.MINUTES)) {
                live.phase("finishing what is under way");
            }
            if (fatal.get() == null) {
                giveUp();
            }
            partWorkers.shutdown(); // only now: the workers hand parts to them
            while (!partWorkers.awaitTermination(1, TimeUnit.MINUTES)) {
                live.phase("finishing parts under way");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LedgerException(LedgerException.Kind.UNAVAILABLE, "Cannot finish: interrupted.", e);
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
        partWorkers.shutdownNow();
    }
}
