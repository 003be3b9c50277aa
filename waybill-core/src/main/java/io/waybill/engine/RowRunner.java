package io.waybill.engine;

import io.waybill.ledger.Entries;
import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.Runs;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.mapping.Names;
import io.waybill.plan.Exists;
import io.waybill.plan.Move;
import io.waybill.plan.Verify;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Failpoint;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Outcome;
import io.waybill.store.Provenance;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Canonical;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Carries over the rows of one move: split by split, a page at a time. The rows of a page, their digests and the position
 * after them are one commit before anything is written; what an earlier attempt left in doubt is settled first, by its fixed
 * keys.
 */
final class RowRunner {
    private static final int DEFAULT_BATCH = 500;
    private static final String TWICE =
            "more than one source row has this key, so they cannot be told apart; name other key columns with key:";

    private final int run;
    private final int moveId;
    private final int group;
    private final Move move;
    private final TableStore source;
    private final TableStore target;
    private final RowPlan plan;
    private final Names names;
    private final Work work;
    private final Ledger ledger;
    private final InstantSource clock;
    private final Live.Group live;
    private final AtomicInteger batches;

    RowRunner(
            int run,
            int moveId,
            int group,
            Move move,
            TableStore source,
            TableStore target,
            RowPlan plan,
            Row runNames,
            Work work,
            InstantSource clock,
            Live.Group live,
            int lastBatch) {
        this.run = run;
        this.moveId = moveId;
        this.group = group;
        this.move = move;
        this.source = source;
        this.target = target;
        this.plan = plan;
        this.names = plan.names(runNames);
        this.work = work;
        this.ledger = work.ledger;
        this.clock = clock;
        this.live = live;
        this.batches = new AtomicInteger(lastBatch);
    }

    /** Carries the move to its end, or as far as a stop lets it. Answers whether it is finished. */
    boolean run(LedgerReader reader) throws StoreException, LedgerException {
        settleDoubts(reader);
        boolean finished = copy();
        if (finished && move.verify() != Verify.OFF) {
            finished = verify(reader);
        }
        return finished;
    }

    private Selector mine(EnumSet<State> states) {
        return new Selector(
                run, List.of(move.name()), List.of(), List.of(), states, null, null, entry -> true, Long.MAX_VALUE, "");
    }

    private void settleDoubts(LedgerReader reader) throws StoreException, LedgerException {
        List<Entry> doubts = new ArrayList<>();
        reader.entries(mine(EnumSet.of(State.WRITING)), 0, doubts::add);
        for (Entry entry : doubts) {
            if (work.stop.isRequested()) {
                return;
            }
            settleDoubt(entry, block(reader, entry));
        }
    }

    /** What stands at the target is judged by the digest of the intent; what is not there is written, as the source is now. */
    private void settleDoubt(Entry entry, RowBlock block) throws StoreException, LedgerException {
        Map<ItemKey, Item> there = find(target, writing(block, line -> plan.targetKey(line.target())));
        List<RowBlock.Line> lines = new ArrayList<>();
        for (RowBlock.Line line : block.lines()) {
            boolean stands =
                    line.state() == State.WRITING && there.get(plan.targetKey(line.target())) instanceof RowItem;
            lines.add(stands ? meet(line, there.get(plan.targetKey(line.target())), true) : line);
        }
        List<RowKey> keys = writing(new RowBlock(lines), line -> plan.sourceKey(line.source()));
        Map<Row, RowPlan.Mapped> mapped = new HashMap<>();
        Names batch = part(entry.batch()).names();
        for (Item item : find(source, keys).values()) {
            RowPlan.Mapped row = plan.map((RowItem) item, batch);
            if (row != null) {
                mapped.put(row.sourceKey(), row);
            }
        }
        write(entry, block, lines, mapped, true);
    }

    private static List<RowKey> writing(RowBlock block, Function<RowBlock.Line, RowKey> key) {
        return block.lines().stream()
                .filter(line -> line.state() == State.WRITING)
                .map(key)
                .toList();
    }

    private Map<ItemKey, Item> find(TableStore store, List<RowKey> keys) throws StoreException {
        return keys.isEmpty() ? Map.of() : work.retry.call(() -> store.find(keys));
    }

    private RowBlock block(LedgerReader reader, Entry entry) throws LedgerException {
        RowBlock block = reader.block(entry.id());
        if (block == null) {
            throw new LedgerException(
                    LedgerException.Kind.CORRUPT,
                    "Cannot go on with batch " + entry.name() + ": its rows are missing.");
        }
        return block;
    }

    private boolean copy() throws StoreException, LedgerException {
        try (Source.Opened opened = source.open(plan.selection())) {
            List<Runs.SplitLine> splits = ledger.write(tx -> Runs.splits(tx, run, moveId));
            if (splits.isEmpty()) {
                List<Source.Split> made = opened.splits(work.parallel);
                splits = ledger.write(tx -> {
                    for (int i = 0; i < made.size(); i++) {
                        Runs.split(
                                tx,
                                run,
                                moveId,
                                new Runs.SplitLine(i, made.get(i).token(), null, false));
                    }
                    return Runs.splits(tx, run, moveId);
                });
            }
            for (Runs.SplitLine split : splits) {
                if (!split.done()) {
                    work.workers.execute(() -> guarded(() -> copy(opened, split)));
                }
            }
            work.drain();
            splits = ledger.write(tx -> Runs.splits(tx, run, moveId));
            return splits.stream().allMatch(Runs.SplitLine::done) && work.fatal() == null;
        } catch (IOException e) {
            if (e instanceof LedgerException known) {
                throw known;
            } else if (e instanceof StoreException known) {
                throw known;
            }
            throw new StoreException(
                    StoreException.Kind.UNAVAILABLE, "Cannot close " + source.location() + ": " + e.getMessage(), e);
        }
    }

    /** Work that may fail. */
    private interface Task {
        void run() throws IOException;
    }

    private void guarded(Task task) {
        try {
            task.run();
        } catch (IOException e) {
            work.end(e);
        } catch (RuntimeException | Error e) {
            work.end(e instanceof Exception known ? known : new IllegalStateException(e));
        }
    }

    private void copy(Source.Opened opened, Runs.SplitLine split) throws IOException {
        String position = split.position();
        Source.Position after = position == null ? null : new Source.Position(position);
        try (RowPages pages =
                new RowPages(source, plan.selection(), opened, new Source.Split(split.token()), after, work)) {
            while (!work.stop.isRequested()) {
                Source.Page page = pages.next();
                if (page == null) {
                    ledger.change(tx ->
                            Runs.split(tx, run, moveId, new Runs.SplitLine(split.n(), split.token(), position, true)));
                    return;
                }
                carry(split, page);
            }
        }
    }

    /** The rows of one batch to be, mapped under its number. */
    private record Part(int number, Names names, List<RowPlan.Mapped> rows) {}

    private Part part(int number) {
        String id = "r" + run + "." + number;
        return new Part(number, names.with("batch", Row.of("id", Value.of(id))), new ArrayList<>());
    }

    private void carry(Runs.SplitLine split, Source.Page page) throws StoreException, LedgerException {
        Integer wanted = move.limits().batch();
        int size = wanted == null ? DEFAULT_BATCH : wanted;
        Set<Row> once = new HashSet<>();
        Set<Row> twice = new HashSet<>();
        for (Item item : page.items()) {
            Row key = plan.key((RowItem) item);
            if (!once.add(key)) {
                twice.add(key);
            }
        }
        List<Part> parts = new ArrayList<>();
        Part part = part(batches.incrementAndGet());
        long left = 0;
        for (Item item : page.items()) {
            if (part.rows().size() == size) {
                part = part(batches.incrementAndGet());
            }
            RowPlan.Mapped row = plan.map((RowItem) item, part.names());
            if (row == null) {
                left++;
                continue;
            }
            if (part.rows().isEmpty()) {
                parts.add(part);
            }
            part.rows().add(twice.contains(row.sourceKey()) ? row.refused(TWICE) : row);
        }
        long filtered = left;
        List<RowBlock> blocks = new ArrayList<>();
        for (Part each : parts) {
            blocks.add(intent(each.rows()));
        }
        Failpoint.reach("before-intent");
        List<Entry> entries = ledger.write(tx -> {
            List<Entry> made = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                String range = "split " + split.n() + ", " + parts.get(i).rows().size() + " rows";
                long id = Entries.addRows(tx, run, moveId, group, parts.get(i).number(), range, blocks.get(i));
                made.add(new Entry(
                        id,
                        run,
                        moveId,
                        group,
                        parts.get(i).number(),
                        range,
                        "",
                        0,
                        0,
                        parts.get(i).rows().size(),
                        State.WRITING,
                        1,
                        null,
                        null,
                        null,
                        0,
                        0,
                        List.of()));
            }
            tx.count(run, moveId, "read", page.items().size());
            tx.count(run, moveId, "filtered rows", filtered);
            Runs.split(
                    tx,
                    run,
                    moveId,
                    new Runs.SplitLine(split.n(), split.token(), page.position().token(), false));
            return made;
        });
        Failpoint.reach("after-intent");
        for (int i = 0; i < entries.size(); i++) {
            Map<Row, RowPlan.Mapped> rows = new HashMap<>();
            parts.get(i).rows().forEach(row -> rows.put(row.sourceKey(), row));
            write(entries.get(i), blocks.get(i), blocks.get(i).lines(), rows, false);
        }
    }

    /**
     * What is about to be written. Where nothing else writes to the target, a look at it before the intent proves authorship
     * later: an equal row at a key that was empty then is ours, whatever happened in between.
     */
    private RowBlock intent(List<RowPlan.Mapped> rows) throws StoreException {
        List<RowKey> keys = new ArrayList<>();
        if (move.exclusive()) {
            for (RowPlan.Mapped row : rows) {
                if (row.reason() == null && row.targetKey() != null) {
                    keys.add(plan.targetKey(row.targetKey()));
                }
            }
        }
        Map<ItemKey, Item> there = find(target, keys);
        List<RowBlock.Line> lines = new ArrayList<>(rows.size());
        for (RowPlan.Mapped row : rows) {
            Row key = row.targetKey() == null ? Row.EMPTY : row.targetKey();
            boolean open = row.reason() == null;
            boolean empty = open && move.exclusive() && !there.containsKey(plan.targetKey(key));
            lines.add(new RowBlock.Line(
                    row.sourceKey(),
                    key,
                    row.digest(),
                    open ? State.WRITING : State.QUARANTINED,
                    empty ? Provenance.CREATED : null,
                    row.reason()));
        }
        return new RowBlock(lines);
    }

    /** Writes the rows of a batch that are still open, attempt by attempt, and settles the batch. */
    private void write(
            Entry entry, RowBlock block, List<RowBlock.Line> now, Map<Row, RowPlan.Mapped> rows, boolean inDoubt)
            throws StoreException, LedgerException {
        List<RowBlock.Line> lines = new ArrayList<>(now);
        boolean doubt = inDoubt;
        for (int attempt = 1; ; attempt++) {
            List<Integer> open = new ArrayList<>();
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).state() == State.WRITING) {
                    open.add(i);
                }
            }
            if (open.isEmpty()) {
                break;
            }
            StoreException trouble = writeOnce(entry, lines, open, rows, doubt);
            if (trouble == null) {
                continue;
            }
            if (attempt > work.retry.retries() || !isWorthAnotherTry(trouble)) {
                settle(entry, block, new RowBlock(lines)); // what is known is kept; the rest stays in doubt
                throw trouble;
            }
            doubt |= trouble.kind() == StoreException.Kind.UNKNOWN_OUTCOME;
            work.retry.pause(attempt, trouble);
        }
        settle(entry, block, new RowBlock(lines));
    }

    private static boolean isWorthAnotherTry(StoreException trouble) {
        return trouble.isTransient() || trouble.kind() == StoreException.Kind.UNKNOWN_OUTCOME;
    }

    private @Nullable StoreException writeOnce(
            Entry entry, List<RowBlock.Line> lines, List<Integer> open, Map<Row, RowPlan.Mapped> rows, boolean doubt)
            throws StoreException {
        String mark = ledger.series() + "/" + entry.id();
        List<Integer> sent = new ArrayList<>();
        List<Effect> effects = new ArrayList<>();
        for (int i : open) {
            RowBlock.Line line = lines.get(i);
            RowPlan.Mapped row = rows.get(line.source());
            if (row == null || row.row() == null || row.targetKey() == null) {
                lines.set(
                        i,
                        line.as(
                                State.FAILED,
                                null,
                                row == null ? "the source row is gone since it was read" : row.reason()));
                continue;
            }
            lines.set(
                    i,
                    new RowBlock.Line(
                            line.source(), row.targetKey(), row.digest(), State.WRITING, line.provenance(), null));
            sent.add(i);
            effects.add(Effect.put(
                    plan.targetKey(row.targetKey()), new Content.RowContent(row.row()), Condition.ABSENT, mark));
        }
        if (effects.isEmpty()) {
            return null;
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
            int at = sent.get(i);
            RowBlock.Line line = lines.get(at);
            Outcome outcome = outcomes.get(i);
            if (outcome instanceof Outcome.Done) {
                lines.set(at, line.as(State.WRITTEN, Provenance.CREATED, null));
            } else if (outcome instanceof Outcome.Refused refused) {
                lines.set(at, meet(line, refused.found(), doubt));
            } else if (outcome instanceof Outcome.Failed failed) {
                if (failed.cause().isTransient()) {
                    trouble = failed.cause();
                } else {
                    lines.set(at, line.as(State.FAILED, null, failed.cause().getMessage()));
                }
            } else if (outcome instanceof Outcome.Unknown unknown) {
                trouble = new StoreException(
                        StoreException.Kind.UNKNOWN_OUTCOME, unknown.cause().getMessage(), unknown.cause());
            }
        }
        return trouble;
    }

    /**
     * Something stands at the target: equal or not. After a doubt an equal row is ours where its key was seen empty before the
     * intent; else it may be ours, and nobody can tell.
     */
    private RowBlock.Line meet(RowBlock.Line line, @Nullable Item found, boolean doubt) throws StoreException {
        Item there = found;
        if (there == null) {
            RowKey key = plan.targetKey(line.target());
            there = work.retry.call(() -> target.find(List.of(key))).get(key);
        }
        if (!(there instanceof RowItem row)) {
            return line;
        }
        if (Canonical.digest(row.row()).equals(line.digest())) {
            if (doubt && line.provenance() == Provenance.CREATED) {
                return line.as(State.WRITTEN, Provenance.CREATED, null);
            }
            return line.as(State.SAME, doubt ? Provenance.UNKNOWN : null, null);
        }
        if (move.exists() == Exists.SKIP) {
            return line.as(State.SKIPPED, null, null);
        }
        return line.as(State.CONFLICT, null, "the target has another row at this key; kept");
    }

    private void settle(Entry entry, RowBlock before, RowBlock after) throws LedgerException {
        long written = after.lines().stream()
                .filter(line -> line.state() == State.WRITTEN)
                .count();
        long trouble =
                after.lines().stream().filter(line -> line.state().needsYou()).count();
        long open = after.lines().stream()
                .filter(line -> line.state() == State.WRITING)
                .count();
        State summary = summary(after.lines());
        Failpoint.reach("before-evidence");
        ledger.change(tx -> Entries.settleRows(tx, entry, before, after, summary, clock.millis()));
        work.wroteItems.add(written);
        live.done(after.lines().size() - open, trouble);
    }

    /** The state of a batch: open while a row is, then to be verified, else the worst of its rows. */
    private static State summary(List<RowBlock.Line> lines) {
        for (State state : List.of(
                State.WRITING, State.WRITTEN, State.FAILED, State.CONFLICT, State.QUARANTINED, State.VERIFIED)) {
            if (lines.stream().anyMatch(line -> line.state() == state)) {
                return state;
            }
        }
        return State.SAME;
    }

    /** One pass over the target: each row that was written is read and compared with its digest. */
    private boolean verify(LedgerReader reader) throws StoreException, LedgerException {
        List<StoreException> trouble = new ArrayList<>();
        reader.entries(mine(EnumSet.of(State.WRITTEN)), 0, entry -> {
            try {
                verify(reader, entry);
            } catch (StoreException e) {
                trouble.add(e);
            }
            return trouble.isEmpty() && !work.stop.isRequested();
        });
        if (!trouble.isEmpty()) {
            throw trouble.get(0);
        }
        return !work.stop.isRequested();
    }

    private void verify(LedgerReader reader, Entry entry) throws StoreException, LedgerException {
        RowBlock block = block(reader, entry);
        Map<Row, RowVerdict> verdicts = RowVerdict.of(plan, target, block, work.retry);
        List<RowBlock.Line> lines = new ArrayList<>();
        for (RowBlock.Line line : block.lines()) {
            if (line.state() != State.WRITTEN) {
                lines.add(line);
            } else if (verdicts.get(line.target()) == RowVerdict.SAME) {
                lines.add(line.as(State.VERIFIED, line.provenance(), null));
            } else {
                lines.add(line.as(State.FAILED, line.provenance(), "the target does not hold what was written"));
            }
        }
        ledger.change(tx -> Entries.settleRows(tx, entry, block, new RowBlock(lines), summary(lines), clock.millis()));
    }
}
