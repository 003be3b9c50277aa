package io.waybill.engine;

import io.waybill.ledger.Entry;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.RowEntries;
import io.waybill.ledger.RowsBefore;
import io.waybill.ledger.State;
import io.waybill.plan.Exists;
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
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Writes mapped rows: looks at the target where the plan needs it, makes the intent, applies it, and settles every effect by
 * its outcome. The effects of one row are one atomic group. Safe for use by many threads.
 */
final class RowWriter {
    private static final String TAKEN = "another row goes to the same key of the target at the same time";

    private final RowPlan plan;
    private final Move move;
    private final TableStore target;
    private final Work work;
    private final InstantSource clock;
    private final Live.Group live;
    private final boolean careful;
    /** Whether a row that keeps its key finds nothing there: the table was empty, and nobody else writes to it. */
    private final AtomicBoolean empty = new AtomicBoolean();
    /** What goes where without a condition, from before the target is looked at until it is written. */
    private final Map<RowKey, Digest> underWay = new ConcurrentHashMap<>();

    /**
     * @param careful look at each key and write with conditions, whatever the plan says, so that after a crash it is known
     *     which rows were not there before
     */
    RowWriter(RowPlan plan, TableStore target, Work work, InstantSource clock, Live.Group live, boolean careful) {
        this.careful = careful;
        this.plan = plan;
        this.move = plan.move();
        this.target = target;
        this.work = work;
        this.clock = clock;
        this.live = live;
    }

    /** Looks whether there is anything to look for, before the first row of a reading is written. */
    void begin() throws IOException {
        empty.set(isUnconditional()
                && plan.isKeyedByTheSource()
                && isEmpty(plan.to().name()));
    }

    private boolean isEmpty(String table) throws IOException {
        try (Source.Opened opened = target.open(new Selection(table, List.of(), 1));
                Source.Items items = opened.read(opened.splits(1).get(0), null)) {
            for (Source.Page page = work.retry.call(items::next); page != null; page = work.retry.call(items::next)) {
                if (!page.items().isEmpty()) {
                    return false;
                }
            }
            return true;
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.DENIED) {
                return false; // it may be written to and asked for keys, and not be read as a whole
            }
            throw e;
        }
    }

    /**
     * Adds what these rows ask for to a batch. What was seen at the target before the intent proves authorship later, where
     * nothing else writes there: an equal row at a key that was empty then is ours, whatever happened in between.
     */
    void intend(List<RowPlan.Mapped> rows, RowBatch batch) throws StoreException {
        List<RowPlan.Mapped> told = new ArrayList<>();
        Set<RowKey> keys = new LinkedHashSet<>();
        for (RowPlan.Mapped each : rows) {
            if (empty.get() && !keepsItsKey(each)) {
                empty.set(false); // from now on a row may meet another one
            }
            // before anybody looks: whoever had the key until now has written by then
            RowPlan.Mapped row = each.reason() == null && isUnconditional() && !take(each) ? each.refused(TAKEN) : each;
            told.add(row);
            if (empty.get()) {
                continue;
            }
            for (RowChange change : row.changes()) {
                if (needsLook(change) || !row.keys().own().isEmpty()) {
                    RowKey key = plan.targetKey(change.table(), change.key());
                    if (needsLook(change) || row.keys().own().contains(key)) {
                        keys.add(key);
                    }
                }
            }
        }
        Map<ItemKey, Item> there = find(target, List.copyOf(keys));
        for (RowPlan.Mapped row : told) {
            if (row.reason() != null) {
                batch.add(RowBatch.blank(row.sourceKey(), State.QUARANTINED, row.reason()), null);
            } else if (row.changes().isEmpty() && !row.rows().isEmpty()) {
                Row same = row.rows().get(0);
                RowChange nothing = RowChange.put("", row.sourceKey(), same, List.of());
                batch.add(RowBatch.line(row.sourceKey(), nothing, State.SAME, null), null);
            }
            for (RowChange change : row.changes()) {
                RowKey key = plan.targetKey(change.table(), change.key());
                Item found = there.isEmpty() ? null : there.get(key);
                boolean own = row.keys().own().contains(key);
                add(row.sourceKey(), change, own, found instanceof RowItem item ? item : null, batch);
            }
        }
    }

    /** Whether all that becomes of a row is put at the key that it has; the number 1 is one key, whatever a store calls it. */
    private static boolean keepsItsKey(RowPlan.Mapped row) {
        for (RowChange change : row.changes()) {
            if (change.kind() != Effect.Kind.PUT
                    || !Canonical.form(change.key()).equals(Canonical.form(row.sourceKey()))) {
                return false;
            }
        }
        return true;
    }

    /** Takes the keys at which a row puts something; answers whether no row that is under way puts another there. */
    private boolean take(RowPlan.Mapped row) {
        List<RowKey> mine = new ArrayList<>();
        for (RowChange change : row.changes()) {
            if (change.kind() == Effect.Kind.PUT) {
                RowKey key = plan.targetKey(change.table(), change.key());
                Digest other = underWay.putIfAbsent(key, change.digest());
                if (other == null) {
                    mine.add(key);
                } else if (!other.equals(change.digest())) {
                    mine.forEach(underWay::remove);
                    return false;
                }
            }
        }
        return true;
    }

    /** Gives back what {@link #take} took: whoever looks from now on sees what stands there. */
    private void release(RowBatch batch) {
        if (isUnconditional()) {
            for (int i = 0; i < batch.size(); i++) {
                RowBlock.Line line = batch.line(i);
                underWay.remove(plan.targetKey(line.table(), line.target()), line.digest());
            }
        }
    }

    /** Without a condition, two rows for one key that are written at the same time would not see each other. */
    private boolean isUnconditional() {
        return !careful && move.exclusive() && target.isFasterUnconditionally();
    }

    private boolean needsLook(RowChange change) {
        return change.kind() == Effect.Kind.PUT
                ? careful || move.exclusive() || move.exists() == Exists.REPLACE
                : change.before() == null;
    }

    /** @param own whether nobody else gives rows this key */
    private void add(Row source, RowChange change, boolean own, @Nullable RowItem item, RowBatch batch) {
        Row found = item == null ? null : item.row();
        boolean replaces = change.kind() != Effect.Kind.PUT || move.exists() == Exists.REPLACE;
        if (item != null && !item.isWhole() && (replaces || change.fields().isEmpty())) {
            RowBlock.Line line = RowBatch.line(source, change, State.CONFLICT, null);
            String why = "the row at the target cannot be read, so it could not be put back: " + item.trouble();
            batch.add(line.as(State.CONFLICT, null, why), null);
            return;
        }
        if (change.kind() == Effect.Kind.PUT) {
            put(source, change, own, found, batch);
            return;
        }
        RowChange known = change;
        if (change.before() == null) {
            known = found == null ? null : against(change, found);
            if (found == null && change.kind() == Effect.Kind.PATCH) {
                RowBlock.Line line = RowBatch.line(source, change, State.FAILED, null);
                batch.add(line.as(State.FAILED, null, "there is no such row to change"), null);
                return;
            }
        }
        if (known == null) {
            batch.add(RowBatch.line(source, change, State.SAME, null), null);
        } else {
            batch.add(source, known, known.condition(), null, known.before());
        }
    }

    /** A change of a row that was not read, against what stands there; null when nothing differs. */
    private static @Nullable RowChange against(RowChange change, Row found) {
        if (change.kind() == Effect.Kind.REMOVE) {
            return RowChange.remove(change.table(), change.key(), found);
        }
        Row wanted = found;
        for (Map.Entry<String, io.waybill.value.Value> field :
                change.row().fields().entrySet()) {
            wanted = wanted.with(field.getKey(), field.getValue());
        }
        for (String name : change.drop()) {
            wanted = wanted.without(name);
        }
        return RowChange.patch(change.table(), change.key(), found, wanted, Set.of());
    }

    private void put(Row source, RowChange change, boolean own, @Nullable Row found, RowBatch batch) {
        boolean looked = own || needsLook(change);
        RowBlock.Line line = RowBatch.line(source, change, State.WRITING, null);
        if (found == null) {
            batch.add(
                    source,
                    change,
                    isUnconditional() ? Condition.ANY : Condition.ABSENT,
                    looked && (own || careful || move.exclusive()) ? Provenance.CREATED : null,
                    null);
        } else if (line.isHeldBy(found)) {
            batch.add(line.as(State.SAME, null, null), null);
        } else if (move.exists() == Exists.REPLACE) {
            batch.add(source, change, new Condition.Unchanged(null, null, found, List.of()), null, found);
        } else {
            batch.add(met(line, found), null);
        }
    }

    Map<ItemKey, Item> find(TableStore store, List<RowKey> keys) throws StoreException {
        return keys.isEmpty() ? Map.of() : work.retry.call(() -> store.find(keys));
    }

    /** Writes the effects of a batch that are still open, attempt by attempt, and settles the batch. */
    void write(RowAccount account, RowBatch batch) throws StoreException, LedgerException {
        try {
            writeOpen(account, batch);
        } finally {
            release(batch);
        }
    }

    private void writeOpen(RowAccount account, RowBatch batch) throws StoreException, LedgerException {
        RowBlock known = batch.block();
        long began = System.nanoTime();
        int open = batch.open();
        for (int attempt = 1; batch.open() > 0; attempt++) {
            RowBlock now = batch.block();
            if (attempt > 1 && !now.equals(known)) {
                // what was found not to be ours is known before the rest of its row is sent: a crash after that would
                // take it
                // for ours, since they hold together
                RowBlock before = known;
                account.settle(before, now);
                known = now;
            }
            StoreException trouble = once(account, batch);
            if (trouble == null) {
                if (attempt > work.retry.retries() + 1) {
                    giveUp(batch);
                }
                continue;
            }
            boolean worth = trouble.isTransient() || trouble.kind() == StoreException.Kind.UNKNOWN_OUTCOME;
            if (attempt > work.retry.retries() || !worth) {
                settle(account, known, batch); // what is known is kept; the rest stays in doubt
                throw trouble;
            }
            work.retry.pause(attempt, trouble);
            if (trouble.kind() == StoreException.Kind.UNKNOWN_OUTCOME) {
                judge(batch);
            }
        }
        work.live.took(move.name(), open, System.nanoTime() - began);
        settle(account, known, batch);
    }

    /** The target refuses and says that nothing stands there, again and again. */
    private static void giveUp(RowBatch batch) {
        for (List<Integer> row : batch.openRows()) {
            for (int i : row) {
                batch.set(i, batch.line(i).as(State.FAILED, null, "the target refused it again and again"));
            }
        }
    }

    private @Nullable StoreException once(RowAccount account, RowBatch batch) throws StoreException {
        String mark = account.mark();
        List<Integer> sent = new ArrayList<>();
        List<Effect> effects = new ArrayList<>();
        for (List<Integer> row : batch.openRows()) {
            for (int i : row) {
                RowChange change = batch.change(i);
                sent.add(i);
                effects.add(new Effect(
                        change.kind(),
                        plan.targetKey(change.table(), change.key()),
                        change.content(),
                        batch.condition(i),
                        mark,
                        row.size() > 1 ? mark + "/" + row.get(0) : null));
            }
        }
        work.requests.take(1);
        Failpoint.reach("before-write");
        List<Outcome> outcomes;
        try {
            outcomes = target.apply(effects);
        } catch (StoreException e) {
            return e;
        }
        Failpoint.reach("after-write-before-evidence");
        StoreException trouble = null;
        for (int i = 0; i < outcomes.size(); i++) {
            StoreException one = outcome(batch, sent.get(i), outcomes.get(i));
            trouble = one == null ? trouble : one;
        }
        spoil(batch, sent, effects, outcomes);
        return trouble;
    }

    /** Settles one effect by its outcome, or answers why it stays open. */
    private @Nullable StoreException outcome(RowBatch batch, int at, Outcome outcome) throws StoreException {
        RowBlock.Line line = batch.line(at);
        if (outcome instanceof Outcome.Done) {
            boolean created = line.kind() == Effect.Kind.PUT && batch.before(at) == null;
            batch.set(at, line.as(State.WRITTEN, created ? Provenance.CREATED : Provenance.REPLACED, null));
        } else if (outcome instanceof Outcome.Refused refused) {
            batch.set(at, meet(line, batch.before(at), refused.found()));
        } else if (outcome instanceof Outcome.Failed failed) {
            if (failed.cause().isTransient()) {
                return failed.cause();
            } else if (failed.cause().kind() != StoreException.Kind.CONFLICT) {
                batch.set(
                        at,
                        line.as(State.FAILED, null, work.clean(failed.cause().getMessage())));
            }
        } else if (outcome instanceof Outcome.Unknown unknown) {
            return new StoreException(
                    StoreException.Kind.UNKNOWN_OUTCOME, unknown.cause().getMessage(), unknown.cause());
        }
        return null;
    }

    /**
     * An effect that failed only since another of its row did: it is sent again without one that turned out to be done
     * already; else it shares the other's fate.
     */
    private static void spoil(RowBatch batch, List<Integer> sent, List<Effect> effects, List<Outcome> outcomes) {
        for (int i = 0; i < outcomes.size(); i++) {
            int at = sent.get(i);
            boolean spoiled = outcomes.get(i) instanceof Outcome.Failed failed
                    && failed.cause().kind() == StoreException.Kind.CONFLICT
                    && batch.line(at).state() == State.WRITING;
            if (!spoiled) {
                continue;
            }
            RowBlock.Line guilty = null;
            boolean anySettled = false;
            for (int j = 0; j < outcomes.size(); j++) {
                String group = effects.get(i).atomic();
                if (j != i && group != null && group.equals(effects.get(j).atomic())) {
                    RowBlock.Line other = batch.line(sent.get(j));
                    anySettled |= other.state() == State.SAME || other.state() == State.SKIPPED;
                    guilty = other.state().needsYou() ? other : guilty;
                }
            }
            if (guilty != null) {
                batch.set(at, batch.line(at).as(guilty.state(), null, "not written: " + guilty.reason()));
            } else if (!anySettled) {
                StoreException cause = ((Outcome.Failed) outcomes.get(i)).cause();
                batch.set(at, batch.line(at).as(State.CONFLICT, null, cause.getMessage()));
            }
        }
    }

    /** Something else stands at the target than the condition said. */
    private RowBlock.Line meet(RowBlock.Line line, @Nullable Row before, @Nullable Item found) throws StoreException {
        Item there = found;
        if (there == null) {
            RowKey key = plan.targetKey(line.table(), line.target());
            there = find(target, List.of(key)).get(key);
        }
        RowItem row = there instanceof RowItem item ? item : null;
        if (holds(line, there)) {
            return line.as(State.SAME, null, null);
        } else if (before != null) {
            return line.as(State.CONFLICT, null, "the row changed since it was read; kept");
        } else if (row == null) {
            return line; // gone again: the next attempt finds nothing there
        }
        return row.isWhole() || !line.fields().isEmpty()
                ? met(line, row.row())
                : line.as(State.CONFLICT, null, "the target has another row at this key; kept");
    }

    private RowBlock.Line met(RowBlock.Line line, Row found) {
        if (line.isHeldBy(found)) {
            return line.as(State.SAME, null, null);
        }
        return move.exists() == Exists.SKIP
                ? line.as(State.SKIPPED, null, null)
                : line.as(State.CONFLICT, null, "the target has another row at this key; kept");
    }

    /**
     * What the effects of one source row, in doubt, turned out to be: done, or still to be done. They are written together, so
     * one that is proven ours proves the others, and one that is proven not to have happened proves that none did.
     *
     * @param row their places in {@code lines}, which are changed
     * @param before what was there before each, by place
     */
    void judge(List<RowBlock.Line> lines, List<Integer> row, RowsBefore before, Map<ItemKey, Item> there) {
        boolean proven = false;
        boolean none = false;
        List<Integer> held = new ArrayList<>();
        List<Integer> doubted = new ArrayList<>();
        for (int i : row) {
            RowBlock.Line line = lines.get(i);
            if (line.state() != State.WRITING) {
                continue;
            }
            doubted.add(i);
            Item found = there.get(plan.targetKey(line.table(), line.target()));
            Row old = before.find(i);
            if (holds(line, found)) {
                held.add(i);
                proven |= old != null || line.provenance() == Provenance.CREATED;
            } else if (old != null) {
                none |= RowUndo.isAsBefore(line, old, found instanceof RowItem item ? item.row() : null);
            }
        }
        boolean all = held.size() == doubted.size();
        for (int i : doubted) {
            RowBlock.Line line = lines.get(i);
            if (!held.contains(i)) {
                lines.set(i, line.as(State.PLANNED, line.provenance(), null));
            } else if (before.find(i) != null) {
                lines.set(i, line.as(State.WRITTEN, Provenance.REPLACED, null));
            } else if (line.provenance() == Provenance.CREATED || (proven && all)) {
                lines.set(i, line.as(State.WRITTEN, Provenance.CREATED, null));
            } else {
                // equal after a doubt: it may be ours, and nobody can tell, unless nothing of its row happened
                lines.set(i, line.as(State.SAME, none ? null : Provenance.UNKNOWN, null));
            }
        }
    }

    private static boolean holds(RowBlock.Line line, @Nullable Item found) {
        return line.kind() == Effect.Kind.REMOVE ? found == null : found instanceof RowItem row && isHeld(line, row);
    }

    /** Whether a row is what an effect wrote; of a row that is not whole, only if the effect names its columns. */
    static boolean isHeld(RowBlock.Line line, RowItem found) {
        return (found.isWhole() || !line.fields().isEmpty()) && line.isHeldBy(found.row());
    }

    /** Looks at what may have been written already, and notes what is known of it then. */
    void settleDoubt(RowAccount account, RowBatch batch) throws StoreException, LedgerException {
        RowBlock intent = batch.block();
        judge(batch);
        account.settle(intent, batch.block());
    }

    /** Looks at what is in doubt; what is not there stays open. */
    private void judge(RowBatch batch) throws StoreException {
        List<RowKey> keys = new ArrayList<>();
        List<List<Integer>> open = batch.openRows();
        for (List<Integer> row : open) {
            row.forEach(i ->
                    keys.add(plan.targetKey(batch.line(i).table(), batch.line(i).target())));
        }
        Map<ItemKey, Item> there = find(target, keys);
        List<RowBlock.Line> lines = new ArrayList<>(batch.block().lines());
        for (List<Integer> row : open) {
            judge(lines, row, batch.images(), there);
            for (int i : row) {
                RowBlock.Line line = lines.get(i);
                batch.set(i, line.state() == State.PLANNED ? line.as(State.WRITING, line.provenance(), null) : line);
            }
        }
    }

    private static void settle(RowAccount account, RowBlock intent, RowBatch batch) throws LedgerException {
        RowBlock after = batch.block();
        Failpoint.reach("before-evidence");
        account.settle(intent, after);
        account.done(after, batch.troubled());
    }

    /** The account of a batch that has an entry of its own. */
    RowAccount account(Entry entry) {
        return new RowAccount() {
            @Override
            public String mark() {
                return work.ledger.series() + "/" + entry.id();
            }

            @Override
            public void settle(RowBlock was, RowBlock now) throws LedgerException {
                work.ledger.change(tx -> RowEntries.settle(tx, entry, was, now, clock.millis()));
            }

            @Override
            public void done(RowBlock after, List<RowBlock.Line> troubled) throws LedgerException {
                Map<State, Integer> counts = after.counts();
                long trouble = 0;
                long open = 0;
                for (Map.Entry<State, Integer> each : counts.entrySet()) {
                    trouble += each.getKey().needsYou() ? each.getValue() : 0;
                    open += each.getKey().isOpen() ? each.getValue() : 0;
                }
                work.wroteItems.add(counts.getOrDefault(State.WRITTEN, 0));
                live.done(after.lines().size() - open, trouble);
                if (trouble > 0) {
                    needsYou(entry, troubled);
                }
            }
        };
    }

    /** Says which effects of a batch need somebody, now that the ledger has it. */
    void needsYou(Entry entry, List<RowBlock.Line> lines) throws LedgerException {
        List<ErrorLog.Line> told = new ArrayList<>();
        for (RowBlock.Line line : lines) {
            told.add(new ErrorLog.Line(
                    clock.millis(),
                    move.name(),
                    entry.name(),
                    ErrorLog.Line.key(line.source()),
                    line.state(),
                    line.reason()));
        }
        work.needsYou(told);
    }
}
