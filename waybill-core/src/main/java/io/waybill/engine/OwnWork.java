package io.waybill.engine;

import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.store.FileItem;

/** Knows from the ledger whether an item at a target is what an earlier entry of this series wrote there. */
final class OwnWork {
    private final Ledger ledger;

    OwnWork(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Whether the ledger's newest word on this target is that we wrote it, at just this version. */
    boolean isOurs(FileMove move, Entry entry, FileItem found) throws LedgerException {
        String target = entry.effect().target();
        long hash = move.targetHash(target);
        return ledger.write(tx -> tx.number(
                        0,
                        "SELECT count(*) FROM effect f JOIN entry e ON e.id = f.entry WHERE f.target_hash = ?"
                                + " AND f.target = ? AND e.id < ? AND e.state IN (2, 3) AND f.version = ?"
                                + " AND f.provenance IN ('created', 'replaced')",
                        hash,
                        target,
                        entry.id(),
                        found.version().token())
                > 0);
    }
}
