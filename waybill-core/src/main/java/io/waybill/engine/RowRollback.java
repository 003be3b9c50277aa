package io.waybill.engine;

import io.waybill.ledger.Entries;
import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.RowEntries;
import io.waybill.ledger.RowsBefore;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.plan.Move;
import io.waybill.store.Effect;
import io.waybill.store.Failpoint;
import io.waybill.store.Finishing;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Numbering;
import io.waybill.store.Outcome;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Canonical;
import io.waybill.value.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Undoes batches of rows, newest first. What we created and is still ours is removed, what we replaced, edited or removed is
 * put back; all effects of one source row together or, with a reason, none.
 */
final class RowRollback {
    private final Setup setup;
    private final Ledger ledger;
    private final LedgerReader reader;
    private final Stores stores;
    private final Live live;
    private final Stop stop;
    private final RollbackSums sums;
    private @Nullable Set<Long> going;

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

    /** In a preview, into this go the hashes of the target keys of rows that would go; or null. */
    RowRollback noting(@Nullable Set<Long> hashes) {
        going = hashes;
        return this;
    }

    void act(Move move, int id, Selector concerned, RollbackVerb.@Nullable Book book)
            throws StoreException, LedgerException {
        TableStore source = stores.source(move);
        TableStore target = stores.target(move);
        RowPlan plan = RowPlan.of(setup.plan(), move, source, target);
        Retry retry = new Retry(move.limits().retries(), live, stop);
        Refused refused = new Refused();
        reader.entriesBackwards(concerned, Long.MAX_VALUE, entry -> {
            if (entry.move() == id && entry.isRows()) {
                try {
                    batch(entry, source, target, plan, retry, book, false);
                } catch (StoreException e) {
                    refused.add(entry.id(), e);
                }
            }
            return !refused.isStoreWide() && !stop.isRequested();
        });
        boolean less = true;
        while (less && !refused.isStoreWide() && !stop.isRequested()) {
            // rows of an older batch may have stood in the way
            List<Long> again = refused.take();
            for (long entry : again) {
                try {
                    batch(Objects.requireNonNull(reader.entry(entry)), source, target, plan, retry, book, false);
                } catch (StoreException e) {
                    refused.add(entry, e);
                }
            }
            less = refused.size() < again.size();
        }
        if (refused.isOfRows() && !stop.isRequested()) {
            for (long entry : refused.take()) {
                batch(Objects.requireNonNull(reader.entry(entry)), source, target, plan, retry, book, true);
            }
        }
        StoreException trouble = refused.first();
        if (trouble != null) {
            throw trouble;
        } else if (book != null && target instanceof Finishing table) {
            table.finish(move.to().path().text());
        }
        if (move.closure() != null && target instanceof Numbering numbering) {
            for (String table : plan.written()) {
                if (!numbering.numbered(table).isEmpty()) {
                    sums.note("sequences of " + move.to().store()
                            + " are not put back: numbers that were given stay unused");
                    return;
                }
            }
        }
    }

    /** Batches that the target did not let go, and why the first of them. */
    private static final class Refused {
        private List<Long> entries = new ArrayList<>();
        private @Nullable StoreException first;
        private boolean storeWide;
        private boolean ofRows = true;

        void add(long entry, StoreException cause) {
            entries.add(entry);
            first = first == null ? cause : first;
            ofRows &= cause.kind() == StoreException.Kind.INVALID;
            storeWide |= cause.isStoreWide() || cause.kind() == StoreException.Kind.DENIED;
        }

        boolean isStoreWide() {
            return storeWide;
        }

        /** Whether the target refuses these rows, for example since rows of others refer to them. */
        boolean isOfRows() {
            return ofRows;
        }

        int size() {
            return entries.size();
        }

        @Nullable
        StoreException first() {
            return first;
        }

        List<Long> take() {
            List<Long> taken = entries;
            entries = new ArrayList<>();
            first = null;
            ofRows = true;
            return taken;
        }
    }

    /** @param keeps whether what the target refuses is kept, and no more tried */
    private void batch(
            Entry entry,
            TableStore source,
            TableStore target,
            RowPlan plan,
            Retry retry,
            RollbackVerb.@Nullable Book book,
            boolean keeps)
            throws StoreException, LedgerException {
        RowBlock block = reader.block(entry.id());
        if (block == null) {
            return;
        }
        RowsBefore before = reader.before(entry.id());
        Set<RowKey> sources = new LinkedHashSet<>();
        Set<RowKey> targets = new LinkedHashSet<>();
        for (RowBlock.Line line : block.lines()) {
            if (RowUndo.mayBeOurs(line)) {
                sources.add(plan.sourceKey(line.source()));
                targets.add(plan.targetKey(line.table(), line.target()));
            }
        }
        Map<ItemKey, Item> there = targets.isEmpty() ? Map.of() : retry.call(() -> target.find(targets));
        Map<ItemKey, Item> origin =
                plan.move().isInPlace() || sources.isEmpty() ? Map.of() : retry.call(() -> source.find(sources));
        List<RowBlock.Line> lines = new ArrayList<>(block.lines());
        List<Integer> places = new ArrayList<>();
        List<Effect> effects = new ArrayList<>();
        RowUndo undo = new RowUndo(plan, before, ledger.series() + "/" + entry.id());
        List<List<Integer>> rows = block.bySource();
        Collections.reverse(rows); // a later row may refer to an earlier one
        for (List<Integer> row : rows) {
            Row key = block.lines().get(row.get(0)).source();
            boolean hasSource = plan.move().isInPlace() || origin.containsKey(plan.sourceKey(key));
            undo.row(lines, row, there, hasSource, places, effects);
        }
        Counted counted = new Counted(block.lines(), lines, places);
        Set<Long> noted = going;
        if (book == null && noted != null) {
            places.forEach(i ->
                    noted.add(RowKeys.hash(lines.get(i).table(), lines.get(i).target())));
        }
        if (book == null || (lines.equals(block.lines()) && places.isEmpty())) {
            counted.tell(sums, plan, false);
            return;
        }
        List<RowBlock.Line> marked = new ArrayList<>(lines);
        places.forEach(i ->
                marked.set(i, marked.get(i).as(State.UNDOING, marked.get(i).provenance(), null)));
        RowBlock undoing = new RowBlock(marked);
        ledger.change(
                tx -> RowEntries.settle(tx, entry, block, undoing, setup.clock().millis()));
        Failpoint.reach("before-undo");
        apply(target, effects, places, lines, undo, retry, keeps);
        Failpoint.reach("after-undo-before-evidence");
        RowBlock after = new RowBlock(lines);
        long undone = count(lines, State.UNDONE) - count(block.lines(), State.UNDONE) - counted.neverThere();
        long kept = count(lines, State.KEPT) - count(block.lines(), State.KEPT);
        ledger.change(tx -> {
            long now = setup.clock().millis();
            RowEntries.settle(tx, entry, undoing, after, now);
            Entries.event(tx, entry.run(), entry.id(), State.UNDONE.word(), undone + " undone, " + kept + " kept", now);
            if (!plan.move().steps().checks().unique().isEmpty()) {
                for (Row gone : gone(after)) {
                    RowEntries.release(tx, entry.move(), Canonical.digest(gone));
                }
            }
            book.count(tx, entry.move(), State.UNDONE, undone, 0);
            book.count(tx, entry.move(), State.KEPT, kept, 0);
        });
        counted.tell(sums, plan, true);
        sums.undoneRows(undone);
    }

    /** Source rows of which nothing stands at the target any more. */
    private static List<Row> gone(RowBlock block) {
        List<Row> gone = new ArrayList<>();
        for (List<Integer> row : block.bySource()) {
            if (row.stream().allMatch(i -> block.lines().get(i).state() == State.UNDONE)) {
                gone.add(block.lines().get(row.get(0)).source());
            }
        }
        return gone;
    }

    /** What a batch comes to, for people. */
    private record Counted(List<RowBlock.Line> was, List<RowBlock.Line> now, List<Integer> places) {
        /** What this attempt undid, and an attempt before it that did not get as far as saying so. */
        private List<Integer> undone() {
            Set<Integer> undone = new HashSet<>(places);
            undone.removeIf(i -> now.get(i).state() == State.KEPT);
            for (int i = 0; i < was.size(); i++) {
                if (was.get(i).state() == State.UNDOING && now.get(i).state() == State.UNDONE) {
                    undone.add(i);
                }
            }
            return List.copyOf(undone);
        }

        long untouched() {
            long untouched = 0;
            for (int i = 0; i < was.size(); i++) {
                boolean ours = RowUndo.mayBeOurs(was.get(i));
                untouched += !ours || isNeverThere(i) ? 1 : 0;
            }
            return untouched;
        }

        long neverThere() {
            long never = 0;
            for (int i = 0; i < was.size(); i++) {
                never += isNeverThere(i) ? 1 : 0;
            }
            return never;
        }

        private boolean isNeverThere(int i) {
            return was.get(i).state() == State.WRITING && now.get(i).state() == State.UNDONE;
        }

        void tell(RollbackSums sums, RowPlan plan, boolean done) {
            List<Integer> undone = done ? undone() : places;
            long removals =
                    undone.stream().filter(i -> RowUndo.isCreated(was.get(i))).count();
            sums.rows(removals, undone.size() - removals, untouched());
            for (int i = 0; i < was.size(); i++) {
                RowBlock.Line line = now.get(i);
                boolean kept = line.state() == State.KEPT && RowUndo.mayBeOurs(was.get(i));
                if (kept && (done || !places.contains(i))) { // kept by an earlier rollback, it may go now
                    sums.kept(plan.targetKey(line.table(), line.target()).display(), String.valueOf(line.reason()));
                }
            }
        }
    }

    private static long count(List<RowBlock.Line> lines, State state) {
        return lines.stream().filter(line -> line.state() == state).count();
    }

    /**
     * Undoes, attempt by attempt; what is as before at a later attempt was undone by an earlier one.
     *
     * @param keeps whether rows that the target refuses to have undone are kept with its reason
     */
    static void apply(
            TableStore target,
            List<Effect> effects,
            List<Integer> places,
            List<RowBlock.Line> lines,
            RowUndo undo,
            Retry retry,
            boolean keeps)
            throws StoreException {
        List<Effect> open = effects;
        List<Integer> left = places;
        for (int attempt = 1; !open.isEmpty(); attempt++) {
            List<Effect> again = new ArrayList<>();
            List<Integer> still = new ArrayList<>();
            StoreException trouble = null;
            List<Outcome> outcomes = target.apply(open);
            for (int i = 0; i < outcomes.size(); i++) {
                int at = left.get(i);
                RowBlock.Line line = lines.get(at);
                Outcome outcome = outcomes.get(i);
                boolean spoiled = outcome instanceof Outcome.Failed failed
                        && failed.cause().kind() == StoreException.Kind.CONFLICT;
                if (outcome instanceof Outcome.Done
                        || (outcome instanceof Outcome.Refused refused
                                && undo.isAsBefore(line, at, refused.found(), target))) {
                    lines.set(at, line.as(State.UNDONE, line.provenance(), null));
                } else if (outcome instanceof Outcome.Refused || spoiled) {
                    lines.set(
                            at,
                            line.as(State.KEPT, line.provenance(), "the row was changed by somebody else just now"));
                } else if (keeps
                        && outcome instanceof Outcome.Failed failed
                        && failed.cause().kind() == StoreException.Kind.INVALID) {
                    lines.set(at, line.as(State.KEPT, line.provenance(), reason(failed.cause())));
                } else {
                    trouble = outcome instanceof Outcome.Failed failed
                            ? failed.cause()
                            : ((Outcome.Unknown) outcome).cause();
                    again.add(open.get(i));
                    still.add(at);
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
            left = still;
        }
    }

    /** Why the target refuses, without what was tried and what to do. */
    private static String reason(StoreException refusal) {
        String text = refusal.getMessage().replaceFirst("\\. [A-Z][^.]*\\.$", "");
        int cause = text.indexOf(": ");
        return "the target refuses it: " + (cause < 0 ? text : text.substring(cause + 2));
    }
}
