package io.waybill.engine;

import io.waybill.ledger.Hash;
import io.waybill.plan.Move;
import io.waybill.plan.Verify;
import io.waybill.store.Abilities;
import io.waybill.store.Checksum;
import io.waybill.store.FileStore;
import io.waybill.store.ServerCopy;
import org.jspecify.annotations.Nullable;

/**
 * A move of files with its stores open.
 *
 * @param id of the move in the ledger
 * @param abilities what the target was found to do
 * @param verify how what is written is proven in this run; the move's own, unless the run stops before that
 */
record FileMove(int id, Move move, FileStore source, FileStore target, Abilities abilities, Verify verify) {
    FileMove(int id, Move move, FileStore source, FileStore target, Abilities abilities) {
        this(id, move, source, target, abilities, move.verify());
    }

    /** The target's copier when it can copy straight from this source. */
    @Nullable
    ServerCopy serverCopy() {
        return target instanceof ServerCopy copier && copier.canCopyFrom(source) ? copier : null;
    }

    /** Whether the target's word on a checksum of this kind counts as evidence. */
    boolean trusts(@Nullable Checksum checksum) {
        return checksum != null && abilities.honestChecksums().contains(checksum.algorithm());
    }

    long sourceHash(String key) {
        return Hash.of(source.identity(), key);
    }

    long targetHash(String key) {
        return Hash.of(target.identity(), key);
    }
}
