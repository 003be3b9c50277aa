package io.waybill.store;

import java.io.Closeable;
import java.util.Collection;
import java.util.Map;

/** A system that holds items. Safe for use by many threads. Retries nothing: whoever calls does. */
public interface Store extends Closeable {
    /** Where it is, without secrets. */
    Location location();

    /**
     * What makes it this store and no other, the same on every machine that means the same store: part of the plan's
     * fingerprint. Holds no secret.
     */
    String identity();

    /** Looks at the items with these keys as they are now; absent ones are absent from the answer. Any number of keys. */
    Map<ItemKey, Item> find(Collection<? extends ItemKey> keys) throws StoreException;
}
