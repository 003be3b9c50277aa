package io.waybill.engine;

import io.waybill.ledger.Entries;
import io.waybill.ledger.Entries.Ending;
import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.store.Failpoint;
import io.waybill.store.StoreException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the open entries of one move of files: intent for a page of them in one commit, then each on a worker, then
 * its evidence. The local runner.
 */
final class FileRunner {
    private static final int PAGE = 256;

    private final FileMove move;
    private final Work work;
    private final Ledger ledger;
    private final InstantSource clock;
    private final FileTransfer transfer;
    private final Map<Integer, Live.Group> groups;
    private final Semaphore room;
    private final ConcurrentLinkedQueue<CompletableFuture<?>> endings = new ConcurrentLinkedQueue<>();

    FileRunner(
            FileMove move,
            Work work,
            Images images,
            InstantSource clock,
            Map<Integer, Live.Group> groups,
            @Nullable Sharing sharing,
            @Nullable Unnamed unnamed) {
        this.move = move;
        this.work = work;
        this.ledger = work.ledger;
        this.clock = clock;
        this.groups = groups;
        this.room = new Semaphore(Math.max(PAGE, 2 * work.parallel));
        Sender sender = new Sender(work.buffers, work.retry, work.bytes, work.requests, work.partWorkers, work.stop);
        this.transfer = new FileTransfer(
                move,
                ledger,
                sender,
                work.retry,
                work.bytes,
                work.requests,
                images,
                new OwnWork(ledger),
                sharing,
                unnamed);
    }

    /** Carries out what is selected and open; returns when all that was begun has ended. */
    void run(LedgerReader reader, Selector open) throws LedgerException {
        List<Entry> page = new ArrayList<>(PAGE);
        reader.entries(open, 0, entry -> {
            if (entry.move() != move.id()) {
                return true;
            }
            page.add(entry);
            if (page.size() == PAGE) {
                hand(page);
                page.clear();
            }
            return !work.stop.isRequested();
        });
        if (!work.stop.isRequested()) {
            hand(page);
        }
        work.drain();
        for (CompletableFuture<?> ending : endings) {
            Ledger.await(ending);
        }
    }

    private void hand(List<Entry> page) throws LedgerException {
        if (page.isEmpty()) {
            return;
        }
        List<Entry> entries = List.copyOf(page);
        try {
            room.acquire(entries.size());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            work.stop.request();
            return;
        }
        long now = clock.millis();
        Failpoint.reach("before-intent");
        ledger.change(tx -> {
            for (Entry entry : entries) {
                Entries.intend(tx, entry, now);
            }
        });
        Failpoint.reach("after-intent");
        for (Entry entry : entries) {
            work.workers.execute(() -> {
                try {
                    carryOut(entry);
                } finally {
                    room.release();
                }
            });
        }
    }

    private void carryOut(Entry entry) {
        if (work.stop.isRequested()) {
            if (entry.state() == State.PLANNED) {
                endings.add(ledger.changeLater(tx -> Entries.putBack(tx, entry)));
            }
            return;
        }
        String name = entry.sourceKey().display();
        Live.Group group = groups.get(entry.group());
        LongAdder seen = work.live.begin(name, entry.size());
        long began = System.nanoTime();
        try {
            Ending ending = transfer.carryOut(entry, seen);
            work.live.took(move.move().name(), 1, System.nanoTime() - began);
            end(entry, ending, group);
        } catch (StoppedException e) {
            // its parts are in the ledger; the next run goes on there
            return;
        } catch (StoreTrouble e) {
            // it stays open with its intent: what may stand at the target or be under way is for the next run to settle
            work.trouble(e.trouble());
        } catch (LedgerException e) {
            work.end(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            work.stop.request();
        } catch (RuntimeException | Error e) {
            work.end(e instanceof Exception known ? known : new IllegalStateException(e));
        } finally {
            work.live.end(name);
        }
    }

    private void end(Entry entry, Ending ending, Live.@Nullable Group group) throws LedgerException {
        long now = clock.millis();
        Failpoint.reach("before-evidence");
        CompletableFuture<Boolean> durable = ledger.changeLater(tx -> Entries.end(tx, entry, ending, now));
        endings.add(durable);
        trimEndings();
        boolean needsYou = ending.state().needsYou();
        if (needsYou) {
            if (StoreException.Kind.DENIED.name().equals(ending.errorKind())) {
                work.denied(new StoreException(StoreException.Kind.DENIED, String.valueOf(ending.error())));
            }
            Ledger.await(durable);
            work.needsYou(List.of(ErrorLog.Line.of(entry, move.move().name(), ending.state(), ending.error(), now)));
        } else {
            work.success();
        }
        if (ending.state() == State.VERIFIED || ending.state() == State.WRITTEN) {
            work.wroteItems.increment();
            work.wroteBytes.add(ending.size());
        }
        if (group != null) {
            group.bytes(entry.size());
            group.done(needsYou);
        }
    }

    /** Forgets what ended well, so that memory does not grow with the run. */
    private synchronized void trimEndings() {
        CompletableFuture<?> first = endings.peek();
        while (first != null && first.isDone() && !first.isCompletedExceptionally()) {
            endings.poll();
            first = endings.peek();
        }
    }
}
