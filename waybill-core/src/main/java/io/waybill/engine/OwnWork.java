package io.waybill.engine;

import io.waybill.ledger.Earlier;
import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.store.FileItem;
import io.waybill.store.StoreException;
import io.waybill.value.Digest;
import java.util.List;

/**
 * Knows from the ledger whether an item at a target is what an earlier entry of this series wrote there for the same source.
 * What another source put there is not ours to replace.
 */
final class OwnWork {
    private final Ledger ledger;

    OwnWork(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Tells the digest of an item when it is needed. */
    @FunctionalInterface
    interface Look {
        Digest digest() throws StoreException;
    }

    /** Whether an earlier entry of this source wrote just this: by the target's version, else by its content. */
    boolean isOurs(FileMove move, Entry entry, FileItem found, Look look) throws LedgerException, StoreException {
        String target = entry.effect().target();
        long hash = move.targetHash(target);
        List<Earlier.Written> earlier = ledger.write(tx -> Earlier.written(tx, entry, target, hash));
        for (Earlier.Written line : earlier) {
            if (line.version().equals(found.version().token())) {
                return true;
            }
        }
        for (Earlier.Written line : earlier) {
            if (line.size() == found.size() && line.digest().equals(look.digest())) {
                return true;
            }
        }
        return false;
    }
}
