package io.waybill.engine;

import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Links;
import io.waybill.ledger.Run;
import io.waybill.ledger.Selector;
import io.waybill.mapping.Names;
import io.waybill.plan.Each;
import io.waybill.plan.NamedFiles;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.store.Widening;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells rows of files, on a thread of its own, while further files are carried over. What is proven when a page is taken is
 * told; the rest when all files have ended.
 */
final class Linking {
    private static final long PAUSE_MILLIS = 200;

    private final Linker linker;
    private final Work work;
    private final CountDownLatch filesEnded = new CountDownLatch(1);
    private final Thread thread;

    private Linking(Linker linker, Work work) {
        this.linker = linker;
        this.work = work;
        this.thread = new Thread(this::tell, "waybill-linker");
        thread.setDaemon(true);
    }

    /** Adds the columns that are wanted, settles what is in doubt, and begins. */
    static Linking begin(
            Setup setup,
            FileMove files,
            Run run,
            Selector chosen,
            Stores stores,
            Work work,
            Ledger ledger,
            LedgerReader reader)
            throws StoreException, LedgerException {
        Each each = Objects.requireNonNull(files.move().each());
        List<Telling> steps = Telling.of(setup.plan(), files.move(), stores);
        boolean widened = false;
        for (Telling step : steps) {
            widened |= widen(step, run, ledger, work);
        }
        Linker linker = new Linker(
                files,
                Objects.requireNonNull(reader.run(run.id())),
                chosen,
                NamedFiles.of(setup.plan(), files.move()),
                Names.of(setup.plan().namespace()).with("vars", setup.plan().vars()),
                stores.named(files.move(), each),
                widened ? Telling.of(setup.plan(), files.move(), stores) : steps,
                work,
                setup.clock());
        linker.settle(reader);
        Linking linking = new Linking(linker, work);
        linking.thread.start();
        return linking;
    }

    /** The ledger knows whose a column is before it is there. */
    private static boolean widen(Telling step, Run run, Ledger ledger, Work work)
            throws StoreException, LedgerException {
        if (step.lacking().isEmpty() || !(step.store() instanceof Widening store)) {
            return false;
        }
        String identity = step.store().identity();
        ledger.change(tx -> {
            for (TableStore.Column column : step.lacking()) {
                Links.added(tx, identity, step.table(), column.name(), run.id());
            }
        });
        work.retry.call(() -> {
            store.addColumns(step.table(), step.lacking());
            return true;
        });
        return true;
    }

    private void tell() {
        try {
            boolean all = false;
            while (!work.stop.isRequested()) {
                long began = System.nanoTime();
                int told = linker.then();
                long pause = Math.max(PAUSE_MILLIS, 10 * TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
                if (told == 0 && all) {
                    linker.otherwise();
                    return;
                }
                all = filesEnded.await(told == 0 ? pause : 0, TimeUnit.MILLISECONDS);
            }
        } catch (IOException e) {
            work.end(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            work.stop.request();
        } catch (RuntimeException | Error e) {
            work.end(e instanceof Exception known ? known : new IllegalStateException(e));
        }
    }

    /** Waits until all rows are told, now that no file is under way any more. */
    void finish() throws LedgerException {
        filesEnded.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LedgerException(LedgerException.Kind.UNAVAILABLE, "Cannot finish: interrupted.", e);
        }
    }
}
