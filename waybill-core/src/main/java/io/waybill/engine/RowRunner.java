package io.waybill.engine;

import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.RowEntries;
import io.waybill.ledger.RowsBefore;
import io.waybill.ledger.Runs;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.ledger.Told;
import io.waybill.ledger.Tx;
import io.waybill.mapping.Names;
import io.waybill.plan.Verify;
import io.waybill.store.Failpoint;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.RawRows;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.io.IOException;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Carries over the rows of one move: split by split, a page at a time. The rows of a page, their digests and the position
 * after them are one commit before anything is written; what an earlier attempt left open is settled first, by its fixed
 * keys.
 */
final class RowRunner {
    static final int DEFAULT_BATCH = 4_000;
    /** Units have many rows. */
    static final int DEFAULT_UNITS = 100;
    /** Batches that each worker looks at before more are taken from the ledger. */
    static final int VERIFIED_AT_ONCE = 4;

    private static final EnumSet<State> OPEN = EnumSet.of(State.WRITING, State.PLANNED);

    private final int run;
    private final int moveId;
    private final int group;
    private final TableStore source;
    private final TableStore target;
    private final RowPlan plan;
    private final RowMaking making;
    private final RowMark mark;
    private final RowWriter writer;
    private final Names names;
    private final Work work;
    private final Ledger ledger;
    private final InstantSource clock;
    private final AtomicInteger batches;
    private final AtomicLong left;
    private final boolean sample;
    private final @Nullable RowRelay relay;

    /**
     * What a move of rows is carried over with.
     *
     * @param runNames what stands below {@code run.}
     * @param lastBatch the number of the last batch that the run has
     * @param limit the most rows to write now; the rest stays open
     * @param most the most rows that there are; what the source has beyond them is left out
     */
    record Task(
            int run,
            int moveId,
            int group,
            TableStore source,
            TableStore target,
            RowPlan plan,
            RowMaking making,
            RowMark mark,
            Row runNames,
            int lastBatch,
            long limit,
            long most) {}

    RowRunner(Task task, Work work, InstantSource clock, Live.Group live) {
        this.run = task.run();
        this.moveId = task.moveId();
        this.group = task.group();
        this.source = task.source();
        this.target = task.target();
        this.plan = task.plan();
        this.making = task.making();
        this.mark = task.mark();
        this.names = plan.names(task.runNames());
        this.work = work;
        this.ledger = work.ledger;
        this.clock = clock;
        this.sample = task.most() < Long.MAX_VALUE;
        boolean looks = sample || plan.move().closure() != null; // so that a unit is known for ours after a crash
        this.writer = new RowWriter(plan, target, work, clock, live, looks);
        this.batches = new AtomicInteger(task.lastBatch());
        this.left = new AtomicLong(task.limit());
        this.relay = making.isOfAll() && task.limit() == Long.MAX_VALUE && !looks
                ? RowRelay.of(plan, target, writer, this::remade, work, clock, live)
                : null;
    }

    /** Carries the move to its end, or as far as a stop or the limit lets it. Answers whether all is written. */
    boolean copy(LedgerReader reader) throws StoreException, LedgerException {
        settleOpen(reader);
        boolean read = copySplits();
        return read && work.fatal() == null && !isAnyOpen(reader);
    }

    private Selector mine(EnumSet<State> states) {
        return new Selector(
                run,
                List.of(plan.move().name()),
                List.of(),
                List.of(),
                states,
                null,
                null,
                entry -> true,
                Long.MAX_VALUE,
                "");
    }

    private boolean isAnyOpen(LedgerReader reader) throws LedgerException {
        boolean[] any = new boolean[1];
        reader.entries(mine(OPEN), 0, entry -> {
            any[0] = true;
            return false;
        });
        return any[0];
    }

    private void settleOpen(LedgerReader reader) throws StoreException, LedgerException {
        List<Entry> open = new ArrayList<>();
        reader.entries(mine(OPEN), 0, open::add);
        for (Entry entry : open) {
            if (work.stop.isRequested() || left.get() <= 0) {
                return;
            }
            settleOpen(entry, block(reader, entry), reader.before(entry.id()));
        }
    }

    /**
     * What stands at the target is judged by the digests of the intent. What is not there is mapped anew, by its fixed source
     * keys and not by the filter, as the source is now.
     */
    private void settleOpen(Entry entry, RowBlock block, RowsBefore before) throws StoreException, LedgerException {
        List<RowBlock.Line> judged = judge(block, before);
        Set<Row> again = new LinkedHashSet<>();
        Set<Row> chosen = chosen(judged);
        for (RowBlock.Line line : judged) {
            if (line.state() == State.PLANNED
                    && chosen.contains(line.source())
                    && (again.contains(line.source()) || left.getAndDecrement() > 0)) {
                again.add(line.source());
            }
        }
        Map<Row, RowPlan.Mapped> mapped = mapAgain(entry, again);
        RowBatch batch = new RowBatch();
        Set<Row> made = new HashSet<>();
        for (int i = 0; i < judged.size(); i++) {
            RowBlock.Line line = judged.get(i);
            if (line.state() != State.PLANNED || !again.contains(line.source())) {
                batch.keep(line, before.find(i));
            } else if (made.add(line.source())) {
                intendAgain(line.source(), mapped.get(line.source()), judged, batch);
            }
        }
        RowBlock intent = batch.block();
        Failpoint.reach("before-intent");
        ledger.change(tx -> {
            RowEntries.intend(tx, entry, block, intent, batch.images(), clock.millis());
            tx.count(
                    run,
                    moveId,
                    "further effects",
                    intent.lines().size() - block.lines().size());
        });
        Failpoint.reach("after-intent");
        writer.write(writer.account(entry), batch);
    }

    /** The keys of the planned rows that the command is about, as the source is now. */
    private Set<Row> chosen(List<RowBlock.Line> judged) throws StoreException {
        Set<Row> planned = new LinkedHashSet<>();
        for (RowBlock.Line line : judged) {
            if (line.state() == State.PLANNED) {
                planned.add(line.source());
            }
        }
        if (making.isOfAll()) {
            return planned;
        }
        Set<Row> chosen = new HashSet<>();
        making.now(find(planned), names).forEach(item -> chosen.add(plan.key(item)));
        return chosen;
    }

    private List<RowItem> find(Set<Row> keys) throws StoreException {
        List<RowItem> items = new ArrayList<>();
        writer.find(source, keys.stream().map(plan::sourceKey).toList())
                .values()
                .forEach(item -> items.add((RowItem) item));
        return items;
    }

    /** Every line as it stands: those in doubt are done or planned by now. */
    private List<RowBlock.Line> judge(RowBlock block, RowsBefore before) throws StoreException {
        List<RowKey> keys = new ArrayList<>();
        for (RowBlock.Line line : block.lines()) {
            if (line.state() == State.WRITING && !line.target().names().isEmpty()) {
                keys.add(plan.targetKey(line.table(), line.target()));
            }
        }
        Map<ItemKey, Item> there = writer.find(target, keys);
        List<RowBlock.Line> judged = new ArrayList<>(block.lines());
        for (List<Integer> row : block.bySource()) {
            writer.judge(judged, row, before, there);
        }
        return judged;
    }

    private Map<Row, RowPlan.Mapped> mapAgain(Entry entry, Set<Row> keys) throws StoreException, LedgerException {
        Map<Row, RowPlan.Mapped> mapped = new HashMap<>();
        for (RowPlan.Mapped row : made(find(keys), batchNames(entry.batch())).rows()) {
            mapped.put(row.sourceKey(), row);
        }
        return mapped;
    }

    /** Adds what a row asks for now, less what an earlier attempt did for it already. */
    private void intendAgain(Row source, RowPlan.@Nullable Mapped mapped, List<RowBlock.Line> judged, RowBatch batch)
            throws StoreException {
        if (mapped == null) {
            batch.add(RowBatch.blank(source, State.FAILED, "the source row is gone since it was read"), null);
            return;
        }
        Set<RowKey> done = new HashSet<>();
        for (RowBlock.Line line : judged) {
            if (line.source().equals(source) && line.state() != State.PLANNED) {
                done.add(plan.targetKey(line.table(), line.target()));
            }
        }
        List<RowChange> rest = mapped.changes().stream()
                .filter(change -> !done.contains(plan.targetKey(change.table(), change.key())))
                .toList();
        boolean nothing = rest.isEmpty() && !mapped.changes().isEmpty();
        if (!nothing) {
            writer.intend(
                    List.of(new RowPlan.Mapped(source, mapped.rows(), rest, mapped.reason(), mapped.keys())), batch);
        }
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

    private boolean copySplits() throws StoreException, LedgerException {
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
            List<Runnable> jobs = new ArrayList<>();
            for (Runs.SplitLine split : splits) {
                if (!split.done()) {
                    jobs.add(() -> work.guarded(() -> copyInTurn(opened, split)));
                }
            }
            if (!jobs.isEmpty()) {
                writer.begin();
            }
            work.all(jobs);
            if (relay != null) {
                relay.settle();
            }
            splits = ledger.write(tx -> Runs.splits(tx, run, moveId));
            return splits.stream().allMatch(Runs.SplitLine::done);
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

    /**
     * Rows that go as they are keep a reader, a writer and two servers busy, so that few splits at a time are enough; and when
     * these are next to one another the index of the target stays small.
     */
    private void copyInTurn(Source.Opened opened, Runs.SplitLine split) throws IOException {
        if (relay == null) {
            copy(opened, split);
            return;
        }
        relay.begin();
        try {
            copy(opened, split);
        } finally {
            relay.end();
        }
    }

    private void copy(Source.Opened opened, Runs.SplitLine split) throws IOException {
        String position = split.position();
        Source.Position after = position == null ? null : new Source.Position(position);
        try (RowPages pages = new RowPages(
                        source,
                        plan.selection(),
                        opened,
                        new Source.Split(split.token()),
                        after,
                        work.retry,
                        work.stop);
                RowAhead ahead = new RowAhead(() -> read(split, pages), work.partWorkers)) {
            while (left.get() > 0) {
                RowAhead.Read read = work.stop.isRequested() ? ahead.last() : ahead.next();
                if (read == null || work.fatal() != null) {
                    break;
                }
                Source.Page page = read.page();
                if (page == null) {
                    ledger.change(tx ->
                            Runs.split(tx, run, moveId, new Runs.SplitLine(split.n(), split.token(), position, true)));
                    break;
                }
                if (read.relayed().isEmpty()) {
                    carry(split, page);
                } else {
                    ahead.write(before -> work.guarded(() -> relay(read, before)));
                }
            }
            if (sample && left.get() <= 0) {
                ledger.change(tx ->
                        Runs.split(tx, run, moveId, new Runs.SplitLine(split.n(), split.token(), position, true)));
            }
        }
    }

    /** The next page; of one that goes as it is the intent is committed. */
    private RowAhead.Read read(Runs.SplitLine split, RowPages pages) throws IOException {
        RowRelay relayed = relay;
        Source.Page page = pages.next(relayed == null ? 0 : relayed.most());
        RawRows rows = relayed == null || page == null ? null : relayed.rows(page);
        if (relayed == null || page == null || rows == null) {
            return new RowAhead.Read(page, List.of(), List.of());
        }
        List<RowPart> parts = new ArrayList<>();
        int size = Math.min(batch(), DEFAULT_BATCH);
        for (int i = 0; i < rows.size(); i += size) {
            parts.add(relayed.part(batches.incrementAndGet(), rows, i, Math.min(i + size, rows.size())));
        }
        return new RowAhead.Read(page, parts, enter(split, page, parts, 0, rows.size()));
    }

    /** How many rows are one batch. */
    private int batch() {
        Integer batch = plan.move().limits().batch();
        return batch != null ? batch : plan.move().closure() == null ? DEFAULT_BATCH : DEFAULT_UNITS;
    }

    private Names batchNames(int number) {
        return names.with("batch", Row.of("id", Value.of("r" + run + "." + number)));
    }

    private RowMaking.Made made(List<RowItem> items, Names batch) throws StoreException, LedgerException {
        return making.check(making.change(items, batch));
    }

    private void carry(Runs.SplitLine split, Source.Page page) throws StoreException, LedgerException {
        int size = batch();
        Set<Row> twice = making.twice(page.items());
        RowMaking.Chosen wanted = making.wanted(page.items(), names);
        List<RowItem> chosen = sample
                ? wanted.rows().subList(0, (int) Math.min(wanted.rows().size(), Math.max(0, left.get())))
                : wanted.rows();
        List<RowPlan.Mapped> refused = new ArrayList<>();
        for (RowMaking.Refused row : wanted.refused()) {
            refused.add(new RowPlan.Mapped(plan.key(row.item()), List.of(), List.of(), row.reason()));
        }
        List<Part> parts = new ArrayList<>();
        long rows = refused.size();
        for (int i = 0; i < chosen.size() || (i == 0 && !refused.isEmpty()); i += size) {
            int number = batches.incrementAndGet();
            List<RowItem> some = chosen.subList(i, Math.min(i + size, chosen.size()));
            List<RowItem> open = making.now(some, names);
            int now = (int) Math.max(0, Math.min(open.size(), left.getAndAdd(-open.size())));
            List<RowItem> carried = open.subList(0, now);
            List<RowPlan.Mapped> mapped = made(carried, batchNames(number)).rows(twice);
            List<RowPlan.Mapped> told = new ArrayList<>(mapped);
            if (i == 0) {
                told.addAll(refused);
            }
            RowBatch made = new RowBatch();
            writer.intend(told, made);
            for (RowItem later : rest(some, carried)) {
                made.add(RowBatch.blank(plan.key(later), State.PLANNED, null), null);
            }
            rows += mapped.size() + some.size() - now;
            if (!made.isEmpty()) {
                parts.add(new Part(number, made));
            }
        }
        mark.see(page.items());
        List<Entry> entries = enter(split, page, parts, page.items().size() - rows, rows);
        for (int i = 0; i < entries.size() && !work.isOver(); i++) {
            writer.write(writer.account(entries.get(i)), parts.get(i).batch());
        }
    }

    /** Writes all parts of a page together, unless the plan says how many rows go in a call. */
    private void relay(RowAhead.Read read, CompletableFuture<Void> before) throws StoreException, LedgerException {
        List<RowPart> parts = read.relayed();
        int together = plan.move().limits().batch() == null ? parts.size() : 1;
        for (int i = 0; i < parts.size() && !work.isOver(); i += together) {
            java.util.Objects.requireNonNull(relay)
                    .write(read.entries().subList(i, i + together), parts.subList(i, i + together), before);
        }
    }

    private RowBatch remade(List<RowItem> rows, int number) throws StoreException, LedgerException {
        RowBatch batch = new RowBatch();
        writer.intend(made(rows, batchNames(number)).rows(), batch);
        return batch;
    }

    /** The rows that are not among the others, which are of them and in the same order. */
    @SuppressWarnings("ReferenceEquality") // rows may be equal to one another
    private static List<RowItem> rest(List<RowItem> rows, List<RowItem> others) {
        List<RowItem> rest = new ArrayList<>();
        int next = 0;
        for (RowItem row : rows) {
            if (next < others.size() && others.get(next) == row) {
                next++;
            } else {
                rest.add(row);
            }
        }
        return rest;
    }

    /** Rows that were looked at one by one. */
    private record Part(int number, RowBatch batch) implements RowPart {
        @Override
        public int size() {
            return batch.size();
        }

        @Override
        public State state() {
            return batch.block().summary();
        }

        @Override
        public long enter(Tx tx, int run, int move, int group, String range) throws SQLException {
            return RowEntries.add(tx, run, move, group, number, range, batch.block(), batch.images());
        }
    }

    /** Commits the intent of a page together with the position after it. */
    private List<Entry> enter(
            Runs.SplitLine split, Source.Page page, List<? extends RowPart> parts, long filtered, long rows)
            throws LedgerException {
        Failpoint.reach("before-intent");
        List<Entry> entries = ledger.write(tx -> {
            List<Entry> made = new ArrayList<>();
            long effects = 0;
            for (RowPart part : parts) {
                int count = part.size();
                effects += count;
                String range = "split " + split.n() + ", " + count + " rows";
                long id = part.enter(tx, run, moveId, group, range);
                made.add(new Entry(
                        id,
                        run,
                        moveId,
                        group,
                        part.number(),
                        range,
                        "",
                        0,
                        0,
                        count,
                        part.state(),
                        1,
                        null,
                        null,
                        null,
                        0,
                        0,
                        null,
                        Told.NOT,
                        List.of()));
            }
            tx.count(run, moveId, "read", page.items().size());
            mark.note(tx, run, moveId);
            tx.count(run, moveId, "filtered rows", filtered);
            tx.count(run, moveId, "further effects", effects - rows);
            Runs.split(
                    tx,
                    run,
                    moveId,
                    new Runs.SplitLine(split.n(), split.token(), page.position().token(), false));
            return made;
        });
        Failpoint.reach("after-intent");
        return entries;
    }

    /** One pass over the target: each effect that was written is looked at and compared with its digest. */
    boolean verify(LedgerReader reader) throws StoreException, LedgerException {
        if (plan.move().verify() == Verify.OFF) {
            return true;
        }
        List<Runnable> page = new ArrayList<>();
        reader.entries(mine(EnumSet.of(State.WRITTEN)), 0, entry -> {
            RowBlock block = block(reader, entry);
            page.add(() -> work.guarded(() -> verify(entry, block)));
            if (page.size() == VERIFIED_AT_ONCE * work.parallel) {
                work.all(page);
                page.clear();
            }
            return !work.stop.isRequested();
        });
        work.all(page);
        return !work.stop.isRequested();
    }

    private void verify(Entry entry, RowBlock block) throws StoreException, LedgerException {
        List<@Nullable RowVerdict> verdicts = RowVerdict.of(plan, target, block, work.retry);
        List<RowBlock.Line> lines = new ArrayList<>();
        List<RowBlock.Line> wrong = new ArrayList<>();
        for (int i = 0; i < block.lines().size(); i++) {
            RowBlock.Line line = block.lines().get(i);
            if (line.state() != State.WRITTEN) {
                lines.add(line);
            } else if (verdicts.get(i) == RowVerdict.SAME) {
                lines.add(line.as(State.VERIFIED, line.provenance(), null));
            } else {
                wrong.add(line.as(State.FAILED, line.provenance(), "the target does not hold what was written"));
                lines.add(wrong.get(wrong.size() - 1));
            }
        }
        ledger.change(tx -> RowEntries.settle(tx, entry, block, new RowBlock(lines), clock.millis()));
        writer.needsYou(entry, wrong);
    }
}
