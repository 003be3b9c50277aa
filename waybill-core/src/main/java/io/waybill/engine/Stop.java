package io.waybill.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A request to stop: work under way is finished or left resumable, nothing new is begun. Safe for use by many threads. */
final class Stop {
    private final CountDownLatch requested = new CountDownLatch(1);
    private final List<Stop> parts = new CopyOnWriteArrayList<>();

    void request() {
        requested.countDown();
        parts.forEach(Stop::request);
    }

    /** A request for one part of the work: made with this one, or alone. */
    Stop part() {
        Stop part = new Stop();
        parts.add(part);
        if (isRequested()) {
            part.request();
        }
        return part;
    }

    boolean isRequested() {
        return requested.getCount() == 0;
    }

    /** Sleeps, or less when a stop is requested. */
    void sleep(long millis) {
        try {
            boolean stopped = requested.await(millis, TimeUnit.MILLISECONDS);
            if (stopped) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
