package io.waybill.store;

/** One thing in a store. */
public sealed interface Item permits FileItem, RowItem {
    ItemKey key();

    Version version();
}
