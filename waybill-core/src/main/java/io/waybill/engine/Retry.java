package io.waybill.engine;

import io.waybill.store.StoreException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where calls are tried again: exponential backoff with full jitter, honouring the pause a store asks for.
 * Only failures after which the same call is safe to repeat are repeated; an unknown outcome is not, its caller must look
 * first.
 */
final class Retry {
    private static final Logger LOG = LoggerFactory.getLogger(Retry.class);
    private static final long FIRST_MILLIS = 100;
    private static final long MOST_MILLIS = 20_000;

    private final int retries;
    private final Live live;
    private final Stop stop;
    private final AtomicLong count = new AtomicLong();
    private final SplittableRandom jitter = new SplittableRandom(0x5eed);

    Retry(int retries, Live live, Stop stop) {
        this.retries = retries;
        this.live = live;
        this.stop = stop;
    }

    /** A call to a store. */
    @FunctionalInterface
    interface Call<T> {
        @org.jspecify.annotations.Nullable
        T run() throws StoreException;
    }

    /** Carries out a call that may safely be repeated. */
    @SuppressWarnings("NullAway") // a call may answer null where its type says so
    <T> T call(Call<T> call) throws StoreException {
        for (int attempt = 1; ; attempt++) {
            try {
                return call.run();
            } catch (StoreException e) {
                if (!e.isTransient() || attempt > retries || stop.isRequested()) {
                    throw e;
                }
                pause(attempt, e);
            }
        }
    }

    /** Waits before attempt number {@code attempt + 1}. */
    void pause(int attempt, StoreException cause) {
        count.incrementAndGet();
        live.retry();
        long most = Math.min(MOST_MILLIS, FIRST_MILLIS << Math.min(attempt - 1, 20));
        long millis;
        synchronized (jitter) {
            millis = jitter.nextLong(most + 1);
        }
        Duration asked = cause.retryAfter();
        if (asked != null) {
            millis = Math.max(millis, Math.min(asked.toMillis(), 60_000));
        }
        LOG.info("trying again attempt={} after_ms={} cause=\"{}\"", attempt + 1, millis, cause.getMessage());
        stop.sleep(millis);
    }

    int retries() {
        return retries;
    }

    /** How many calls were repeated so far. */
    long count() {
        return count.get();
    }
}
