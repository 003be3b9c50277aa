package io.waybill.engine;

import io.waybill.ledger.Entries;
import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.RowEntries;
import io.waybill.ledger.Run;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.plan.AfterMove;
import io.waybill.plan.Move;
import io.waybill.store.Effect;
import io.waybill.store.RowKey;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was written, and the newest verification found missing: a server that took over lost it, or somebody removed it. Such an
 * item is in doubt again, as after a crash: it is looked for, and written if it is still not there.
 */
final class Missing {
    private static final EnumSet<State> STANDING = EnumSet.of(State.WRITTEN, State.VERIFIED, State.SAME);

    private final Setup setup;
    private final Ledger ledger;
    private final LedgerReader reader;
    private final LedgerReader.@Nullable VerificationLine verification;
    private final Map<Integer, Move> moves = new HashMap<>();

    Missing(Setup setup, Ledger ledger, LedgerReader reader) throws LedgerException {
        this.setup = setup;
        this.ledger = ledger;
        this.reader = reader;
        this.verification = newest(reader);
        for (LedgerReader.MoveLine line : reader.moves()) {
            Move move = setup.plan().find(line.name());
            if (move != null) {
                moves.put(line.id(), move);
            }
        }
    }

    /** One from before a run or rollback worked tells nothing of what stands now. */
    private static LedgerReader.@Nullable VerificationLine newest(LedgerReader reader) throws LedgerException {
        long worked = 0;
        for (Run run : reader.runs()) {
            worked = Math.max(worked, run.started() > 0 && run.ended() == 0 ? Long.MAX_VALUE : run.ended());
        }
        LedgerReader.VerificationLine newest = null;
        for (LedgerReader.VerificationLine line : reader.verifications()) {
            newest = line.started() >= worked && line.missing() > 0 ? line : newest;
        }
        return newest;
    }

    /** Opens what is missing of a run; answers how many items that are. */
    long reopen(Run run, Selector selector) throws LedgerException {
        if (verification == null) {
            return 0;
        }
        long[] opened = {0};
        reader.missing(verification.id(), run.id(), (id, keys) -> {
            Entry entry = reader.entry(id);
            Move move = entry == null ? null : moves.get(entry.move());
            boolean chosen = move != null
                    && move.source() != AfterMove.DELETE
                    && (selector.moves().isEmpty() || selector.moves().contains(move.name()));
            if (entry != null && move != null && chosen) {
                opened[0] += entry.isRows() ? rows(entry, move, keys) : file(entry);
            }
        });
        return opened[0];
    }

    private int file(Entry entry) throws LedgerException {
        if (!STANDING.contains(entry.state())) {
            return 0;
        }
        long now = setup.clock().millis();
        State open = entry.state() == State.SAME ? State.PLANNED : State.WRITING;
        ledger.change(tx -> {
            Entries.event(tx, entry.run(), entry.id(), entry.state().word(), "found missing", now);
            Entries.move(tx, entry, entry.state(), open, null, now);
        });
        return 1;
    }

    private int rows(Entry entry, Move move, Set<String> keys) throws LedgerException {
        RowBlock block = reader.block(entry.id());
        if (block == null) {
            return 0;
        }
        List<RowBlock.Line> lines = new ArrayList<>();
        int opened = 0;
        for (RowBlock.Line line : block.lines()) {
            String table = line.table().isEmpty() ? move.to().path().text() : line.table();
            boolean gone = STANDING.contains(line.state())
                    && line.kind() == Effect.Kind.PUT
                    && keys.contains(new RowKey(table, line.target()).display());
            opened += gone ? 1 : 0;
            lines.add(gone ? line.as(State.WRITING, line.provenance(), null) : line);
        }
        if (opened > 0) {
            long now = setup.clock().millis();
            String what = opened + " rows found missing";
            ledger.change(tx -> {
                Entries.event(tx, entry.run(), entry.id(), entry.state().word(), what, now);
                RowEntries.settle(tx, entry, block, new RowBlock(lines), now);
            });
        }
        return opened;
    }
}
