package io.waybill.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Holds calls back to a number of units per second, shared by all workers. Zero means no limit. */
final class Pace {
    private final double perSecond;
    private long nextFree;

    Pace(long perSecond) {
        this.perSecond = perSecond;
        this.nextFree = System.nanoTime();
    }

    /** Waits until so many units may go; short bursts of a tenth of a second are allowed. */
    void take(long units) {
        if (perSecond <= 0 || units <= 0) {
            return;
        }
        long wait;
        synchronized (this) {
            long now = System.nanoTime();
            long burst = TimeUnit.MILLISECONDS.toNanos(100);
            if (nextFree < now - burst) {
                nextFree = now - burst;
            }
            nextFree += (long) (units * 1e9 / perSecond);
            wait = nextFree - now;
        }
        long until = System.nanoTime() + wait;
        while (System.nanoTime() < until && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
    }
}
