package io.waybill.store;

/** An item's identity within a store, its collection included. */
public sealed interface ItemKey permits FileKey, RowKey {
    /** A reversible text without control characters, the same on every machine; the ledger keeps keys so. */
    String encoded();

    /** A readable text for people, safe to print on a terminal; not reversible. */
    String display();
}
