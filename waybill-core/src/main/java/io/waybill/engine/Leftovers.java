package io.waybill.engine;

import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.StoreException;
import org.jspecify.annotations.Nullable;

/** Temporary files of this series that a process left beside a key when it died. Only targets that are trees have them. */
final class Leftovers {
    private Leftovers() {}

    /** Removes what this series left for a key, but not the upload that goes on. */
    static void remove(FileStore target, FileKey key, String series, @Nullable String goesOn, Retry retry)
            throws StoreException {
        if (!target.isTree()) {
            return;
        }
        for (String token : retry.call(() -> target.uploads(key))) {
            if (token.contains(series) && !token.equals(goesOn)) {
                retry.call(() -> {
                    target.abort(key, token);
                    return true;
                });
            }
        }
    }
}
