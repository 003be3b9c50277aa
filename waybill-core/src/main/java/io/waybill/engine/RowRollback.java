package io.waybill.engine;

import io.waybill.ledger.Entries;
import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.plan.Move;
import io.waybill.store.Condition;
import io.waybill.store.Effect;
import io.waybill.store.Failpoint;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Outcome;
import io.waybill.store.Provenance;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Canonical;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Undoes batches of rows: removes what we created, is still ours by digest and still has its source row. */
final class RowRollback {
    private final Setup setup;
    private final Ledger ledger;
    private final LedgerReader reader;
    private final Stores stores;
    private final Live live;
    private final Stop stop;
    private final RollbackSums sums;

    RowRollback(
            Setup setup, Ledger ledger, LedgerReader reader, Stores stores, Live live, Stop stop, RollbackSums sums) {
        this.setup = setup;
        this.ledger = ledger;
        this.reader = reader;
        this.stores = stores;
        this.live = live;
        this.stop = stop;
        this.sums = sums;
    }

    void act(Move move, int id, Selector concerned, RollbackVerb.@Nullable Book book)
            throws StoreException, LedgerException {
        TableStore source = stores.tables(move.from().get(0).store());
        TableStore target = stores.tables(move.to().store());
        RowPlan plan = RowPlan.of(setup.plan(), move, source, target);
        Retry retry = new Retry(move.limits().retries(), live, stop);
        List<StoreException> trouble = new ArrayList<>();
        reader.entriesBackwards(concerned, Long.MAX_VALUE, entry -> {
            if (entry.move() == id && entry.isRows()) {
                try {
                    batch(entry, source, target, plan, retry, book);
                } catch (StoreException e) {
                    trouble.add(e);
                }
            }
            return trouble.isEmpty() && !stop.isRequested();
        });
        if (!trouble.isEmpty()) {
            throw trouble.get(0);
        }
    }

    private void batch(
            Entry entry,
            TableStore source,
            TableStore target,
            RowPlan plan,
            Retry retry,
            RollbackVerb.@Nullable Book book)
            throws StoreException, LedgerException {
        RowBlock block = reader.block(entry.id());
        if (block == null) {
            return;
        }
        List<RowKey> sources = new ArrayList<>();
        List<RowKey> targets = new ArrayList<>();
        for (RowBlock.Line line : block.lines()) {
            if (mayBeOurs(line)) {
                sources.add(plan.sourceKey(line.source()));
                targets.add(plan.targetKey(line.target()));
            }
        }
        Map<ItemKey, Item> there = retry.call(() -> target.find(targets));
        Map<ItemKey, Item> origin = retry.call(() -> source.find(sources));
        List<RowBlock.Line> lines = new ArrayList<>(block.lines());
        List<Integer> removing = new ArrayList<>();
        List<Effect> effects = new ArrayList<>();
        long untouched = 0;
        long neverThere = 0;
        for (int i = 0; i < lines.size(); i++) {
            RowBlock.Line line = lines.get(i);
            if (!mayBeOurs(line)) {
                untouched++;
                continue;
            }
            RowKey key = plan.targetKey(line.target());
            Item found = there.get(key);
            if (line.state() == State.WRITING && !isEqual(line, found)) {
                lines.set(i, line.as(State.UNDONE, null, null)); // never arrived: what stands there is not ours
                untouched++;
                neverThere++;
                continue;
            }
            String reason = reason(line, found, origin.containsKey(plan.sourceKey(line.source())));
            if (reason != null) {
                sums.kept(key.display(), reason);
                lines.set(i, line.as(State.KEPT, line.provenance(), reason));
            } else if (found instanceof RowItem row) {
                removing.add(i);
                effects.add(Effect.remove(
                        key,
                        new Condition.Unchanged(null, line.digest(), row.row(), List.of()),
                        ledger.series() + "/" + entry.id()));
            } else {
                lines.set(i, line.as(State.UNDONE, line.provenance(), null));
            }
        }
        if (book == null) {
            sums.previewRows(effects.size(), untouched);
            return;
        }
        if (lines.equals(block.lines()) && removing.isEmpty()) {
            sums.rows(0, untouched);
            return;
        }
        RowBlock undoing = mark(entry, block, lines, removing);
        Failpoint.reach("before-undo");
        remove(target, effects, removing, lines, retry);
        Failpoint.reach("after-undo-before-evidence");
        RowBlock after = new RowBlock(lines);
        State state = count(lines, State.KEPT) > 0 ? State.KEPT : State.UNDONE;
        long undone = count(lines, State.UNDONE) - count(block.lines(), State.UNDONE) - neverThere;
        long kept = count(lines, State.KEPT) - count(block.lines(), State.KEPT);
        ledger.change(tx -> {
            Entries.settleRows(tx, entry, undoing, after, state, setup.clock().millis());
            book.count(tx, entry.move(), State.UNDONE, undone, 0);
            book.count(tx, entry.move(), State.KEPT, kept, 0);
        });
        sums.rows(undone, untouched);
    }

    private static long count(List<RowBlock.Line> lines, State state) {
        return lines.stream().filter(line -> line.state() == state).count();
    }

    /** Records the intent to remove. */
    private RowBlock mark(Entry entry, RowBlock before, List<RowBlock.Line> lines, List<Integer> removing)
            throws LedgerException {
        List<RowBlock.Line> marked = new ArrayList<>(lines);
        for (int i : removing) {
            RowBlock.Line line = marked.get(i);
            marked.set(i, line.as(State.UNDOING, line.provenance(), null));
        }
        RowBlock undoing = new RowBlock(marked);
        ledger.change(tx -> Entries.settleRows(
                tx, entry, before, undoing, State.UNDOING, setup.clock().millis()));
        return undoing;
    }

    /** Removes rows, attempt by attempt; a row that is gone at a later attempt was removed by an earlier one. */
    private static void remove(
            TableStore target, List<Effect> effects, List<Integer> removing, List<RowBlock.Line> lines, Retry retry)
            throws StoreException {
        List<Effect> open = effects;
        List<Integer> places = removing;
        for (int attempt = 1; !open.isEmpty(); attempt++) {
            List<Effect> again = new ArrayList<>();
            List<Integer> left = new ArrayList<>();
            StoreException trouble = null;
            List<Outcome> outcomes = target.apply(open);
            for (int i = 0; i < outcomes.size(); i++) {
                int at = places.get(i);
                RowBlock.Line line = lines.get(at);
                Outcome outcome = outcomes.get(i);
                if (outcome instanceof Outcome.Done
                        || (outcome instanceof Outcome.Refused refused && refused.found() == null)) {
                    lines.set(at, line.as(State.UNDONE, line.provenance(), null));
                } else if (outcome instanceof Outcome.Refused) {
                    lines.set(
                            at,
                            line.as(State.KEPT, line.provenance(), "the row was changed by somebody else just now"));
                } else {
                    trouble = outcome instanceof Outcome.Failed failed
                            ? failed.cause()
                            : ((Outcome.Unknown) outcome).cause();
                    again.add(open.get(i));
                    left.add(at);
                }
            }
            if (trouble != null) {
                boolean pass = trouble.isTransient() || trouble.kind() == StoreException.Kind.UNKNOWN_OUTCOME;
                if (!pass || attempt > retry.retries()) {
                    throw trouble;
                }
                retry.pause(attempt, trouble);
            }
            open = again;
            places = left;
        }
    }

    /** Whether the run wrote the row, or may have. */
    private static boolean mayBeOurs(RowBlock.Line line) {
        return switch (line.state()) {
            case WRITING, KEPT -> true;
            case WRITTEN, VERIFIED, SAME, FAILED, UNDOING -> line.provenance() != null;
            default -> false;
        };
    }

    private static boolean isEqual(RowBlock.Line line, @Nullable Item found) {
        return found instanceof RowItem row && Canonical.digest(row.row()).equals(line.digest());
    }

    private static @Nullable String reason(RowBlock.Line line, @Nullable Item found, boolean hasSource) {
        if (found == null) {
            return null;
        }
        if (!isEqual(line, found)) {
            return "the row was changed by somebody else since";
        }
        if (line.provenance() != Provenance.CREATED) {
            return "the run was interrupted while it wrote this row, and nothing proves that it is the run's own";
        }
        return hasSource ? null : "its source row is gone, so this is the only copy";
    }
}
