package io.waybill.engine;

import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.StoreException;
import org.jspecify.annotations.Nullable;

/** Temporary files that a process left beside a target when it died. Only targets that are trees have them. */
final class Leftovers {
    private Leftovers() {}

    /**
     * Removes what was left for an entry, but not the upload that goes on. Another entry may have the same target and be under
     * way just now.
     *
     * @param mark of the entry
     */
    static void remove(FileStore target, FileKey key, String mark, @Nullable String goesOn, Retry retry)
            throws StoreException {
        for (String token : retry.call(() -> target.uploads(key, mark))) {
            if (!token.equals(goesOn)) {
                retry.call(() -> {
                    target.abort(key, token);
                    return true;
                });
            }
        }
    }
}
