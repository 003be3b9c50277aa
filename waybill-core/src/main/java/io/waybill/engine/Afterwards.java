package io.waybill.engine;

import io.waybill.ledger.Effects;
import io.waybill.ledger.Entries;
import io.waybill.ledger.Entry;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.store.Condition;
import io.waybill.store.Effect;
import io.waybill.store.Failpoint;
import io.waybill.store.FileKey;
import io.waybill.store.Item;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import io.waybill.store.Version;
import io.waybill.value.Digest;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The passes over a move's entries other than writing: reading the sources only, verifying what was left unverified, and
 * removing sources whose copies are proven by reading them back. Each page is worked on by many threads at once.
 */
final class Afterwards {
    private static final int PAGE = 200;

    private final FileMove move;
    private final Work work;
    private final InstantSource clock;

    Afterwards(FileMove move, Work work, InstantSource clock) {
        this.move = move;
        this.work = work;
        this.clock = clock;
    }

    /** What is done with one entry. */
    private interface Task {
        void run(Entry entry) throws IOException;
    }

    private void each(LedgerReader reader, Selector selector, Task task) throws StoreException, LedgerException {
        List<Entry> page = new ArrayList<>(PAGE);
        List<IOException> trouble = new ArrayList<>();
        reader.entries(selector, 0, entry -> {
            page.add(entry);
            if (page.size() == PAGE) {
                all(page, task, trouble);
            }
            return trouble.isEmpty() && !work.stop.isRequested();
        });
        if (trouble.isEmpty() && !work.stop.isRequested()) {
            all(page, task, trouble);
        }
        if (!trouble.isEmpty()) {
            if (trouble.get(0) instanceof LedgerException e) {
                throw e;
            }
            throw Contents.asStoreException(trouble.get(0), move.source(), new FileKey(""));
        }
    }

    private void all(List<Entry> page, Task task, List<IOException> trouble) {
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (Entry entry : page) {
            running.add(CompletableFuture.runAsync(
                    () -> {
                        try {
                            if (!work.stop.isRequested()) {
                                task.run(entry);
                            }
                        } catch (IOException e) {
                            throw new CompletionException(e);
                        }
                    },
                    work.workers));
        }
        page.clear();
        for (CompletableFuture<Void> each : running) {
            try {
                each.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof IOException known) {
                    trouble.add(known);
                } else {
                    throw e;
                }
            }
        }
    }

    /** Reads every selected source to its end, says which cannot be read and answers how many; changes no state. */
    long readThrough(LedgerReader reader, Selector open, Live.Group group) throws StoreException, LedgerException {
        LongAdder unreadable = new LongAdder();
        each(reader, open, entry -> {
            boolean failed = false;
            try {
                work.retry.call(
                        () -> Contents.digest(move.source(), entry.sourceKey(), null, work.bytes, new LongAdder()));
            } catch (StoreException e) {
                if (e.isStoreWide()) {
                    throw e;
                }
                failed = true;
                unreadable.increment();
                work.live.notice(e.getMessage());
            }
            group.bytes(entry.size());
            group.done(failed);
        });
        return unreadable.sum();
    }

    /** Reads back what was written and not verified. */
    void verify(LedgerReader reader, Selector chosen) throws StoreException, LedgerException {
        each(reader, chosen.withStates(EnumSet.of(State.WRITTEN)), entry -> {
            String reason;
            try {
                Digest there = work.retry
                        .call(() -> Contents.digest(
                                move.target(), entry.effect().targetKey(), null, work.bytes, new LongAdder()))
                        .sha256();
                Digest known = entry.digest();
                Digest expected = known != null
                        ? known
                        : work.retry
                                .call(() -> Contents.digest(
                                        move.source(),
                                        entry.sourceKey(),
                                        new Version(entry.sourceVersion()),
                                        work.bytes,
                                        new LongAdder()))
                                .sha256();
                reason = there.equals(expected)
                        ? null
                        : "SHA-256 of the target is " + there + ", " + expected + " was written";
            } catch (StoreException e) {
                if (e.isStoreWide()) {
                    throw e;
                }
                reason = e.getMessage();
            }
            String why = reason;
            long now = clock.millis();
            work.ledger.change(tx -> {
                Entries.move(tx, entry, State.WRITTEN, why == null ? State.VERIFIED : State.FAILED, why, now);
                if (why == null) {
                    Effects.provenByReading(tx, entry.id());
                }
            });
            if (why != null) {
                work.needsYou(List.of(ErrorLog.Line.of(entry, move.move().name(), State.FAILED, why, now)));
            }
        });
    }

    /** Removes the source of every verified entry, after its target was read back and found equal just now. */
    void removeSources(LedgerReader reader, Selector chosen) throws StoreException, LedgerException {
        each(reader, chosen.withStates(EnumSet.of(State.VERIFIED)), this::removeSource);
    }

    private void removeSource(Entry entry) throws IOException {
        try {
            removeIfProven(entry);
        } catch (StoreException e) {
            if (e.isStoreWide()) {
                throw e;
            }
            notRemoved(entry, e);
        }
    }

    private void notRemoved(Entry entry, StoreException cause) {
        work.live.notice(move.source().location().of(entry.sourceKey()) + " was not removed: " + cause.getMessage());
    }

    private void removeIfProven(Entry entry) throws IOException {
        FileKey key = entry.sourceKey();
        Digest expected = entry.digest();
        Item source = findSource(key);
        if (source == null) {
            work.ledger.change(tx -> Effects.removed(tx, entry)); // by an attempt that did not come to say so
            return;
        } else if (expected == null) {
            return;
        }
        if (!source.version().token().equals(entry.sourceVersion())) {
            work.live.notice(move.source().location().of(key) + " changed since it was copied; it was not removed.");
            return;
        }
        Digest there = work.retry
                .call(() ->
                        Contents.digest(move.target(), entry.effect().targetKey(), null, work.bytes, new LongAdder()))
                .sha256();
        if (!there.equals(expected)) {
            work.live.notice(move.source().location().of(key)
                    + " was not removed: its copy is not equal any more. Look: waybill verify --read");
            return;
        }
        remove(
                entry,
                Effect.remove(
                        key,
                        new Condition.Unchanged(source.version(), expected, null, List.of()),
                        work.ledger.series() + "/" + entry.id()),
                source.version());
    }

    private @Nullable Item findSource(FileKey key) throws StoreException {
        return work.retry.call(() -> move.source().find(List.of(key))).get(key);
    }

    private void remove(Entry entry, Effect removal, Version version) throws IOException {
        FileKey key = entry.sourceKey();
        work.ledger.change(tx -> Effects.planRemoval(tx, entry, move.sourceHash(entry.source())));
        Outcome outcome = apply(removal);
        boolean doubt = outcome instanceof Outcome.Unknown;
        if (doubt) {
            Item now = findSource(key);
            if (now != null && now.version().equals(version)) {
                outcome = apply(removal);
            }
        }
        if (outcome instanceof Outcome.Done || (doubt && findSource(key) == null)) {
            work.ledger.change(tx -> Effects.removed(tx, entry));
            return;
        }
        if (!doubt) { // else the intent stays recorded: the first attempt may yet take effect
            work.ledger.change(tx -> Effects.dropRemoval(tx, entry.id()));
        }
        if (outcome instanceof Outcome.Failed failed) {
            throw failed.cause();
        } else if (outcome instanceof Outcome.Unknown unknown) {
            notRemoved(entry, unknown.cause());
        } else {
            work.live.notice(move.source().location().of(key) + " changed just now; it was not removed.");
        }
    }

    private Outcome apply(Effect removal) throws StoreException {
        Failpoint.reach("before-source-removal");
        Outcome outcome = move.source().apply(List.of(removal)).get(0);
        Failpoint.reach("after-source-removal-before-evidence");
        return outcome;
    }
}
