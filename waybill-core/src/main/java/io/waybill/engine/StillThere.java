package io.waybill.engine;

import io.waybill.ledger.Entry;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.StoreException;
import io.waybill.value.Digest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Looks whether what was proven before this run began still stands at its target. */
final class StillThere {
    private final FileMove move;
    private final Work work;
    private final long began;

    StillThere(FileMove move, Work work, long began) {
        this.move = move;
        this.work = work;
        this.began = began;
    }

    /** The entries of a page whose target is not what was proven, each with the reason. */
    Map<Entry, String> lost(List<Entry> page) throws StoreException {
        List<Entry> old =
                page.stream().filter(entry -> entry.finished() <= began).toList();
        Map<Entry, String> lost = new LinkedHashMap<>();
        Map<ItemKey, String> troubles = new HashMap<>();
        Map<ItemKey, Item> there =
                find(old.stream().map(entry -> entry.effect().targetKey()).toList(), troubles);
        for (Entry entry : old) {
            FileKey key = entry.effect().targetKey();
            String trouble = troubles.get(key);
            String reason = trouble != null ? trouble : reason(entry, (FileItem) there.get(key));
            if (reason != null) {
                lost.put(entry, reason);
            }
        }
        return lost;
    }

    /** All at once; if the store cannot answer for one of them, one by one, so that only that one is in trouble. */
    private Map<ItemKey, Item> find(List<FileKey> keys, Map<ItemKey, String> troubles) throws StoreException {
        try {
            return keys.isEmpty()
                    ? Map.of()
                    : work.retry.call(() -> move.target().find(keys));
        } catch (StoreException e) {
            refuseIfStoreWide(e);
        }
        Map<ItemKey, Item> found = new HashMap<>();
        for (FileKey key : keys) {
            try {
                found.putAll(work.retry.call(() -> move.target().find(List.of(key))));
            } catch (StoreException e) {
                refuseIfStoreWide(e);
                troubles.put(key, String.valueOf(e.getMessage()));
            }
        }
        return found;
    }

    private static void refuseIfStoreWide(StoreException e) throws StoreException {
        if (e.isStoreWide() || e.isTransient()) {
            throw e;
        }
    }

    private @Nullable String reason(Entry entry, @Nullable FileItem found) throws StoreException {
        String at = move.target().location().of(entry.effect().targetKey());
        if (found == null) {
            return at + " was proven and is gone since";
        } else if (found.version().token().equals(entry.effect().version()) && found.size() == entry.size()) {
            return null;
        }
        Digest proven = entry.digest();
        boolean same = proven != null
                && found.size() == entry.size()
                && work.retry
                        .call(() -> Contents.digest(
                                move.target(), found.key(), found.version(), work.bytes, new LongAdder()))
                        .sha256()
                        .equals(proven);
        return same ? null : at + " was proven and has other content since";
    }
}
