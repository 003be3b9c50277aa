package io.waybill.engine;

import io.waybill.ledger.LedgerException;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import java.io.IOException;

/** What stands below a folder, a page at a time; of a folder that is not there, nothing. */
@FunctionalInterface
interface FolderPages {
    void take(Source.Page page) throws StoreException, LedgerException;

    /** @param folder with a slash at its end */
    static void each(FileStore store, FileKey folder, FolderPages pages) throws StoreException, LedgerException {
        try (Source.Opened opened = store.open(Selection.all(folder.path()))) {
            for (Source.Split split : opened.splits(1)) {
                try (Source.Items items = opened.read(split, null)) {
                    for (Source.Page page = items.next(); page != null; page = items.next()) {
                        pages.take(page);
                    }
                }
            }
        } catch (LedgerException e) {
            throw e;
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.NOT_FOUND) {
                throw e;
            }
        } catch (IOException e) {
            throw Contents.asStoreException(e, store, folder);
        }
    }
}
