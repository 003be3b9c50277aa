package io.waybill.engine;

import io.waybill.ledger.Effects;
import io.waybill.ledger.Hash;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * Writes into the ledger which targets of a run stand there already: by listing the target, or by looking key by key where
 * the target holds far more than the run will write.
 */
final class Present {
    private final Ledger ledger;
    private final LedgerReader reader;
    private final Stop stop;

    Present(Ledger ledger, LedgerReader reader, Stop stop) {
        this.ledger = ledger;
        this.reader = reader;
        this.stop = stop;
    }

    void look(FileStore target, String folder, int run, int move, long firstEntry, long entries)
            throws StoreException, LedgerException {
        long most = 10 * entries + 10_000;
        long listed = 0;
        try (Source.Opened opened = target.open(Selection.all(folder))) {
            for (Source.Split split : opened.splits(1)) {
                try (Source.Items items = opened.read(split, null)) {
                    Source.Page page = items.next();
                    while (page != null) {
                        if (stop.isRequested()) {
                            throw new StoppedException();
                        }
                        List<Item> found = page.items();
                        note(target, found, run, move, firstEntry);
                        listed += found.size();
                        if (listed > most) {
                            lookOneByOne(target, run, move, firstEntry);
                            return;
                        }
                        page = items.next();
                    }
                }
            }
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.NOT_FOUND || !(target.isTree() || isThere(target, folder))) {
                throw e;
            }
        } catch (LedgerException e) {
            throw e;
        } catch (IOException e) {
            throw Contents.asStoreException(e, target, new FileKey(folder));
        }
    }

    /** Whether the store itself is there, so that what was not found is only the folder, which nobody has filled yet. */
    private static boolean isThere(FileStore target, String folder) throws StoreException {
        if (folder.isEmpty()) {
            return false;
        }
        try (Source.Opened root = target.open(new Selection("", List.of(), 1))) {
            return !root.splits(1).isEmpty();
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw Contents.asStoreException(e, target, new FileKey(folder));
        }
    }

    private void lookOneByOne(FileStore target, int run, int move, long firstEntry)
            throws StoreException, LedgerException {
        Selector open = new Selector(
                run,
                List.of(),
                List.of(),
                List.of(),
                EnumSet.of(State.PLANNED),
                null,
                null,
                entry -> entry.move() == move,
                Long.MAX_VALUE,
                "");
        List<FileKey> keys = new ArrayList<>();
        List<StoreException> trouble = new ArrayList<>();
        reader.entries(open, 0, entry -> {
            keys.add(entry.effect().targetKey());
            if (keys.size() == 500) {
                find(target, keys, run, move, firstEntry, trouble);
            }
            return trouble.isEmpty();
        });
        find(target, keys, run, move, firstEntry, trouble);
        if (!trouble.isEmpty()) {
            throw trouble.get(0);
        }
    }

    private void find(
            FileStore target, List<FileKey> keys, int run, int move, long firstEntry, List<StoreException> trouble)
            throws LedgerException {
        try {
            List<Item> found = new ArrayList<>(target.find(keys).values());
            note(target, found, run, move, firstEntry);
        } catch (StoreException e) {
            trouble.add(e);
        }
        keys.clear();
    }

    private void note(FileStore target, List<Item> found, int run, int move, long firstEntry) throws LedgerException {
        String store = target.identity();
        ledger.change(tx -> {
            for (Item item : found) {
                FileItem file = (FileItem) item;
                String key = file.key().encoded();
                String version = file.version().token();
                Effects.found(tx, run, move, firstEntry, key, Hash.of(store, key), file.size(), version);
            }
        });
    }
}
