package io.waybill.engine;

import io.waybill.ledger.Entry;
import io.waybill.ledger.LedgerException;
import io.waybill.store.StoreException;
import java.util.List;
import java.util.Set;

/** The rows that count on objects which are to be removed. */
interface Dependents {
    /** Entries of which some row still names the object. */
    Set<Long> linked(List<Entry> page) throws LedgerException;

    /** Takes back what the rows of these entries know, or says of which they stand; a preview changes nothing. */
    Unlinker.Undone undo(List<Entry> page, boolean preview) throws StoreException, LedgerException;
}
