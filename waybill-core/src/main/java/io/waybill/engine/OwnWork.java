package io.waybill.engine;

import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.store.FileItem;
import io.waybill.store.StoreException;
import io.waybill.value.Digest;
import java.util.ArrayList;
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

    private record Written(String version, long size, Digest digest) {}

    /** Whether an earlier entry of this source wrote just this: by the target's version, else by its content. */
    boolean isOurs(FileMove move, Entry entry, FileItem found, Look look) throws LedgerException, StoreException {
        String target = entry.effect().target();
        long hash = move.targetHash(target);
        List<Written> earlier = ledger.write(tx -> {
            List<Written> lines = new ArrayList<>();
            tx.query(
                    row -> lines.add(new Written(row.getString(1), row.getLong(2), Digest.of(row.getBytes(3)))),
                    "SELECT coalesce(f.version, ''), e.size, e.digest FROM effect f JOIN entry e ON e.id = f.entry"
                            + " WHERE f.target_hash = ? AND f.target = ? AND e.id < ? AND e.move = ? AND e.source = ?"
                            + " AND e.state IN (2, 3) AND e.digest IS NOT NULL"
                            + " AND f.provenance IN ('created', 'replaced')",
                    hash,
                    target,
                    entry.id(),
                    entry.move(),
                    entry.source());
            return lines;
        });
        for (Written line : earlier) {
            if (line.version().equals(found.version().token())) {
                return true;
            }
        }
        for (Written line : earlier) {
            if (line.size() == found.size() && line.digest().equals(look.digest())) {
                return true;
            }
        }
        return false;
    }
}
