package io.waybill.engine;

import io.waybill.ledger.Entries;
import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Links;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.RowsBefore;
import io.waybill.ledger.Run;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.ledger.Told;
import io.waybill.mapping.FileNames;
import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.plan.NamedFiles;
import io.waybill.store.Effect;
import io.waybill.store.Failpoint;
import io.waybill.store.FileItem;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.store.Version;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Tells rows of files: {@code then} of those that are proven at their targets, {@code else} of those that were given up. A
 * page of entries at a time, each step of the plan with intent, before-images and evidence of its own, as a batch of rows.
 * Confined to one thread.
 */
final class Linker {
    private static final int PAGE = 256;
    private static final EnumSet<State> DONE = EnumSet.of(State.WRITTEN, State.VERIFIED, State.SAME, State.SKIPPED);

    private final StillThere objects;
    private final FileMove move;
    private final Run run;
    private final Selector chosen;
    private final NamedFiles files;
    private final Names names;
    private final TableStore rows;
    private final List<Telling> steps;
    private final Work work;
    private final InstantSource clock;
    /** Steps that an interrupted attempt carried out for entries whose other steps it did not. */
    private final Set<String> carriedOut = new HashSet<>();

    /** How many entries may be told yet. */
    private long left;

    private long after;

    /** @param chosen which entries; what an interrupted attempt had begun with does not count for its limit */
    Linker(
            FileMove move,
            Run run,
            Selector chosen,
            NamedFiles files,
            Names names,
            TableStore rows,
            List<Telling> steps,
            Work work,
            InstantSource clock) {
        this.objects = new StillThere(move, work, clock.millis());
        this.move = move;
        this.run = run;
        this.chosen = chosen;
        this.left = chosen.limit();
        this.files = files;
        this.names = names;
        this.rows = rows;
        this.steps = steps;
        this.work = work;
        this.clock = clock;
    }

    /** Looks at what an interrupted attempt left in doubt, and tells again what did not happen. */
    void settle(LedgerReader reader) throws StoreException, LedgerException {
        long from = 0;
        List<Entry> page = underWay(from);
        while (!page.isEmpty()) {
            from = page.get(page.size() - 1).id();
            List<Entry> mine = page.stream().filter(chosen.where()).toList();
            Map<Long, RowBlock> settled = new HashMap<>();
            for (Entry entry : mine) {
                settle(reader, entry, settled);
            }
            work.ledger.change(tx -> {
                for (Entry entry : mine) {
                    if (!isProven(entry) && !isGivenUp(entry)) {
                        Links.again(tx, entry);
                    }
                }
            });
            tell(mine.stream().filter(Linker::isProven).toList(), Telling.THEN, Told.THEN);
            tell(mine.stream().filter(Linker::isGivenUp).toList(), Telling.ELSE, Told.ELSE);
            page = underWay(from);
        }
    }

    private List<Entry> underWay(long from) throws LedgerException {
        return work.ledger.write(tx -> Links.underWay(tx, chosen, move.id(), from, PAGE));
    }

    private static boolean isProven(Entry entry) {
        return entry.state() == State.VERIFIED || entry.state() == State.SAME;
    }

    private static boolean isGivenUp(Entry entry) {
        return entry.state() == State.CONFLICT || entry.state() == State.FAILED;
    }

    private void settle(LedgerReader reader, Entry entry, Map<Long, RowBlock> settled)
            throws StoreException, LedgerException {
        Row row = entry.rowKey().key();
        for (LedgerReader.LinkLine link : reader.links(entry.id())) {
            RowBlock block = settled.get(link.block());
            if (block == null) {
                RowBlock intent = reader.block(link.block());
                if (intent == null) {
                    throw new LedgerException(
                            LedgerException.Kind.CORRUPT,
                            "Cannot go on with move " + move.move().name()
                                    + ": what was told to its rows is missing in the ledger.");
                }
                block = settle(link.block(), intent, reader.before(link.block()), step(link.kind(), link.step()));
                settled.put(link.block(), block);
            }
            boolean holds = block.lines().stream()
                    .filter(line -> line.source().equals(row))
                    .allMatch(line -> DONE.contains(line.state()));
            String done = done(entry.id(), link.kind(), link.step());
            if (holds) {
                carriedOut.add(done);
            } else {
                carriedOut.remove(done);
            }
        }
    }

    private static String done(long entry, String kind, int step) {
        return entry + " " + kind + " " + step;
    }

    private Telling step(String kind, int place) {
        return steps.stream()
                .filter(step -> step.kind().equals(kind) && step.place() == place)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the plan has no " + kind + " " + place));
    }

    private RowBlock settle(long id, RowBlock block, RowsBefore before, Telling step)
            throws StoreException, LedgerException {
        RowWriter writer = writer(step);
        List<RowKey> keys = new ArrayList<>();
        for (RowBlock.Line line : block.lines()) {
            if (line.state() == State.WRITING) {
                keys.add(step.plan().targetKey(line.table(), line.target()));
            }
        }
        Map<ItemKey, Item> there = writer.find(step.store(), keys);
        List<RowBlock.Line> judged = new ArrayList<>(block.lines());
        for (List<Integer> row : block.bySource()) {
            writer.judge(judged, row, before, there);
        }
        RowBlock now = new RowBlock(judged);
        work.ledger.change(tx -> Links.settle(tx, id, now));
        return now;
    }

    private RowWriter writer(Telling step) {
        return new RowWriter(step.plan(), step.store(), work, clock, new Live.Group(0, ""), true);
    }

    /** Tells the rows of a page of files that are proven; answers how many files there were. */
    int then() throws StoreException, LedgerException {
        List<Entry> page = page(true, after);
        if (page.isEmpty() && after > 0) {
            page = page(true, 0); // files do not become proven in their order
        }
        if (page.isEmpty()) {
            after = 0;
            return 0;
        }
        after = page.get(page.size() - 1).id();
        left -= page.size();
        tell(page, Telling.THEN, Told.THEN);
        return page.size();
    }

    /** Tells the rows of all files that were given up. */
    void otherwise() throws StoreException, LedgerException {
        List<Entry> page = page(false, 0);
        while (!page.isEmpty() && !work.stop.isRequested()) {
            long last = page.get(page.size() - 1).id();
            left -= page.size();
            tell(page, Telling.ELSE, Told.ELSE);
            page = page(false, last);
        }
    }

    /** The next entries that are chosen. */
    private List<Entry> page(boolean proven, long from) throws LedgerException {
        return untold(work.ledger, chosen, move.id(), proven, from, (int) Math.min(PAGE, left));
    }

    /** Entries of a move that are chosen and whose rows are yet to be told, in order of id. */
    static List<Entry> untold(Ledger ledger, Selector chosen, int move, boolean proven, long after, int most)
            throws LedgerException {
        List<Entry> found = new ArrayList<>();
        long[] from = {after};
        boolean more = most > 0;
        while (more && found.size() < most) {
            List<Entry> page = ledger.write(tx -> Links.untold(tx, chosen, move, proven, from[0], PAGE));
            for (Entry entry : page) {
                if (found.size() < most && chosen.where().test(entry)) {
                    found.add(entry);
                }
                from[0] = entry.id();
            }
            more = page.size() == PAGE;
        }
        return found;
    }

    private void tell(List<Entry> page, String kind, Told told) throws StoreException, LedgerException {
        List<Entry> well = kind.equals(Telling.THEN) ? standing(page) : page;
        for (Telling step : steps) {
            if (step.kind().equals(kind) && !well.isEmpty()) {
                well = carryOut(step, well);
            }
        }
        List<Entry> done = well;
        boolean ofUnit = move.move().isOfUnits();
        if (done.isEmpty() || (ofUnit && told != Told.THEN)) {
            return;
        }
        work.ledger.change(tx -> {
            for (Entry entry : done) {
                Links.told(tx, entry, ofUnit ? Told.WAITS : told);
            }
        });
    }

    /** Without those whose file was proven before this run began and does not stand at its target any more: these fail. */
    private List<Entry> standing(List<Entry> page) throws StoreException, LedgerException {
        if (steps.stream().noneMatch(step -> step.kind().equals(Telling.THEN))) {
            return page;
        }
        Map<Entry, String> lost = objects.lost(page);
        Map<Entry, String> reasons = new LinkedHashMap<>();
        lost.forEach((entry, reason) -> reasons.put(
                entry, entry.rowKey().display() + " was not told of its file: " + work.clean(reason) + "."));
        fail(reasons);
        return page.stream().filter(entry -> !lost.containsKey(entry)).toList();
    }

    /** One step for a page; answers the entries whose rows hold what they should. */
    private List<Entry> carryOut(Telling step, List<Entry> page) throws StoreException, LedgerException {
        Map<ItemKey, Item> there =
                work.retry.call(() -> rows.find(page.stream().map(Entry::rowKey).toList()));
        Map<Entry, String> failed = new LinkedHashMap<>();
        List<Entry> well = new ArrayList<>();
        List<Entry> told = new ArrayList<>();
        List<RowPlan.Mapped> changes = new ArrayList<>();
        for (Entry entry : page) {
            if (!(there.get(entry.rowKey()) instanceof RowItem item)) {
                failed.put(entry, "the row is gone since it was listed");
                continue;
            }
            if (carriedOut.contains(done(entry.id(), step.kind(), step.place()))) {
                well.add(entry);
                continue;
            }
            try {
                Names seen = names(step, entry, item);
                if (step.told().when() != null && !step.told().when().test(seen)) {
                    well.add(entry);
                    continue;
                }
                RowPlan.Mapped mapped = map(step, entry, item, seen);
                if (mapped.reason() != null) {
                    failed.put(entry, mapped.reason());
                } else {
                    told.add(entry);
                    changes.add(mapped);
                }
            } catch (MappingException e) {
                failed.put(entry, String.valueOf(e.getMessage()));
            } catch (StoreException e) {
                if (e.isStoreWide() || e.isTransient()) {
                    throw e;
                }
                failed.put(entry, String.valueOf(e.getMessage()));
            }
        }
        if (!told.isEmpty()) {
            write(step, told, changes, failed);
        }
        told.stream().filter(entry -> !failed.containsKey(entry)).forEach(well::add);
        fail(step, failed);
        return well;
    }

    private RowPlan.Mapped map(Telling step, Entry entry, RowItem item, Names seen) throws MappingException {
        boolean patchesOther = !step.isOfSource() && step.told().kind() == Effect.Kind.PATCH;
        RowPlan.Mapped mapped =
                patchesOther ? step.plan().patch(item, seen) : step.plan().map(item, seen);
        boolean looks =
                step.kind().equals(Telling.THEN) && step.place() == 0; // a later step meets what this one changed
        if (mapped.reason() == null && looks && !mapped.changes().isEmpty()) {
            String other = namesOther(entry, item.row());
            return other == null ? mapped : mapped.refused(other);
        }
        return mapped;
    }

    /** Why what was moved is not what the row names now, or null. */
    private @Nullable String namesOther(Entry entry, Row row) throws MappingException {
        FileItem file = new FileItem(
                entry.sourceKey(),
                entry.size(),
                Instant.ofEpochMilli(entry.modified()),
                new Version(entry.sourceVersion()),
                Map.of(),
                null,
                null);
        if (!files.source(row).equals(entry.sourceKey())) {
            return "the row names another file now: " + files.source(row).display();
        }
        return files.target(row, file).encoded().equals(entry.effect().target())
                ? null
                : "the row's file belongs elsewhere now: "
                        + files.target(row, file).display();
    }

    private Names names(Telling step, Entry entry, RowItem item) throws StoreException {
        Names seen = names.with("row", item.row(), item.unreadable())
                .with("run", RowMaking.run(run.name(), run.started()))
                .with("batch", Row.of("id", Value.of(run.name() + "." + entry.batch())));
        if (step.kind().equals(Telling.ELSE)) {
            return seen.with("file", Row.of("path", Value.of(entry.sourceKey().path())))
                    .with(
                            "error",
                            Row.of("kind", Value.of(String.valueOf(entry.errorKind())))
                                    .with("message", Value.of(String.valueOf(entry.error()))));
        }
        Digest digest = entry.digest();
        if (digest == null) {
            digest = work.retry
                    .call(() -> Contents.digest(
                            move.target(), entry.effect().targetKey(), null, work.bytes, new LongAdder()))
                    .sha256();
        }
        return seen.with("file", FileNames.of(entry.sourceKey(), entry.size(), entry.modified(), digest))
                .with(
                        "target",
                        Row.of("path", Value.of(entry.effect().targetKey().path()))
                                .with(
                                        "version",
                                        Value.of(String.valueOf(entry.effect().version())))
                                .with("size", Value.of(entry.size()))
                                .with("sha256", Value.of(digest.hex())));
    }

    private void write(Telling step, List<Entry> told, List<RowPlan.Mapped> changes, Map<Entry, String> failed)
            throws StoreException, LedgerException {
        RowWriter writer = writer(step);
        RowBatch batch = new RowBatch();
        writer.intend(changes, batch);
        Failpoint.reach("before-link-intent");
        long block = work.ledger.write(
                tx -> Links.intend(tx, told, step.kind(), step.place(), batch.block(), batch.images()));
        Failpoint.reach("after-link-intent");
        writer.write(new Account(block), batch);
        prove(step, batch);
        work.ledger.change(tx -> Links.settle(tx, block, batch.block()));
        Failpoint.reach("after-link-evidence");
        Map<Row, Entry> byRow = new HashMap<>();
        told.forEach(entry -> byRow.put(entry.rowKey().key(), entry));
        for (RowBlock.Line line : batch.block().lines()) {
            Entry entry = byRow.get(line.source());
            if (entry != null && (line.state().needsYou() || line.state().isOpen())) {
                failed.putIfAbsent(entry, String.valueOf(line.reason()));
            }
        }
    }

    /** Looks at what was written. */
    private void prove(Telling step, RowBatch batch) throws StoreException {
        List<@Nullable RowVerdict> verdicts = RowVerdict.of(step.plan(), step.store(), batch.block(), work.retry);
        for (int i = 0; i < batch.size(); i++) {
            RowBlock.Line line = batch.line(i);
            if (line.state() == State.WRITTEN) {
                boolean holds = verdicts.get(i) == RowVerdict.SAME;
                batch.set(
                        i,
                        line.as(
                                holds ? State.VERIFIED : State.FAILED,
                                line.provenance(),
                                holds ? null : "the row does not hold what was written"));
            }
        }
    }

    private void fail(Telling step, Map<Entry, String> failed) throws LedgerException {
        if (failed.isEmpty()) {
            return;
        }
        boolean then = step.kind().equals(Telling.THEN);
        Map<Entry, String> reasons = new LinkedHashMap<>();
        failed.forEach((entry, reason) -> reasons.put(
                entry,
                then
                        ? "The file is proven at its target, but "
                                + step.plan().move().to().text() + " was not told: " + work.clean(reason)
                        : step.plan().move().to().text() + " was not told: " + work.clean(reason)));
        if (then) {
            fail(reasons);
            return;
        }
        long now = clock.millis();
        work.ledger.change(tx -> {
            for (Map.Entry<Entry, String> each : reasons.entrySet()) {
                Links.told(tx, each.getKey(), Told.FAILED);
                Entries.event(tx, run.id(), each.getKey().id(), "else", each.getValue(), now);
            }
        });
        reasons.forEach((entry, reason) -> work.live.notice(entry.display() + ": " + reason));
    }

    /** Fails entries whose rows could not be told that their file is proven. */
    private void fail(Map<Entry, String> reasons) throws LedgerException {
        if (reasons.isEmpty()) {
            return;
        }
        long now = clock.millis();
        List<ErrorLog.Line> lines = new ArrayList<>();
        work.ledger.change(tx -> {
            for (Map.Entry<Entry, String> each : reasons.entrySet()) {
                Links.fail(tx, each.getKey(), each.getValue(), now);
            }
        });
        reasons.forEach(
                (entry, reason) -> lines.add(ErrorLog.Line.of(entry, move.move().name(), State.FAILED, reason, now)));
        work.needsYou(lines);
    }

    /** What becomes of a block that belongs to the files of a page. */
    private final class Account implements RowAccount {
        private final long block;

        Account(long block) {
            this.block = block;
        }

        @Override
        public String mark() {
            return work.ledger.series() + "/" + block;
        }

        @Override
        public void settle(RowBlock was, RowBlock now) throws LedgerException {
            work.ledger.change(tx -> Links.settle(tx, block, now));
        }

        @Override
        public void done(RowBlock after, List<RowBlock.Line> troubled) {
            // the entries of the files say it
        }
    }
}
