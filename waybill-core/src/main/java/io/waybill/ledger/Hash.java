package io.waybill.ledger;

import org.jspecify.annotations.Nullable;

/** 64-bit hashes of keys for the ledger's indexes; equal hashes are always compared by text as well. */
public final class Hash {
    private Hash() {}

    /** The hash of a source in a store: of a file, together with the row that names it, if one does. */
    public static long ofSource(String store, String key, @Nullable String row) {
        return row == null ? of(store, key) : of(store + "\n" + row, key);
    }

    /** The hash of a key in a store; the same on every machine. */
    public static long of(String store, String key) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < store.length(); i++) {
            hash = (hash ^ store.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ 0x1f) * 0x100000001b3L;
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
        }
        hash ^= hash >>> 33;
        hash *= 0xff51afd7ed558ccdL;
        return hash ^ (hash >>> 33);
    }
}
