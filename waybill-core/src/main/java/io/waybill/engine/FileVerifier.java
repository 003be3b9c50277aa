package io.waybill.engine;

import io.waybill.ledger.Entry;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.State;
import io.waybill.store.Checksum;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.StoreException;
import io.waybill.value.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Gives each entry of a move of files its verdict, a page at a time, many at once. */
final class FileVerifier {
    private static final int AT_A_TIME = 25;

    private final FileMove move;
    private final Work work;
    private final boolean read;
    private final Verdicts verdicts;
    private final Queue<StoreException> denied = new ConcurrentLinkedQueue<>();

    FileVerifier(FileMove move, Work work, boolean read, Verdicts verdicts) {
        this.move = move;
        this.work = work;
        this.read = read;
        this.verdicts = verdicts;
    }

    /**
     * Verifies a page; returns when every entry of it has its verdict. Ends the verification when everything so far was
     * denied: that says nothing of the items.
     */
    void verify(List<Entry> page) throws LedgerException {
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        for (int at = 0; at < page.size(); at += AT_A_TIME) {
            List<Entry> part = List.copyOf(page.subList(at, Math.min(page.size(), at + AT_A_TIME)));
            parts.add(CompletableFuture.runAsync(() -> part(part), work.workers));
        }
        for (CompletableFuture<Void> part : parts) {
            try {
                part.join();
            } catch (CompletionException e) {
                work.end(e.getCause() instanceof Exception known ? known : e);
                return;
            }
        }
        for (StoreException e = denied.poll(); e != null; e = denied.poll()) {
            work.denied(e);
        }
        if (!page.isEmpty() && !work.stop.isRequested()) {
            verdicts.reached(page.get(page.size() - 1).id());
        }
    }

    private void part(List<Entry> all) {
        List<Entry> entries = new ArrayList<>();
        for (Entry entry : all) {
            if (entry.effect().target().isEmpty()) {
                verdicts.missing(entry, String.valueOf(entry.error())); // the plan found no place for it
            } else {
                entries.add(entry);
            }
        }
        try {
            List<FileKey> targets =
                    entries.stream().map(entry -> entry.effect().targetKey()).toList();
            Map<ItemKey, StoreException> troubles = new HashMap<>();
            Map<ItemKey, Item> found = find(move.target(), targets, troubles);
            Map<ItemKey, Item> sources = move.source().isTree()
                    ? find(move.source(), entries.stream().map(Entry::sourceKey).toList(), new HashMap<>())
                    : Map.of();
            for (Entry entry : entries) {
                if (work.stop.isRequested()) {
                    return;
                }
                FileKey target = entry.effect().targetKey();
                StoreException trouble = troubles.get(target);
                if (trouble == null) {
                    trouble = one(entry, (FileItem) found.get(target));
                }
                if (trouble == null) {
                    work.success();
                } else {
                    verdicts.different(entry, trouble.getMessage());
                    if (trouble.kind() == StoreException.Kind.DENIED) {
                        denied.add(trouble);
                    }
                }
                Item source = sources.get(entry.sourceKey());
                if (source != null && !source.version().token().equals(entry.sourceVersion())) {
                    verdicts.sourceChanged();
                }
                work.live.group("", "verified").done(1, 0);
            }
        } catch (StoreException e) {
            throw new CompletionException(e);
        }
    }

    /** Looks for all at once; if the store cannot answer for one of them, one by one, so that only that one is in trouble. */
    private Map<ItemKey, Item> find(FileStore store, List<FileKey> keys, Map<ItemKey, StoreException> troubles)
            throws StoreException {
        try {
            return work.retry.call(() -> store.find(keys));
        } catch (StoreException e) {
            refuseIfStoreWide(e);
        }
        Map<ItemKey, Item> found = new HashMap<>();
        for (FileKey key : keys) {
            try {
                found.putAll(work.retry.call(() -> store.find(List.of(key))));
            } catch (StoreException e) {
                refuseIfStoreWide(e);
                troubles.put(key, e);
            }
        }
        return found;
    }

    /** Trouble with the whole store, or one that passes, is not a verdict on an item. */
    private static void refuseIfStoreWide(StoreException e) throws StoreException {
        if (e.isStoreWide() || e.isTransient()) {
            throw e;
        }
    }

    /** Gives an entry its verdict; answers what kept it from that, if it was the item and not the store, else null. */
    private @Nullable StoreException one(Entry entry, @Nullable FileItem found) throws StoreException {
        try {
            compare(entry, found);
            return null;
        } catch (StoreException e) {
            refuseIfStoreWide(e);
            return e;
        }
    }

    private void compare(Entry entry, @Nullable FileItem found) throws StoreException {
        Digest expected = entry.digest();
        if (entry.effect().targetHash() != move.targetHash(entry.effect().target())) {
            verdicts.missing(entry, "it was written to another store than this plan names");
        } else if (found == null) {
            verdicts.missing(entry, entry.state() == State.FAILED ? String.valueOf(entry.error()) : "nothing is there");
        } else if (entry.state() == State.CONFLICT) {
            verdicts.different(entry, "conflict, kept");
        } else if (found.size() != entry.size()) {
            verdicts.different(entry, found.size() + " bytes are there, " + entry.size() + " were written");
        } else if (!read && isProven(entry, found)) {
            verdicts.same(found.size(), false);
        } else {
            Digest wanted = expected != null
                    ? expected
                    : work.retry
                            .call(() -> Contents.digest(
                                    move.source(), entry.sourceKey(), null, work.bytes, new LongAdder()))
                            .sha256();
            Digest there = work.retry
                    .call(() -> Contents.digest(
                            move.target(), entry.effect().targetKey(), null, work.bytes, new LongAdder()))
                    .sha256();
            if (there.equals(wanted)) {
                verdicts.same(found.size(), true);
            } else {
                verdicts.different(entry, "SHA-256 is " + there + ", " + wanted + " was written");
            }
        }
    }

    /** Whether the store's own checksum says so, on a store that was found honest. */
    private boolean isProven(Entry entry, FileItem found) {
        Checksum there = found.checksum();
        if (there == null || !move.trusts(there)) {
            return false;
        }
        Digest digest = entry.digest();
        if (there.algorithm().equals(Checksum.SHA256)) {
            return digest != null && there.value().equals(digest.hex());
        }
        return there.equals(entry.effect().checksum())
                && found.version().token().equals(entry.effect().version());
    }
}
