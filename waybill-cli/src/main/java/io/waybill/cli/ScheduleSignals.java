package io.waybill.cli;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Hears signals for a schedule and passes them on to the run that is at work. Safe for use by many threads. */
final class ScheduleSignals implements Signals {
    private final Map<String, Runnable> ofRun = new ConcurrentHashMap<>();
    private final CountDownLatch heard = new CountDownLatch(1);
    private final Waybill waybill;
    private volatile @Nullable Exit exit;

    private ScheduleSignals(Waybill waybill) {
        this.waybill = waybill;
    }

    /** Listens from now on, until the process ends. */
    static ScheduleSignals of(Waybill waybill) {
        ScheduleSignals signals = new ScheduleSignals(waybill);
        Signals outside = waybill.surroundings().signals();
        outside.listen("INT", () -> signals.hear("INT", Exit.INTERRUPTED));
        outside.listen("TERM", () -> signals.hear("TERM", Exit.TERMINATED));
        return signals;
    }

    private synchronized void hear(String name, Exit how) {
        Runnable run = ofRun.get(name);
        boolean again = exit != null;
        exit = again ? exit : how;
        heard.countDown();
        if (run != null) {
            run.run();
        } else if (again) {
            waybill.surroundings().halt().accept(how.code());
        }
    }

    /** A run listens; one that came before it did is not lost on it. */
    @Override
    public synchronized void listen(String name, Runnable action) {
        ofRun.put(name, action);
        Exit how = exit;
        if (how != null && name.equals(how == Exit.INTERRUPTED ? "INT" : "TERM")) {
            action.run();
        }
    }

    /** The run is over. */
    void runEnded() {
        ofRun.clear();
    }

    /** How the process should exit because of a signal, or null. */
    @Nullable
    Exit exit() {
        return exit;
    }

    /** Waits so long, or until a signal comes. */
    void sleep(long millis) {
        try {
            if (heard.await(millis, TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            hear("INT", Exit.INTERRUPTED);
        }
    }
}
