package io.waybill.cli;

import io.waybill.engine.Migration;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerFile;
import io.waybill.plan.PlanException;
import io.waybill.report.Figures;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stops a verb at work: on a first Ctrl-C or SIGTERM, or when another process asks for it, what is under way is brought to a
 * point where it can be taken up again, for at most ten seconds; a second signal ends the process at once.
 */
final class Interrupts implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 10;

    private final Waybill waybill;
    private final Migration migration;
    private final StopFile stopFile;
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread poll;
    private volatile @Nullable Exit exit;

    private Interrupts(Waybill waybill, Migration migration, StopFile stopFile) {
        this.waybill = waybill;
        this.migration = migration;
        this.stopFile = stopFile;
        this.poll = new Thread(this::poll, "stop-requests");
        poll.setDaemon(true);
    }

    /** Listens from now on until it is closed. */
    static Interrupts during(Waybill waybill, Migration migration, String owner) throws PlanException, LedgerException {
        LedgerFile ledger = waybill.workplace().ledger();
        StopFile stopFile = new StopFile(
                ledger.beside(".stop"), owner, waybill.surroundings().clock().instant());
        Interrupts interrupts = new Interrupts(waybill, migration, stopFile);
        Signals signals = waybill.surroundings().signals();
        signals.listen("INT", () -> interrupts.request(Exit.INTERRUPTED));
        signals.listen("TERM", () -> interrupts.request(Exit.TERMINATED));
        interrupts.poll.start();
        return interrupts;
    }

    /** How the process should exit because it was stopped, or null when it was not. */
    @Nullable
    Exit exit() {
        return exit;
    }

    private void poll() {
        try {
            while (!done.await(500, TimeUnit.MILLISECONDS)) {
                if (exit == null && stopFile.isMeant()) {
                    request(Exit.TERMINATED);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void request(Exit how) {
        if (done.getCount() == 0) {
            waybill.surroundings().halt().accept(how.code());
        }
        if (exit != null) {
            waybill.screen().error("stopped at once; the same command goes on");
            waybill.surroundings().halt().accept(how.code());
            return;
        }
        exit = how;
        migration.stop();
        int flying = migration.live().now().inFlight().size();
        waybill.screen()
                .message("stopping: " + Figures.count(flying, "transfer") + " in flight"
                        + (how == Exit.INTERRUPTED ? ", Ctrl-C again to force" : ""));
        Thread watch = new Thread(this::watch, "stop-patience");
        watch.setDaemon(true);
        watch.start();
    }

    private void watch() {
        try {
            Exit how = exit;
            if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS) && how != null) {
                waybill.screen().error("what is in flight does not end; stopped at once; the same command goes on");
                waybill.surroundings().halt().accept(how.code());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        done.countDown();
        stopFile.remove();
    }
}
