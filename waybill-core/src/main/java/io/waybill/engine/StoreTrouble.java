package io.waybill.engine;

import io.waybill.ledger.Entry;
import io.waybill.store.StoreException;

/** An entry could not be carried out because its store is in trouble; it is not the entry's fault. */
final class StoreTrouble extends Exception {
    private final transient Entry entry;
    private final StoreException trouble;

    StoreTrouble(Entry entry, StoreException trouble) {
        super(trouble.getMessage(), trouble);
        this.entry = entry;
        this.trouble = trouble;
    }

    Entry entry() {
        return entry;
    }

    StoreException trouble() {
        return trouble;
    }
}
