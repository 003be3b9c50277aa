package io.waybill.engine;

import io.waybill.ledger.Entries;
import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Links;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.RowsBefore;
import io.waybill.ledger.State;
import io.waybill.store.Effect;
import io.waybill.store.Failpoint;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Provenance;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.value.Row;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Takes back what rows were told of files, newest first: rows get their old values again, rows that were added are removed,
 * each only as far as it is still as we left it. Confined to one thread.
 */
final class Unlinker implements Dependents {
    private static final String NAMED_BEFORE =
            "its row held the same before this run told it, so it may be the row's own and its object was kept";

    private final List<Telling> steps;
    private final Ledger ledger;
    private final LedgerReader reader;
    private final Retry retry;
    private final InstantSource clock;

    Unlinker(List<Telling> steps, Ledger ledger, LedgerReader reader, Retry retry, InstantSource clock) {
        this.steps = steps;
        this.ledger = ledger;
        this.reader = reader;
        this.retry = retry;
        this.clock = clock;
    }

    /** What a page of rows was told in one step. */
    private record Block(long id, Telling step, RowBlock lines, RowsBefore before) {}

    /**
     * What taking back came to.
     *
     * @param linked entries of which rows were told something that stood, {@code kept} those of which it stands still, with
     *     the reason
     * @param rows how many rows got their values back or were removed, or would
     */
    record Undone(Set<Long> linked, Map<Long, String> kept, long rows) {}

    /** Entries of which some row still holds what it was told. */
    @Override
    public Set<Long> linked(List<Entry> page) throws LedgerException {
        Set<Long> linked = new HashSet<>();
        Map<Long, Block> blocks = new HashMap<>();
        for (Entry entry : page) {
            for (LedgerReader.LinkLine link : reader.links(entry.id())) {
                Block block = block(blocks, link);
                Row row = entry.rowKey().key();
                if (block.lines().lines().stream()
                        .anyMatch(line -> line.source().equals(row) && RowUndo.mayBeOurs(line))) {
                    linked.add(entry.id());
                }
            }
        }
        return linked;
    }

    private Block block(Map<Long, Block> known, LedgerReader.LinkLine link) throws LedgerException {
        Block block = known.get(link.block());
        if (block == null) {
            RowBlock lines = reader.block(link.block());
            if (lines == null) {
                throw new LedgerException(
                        LedgerException.Kind.CORRUPT,
                        "Cannot take back what rows were told: block " + link.block() + " of the ledger is missing.");
            }
            Telling step = steps.stream()
                    .filter(each -> each.kind().equals(link.kind()) && each.place() == link.step())
                    .findFirst()
                    .orElseThrow(() -> new LedgerException(
                            LedgerException.Kind.FOREIGN,
                            "Cannot take back what rows were told: the plan has no " + link.kind() + " number "
                                    + (link.step() + 1) + " any more. Put it back, then: waybill rollback"));
            block = new Block(link.block(), step, lines, reader.before(link.block()));
            known.put(link.block(), block);
        }
        return block;
    }

    @Override
    public Undone undo(List<Entry> page, boolean preview) throws StoreException, LedgerException {
        Map<Long, Block> blocks = new TreeMap<>(Comparator.reverseOrder());
        Map<Long, Map<Row, Entry>> wanted = new HashMap<>();
        for (Entry entry : page) {
            for (LedgerReader.LinkLine link : reader.links(entry.id())) {
                block(blocks, link);
                wanted.computeIfAbsent(link.block(), id -> new LinkedHashMap<>())
                        .put(entry.rowKey().key(), entry);
            }
        }
        Set<Long> linked = new HashSet<>();
        Map<Long, String> kept = new HashMap<>();
        Set<Long> onlySame = new HashSet<>();
        Set<Long> ours = new HashSet<>();
        long rows = 0;
        for (Block block : blocks.values()) {
            Map<Row, Entry> rowsHere = wanted.getOrDefault(block.id(), Map.of());
            rowsHere.values().removeIf(entry -> kept.containsKey(entry.id()));
            note(block, rowsHere, linked, onlySame, ours);
            rows += undo(block, rowsHere, preview, kept);
        }
        onlySame.removeAll(ours);
        onlySame.forEach(id -> kept.putIfAbsent(id, NAMED_BEFORE));
        return new Undone(linked, kept, rows);
    }

    private static void note(Block block, Map<Row, Entry> rows, Set<Long> linked, Set<Long> onlySame, Set<Long> ours) {
        for (RowBlock.Line line : block.lines().lines()) {
            Entry entry = rows.get(line.source());
            if (entry == null) {
                continue;
            }
            if (RowUndo.mayBeOurs(line)) {
                linked.add(entry.id());
            }
            if (RowUndo.mayBeOurs(line) || line.state() == State.UNDONE) {
                ours.add(entry.id());
            } else if (line.state() == State.SAME && block.step().isOfSource()) {
                onlySame.add(entry.id());
            }
        }
    }

    private long undo(Block block, Map<Row, Entry> wanted, boolean preview, Map<Long, String> kept)
            throws StoreException, LedgerException {
        RowPlan plan = block.step().plan();
        Set<RowKey> keys = new LinkedHashSet<>();
        for (RowBlock.Line line : block.lines().lines()) {
            if (wanted.containsKey(line.source()) && RowUndo.mayBeOurs(line)) {
                keys.add(plan.targetKey(line.table(), line.target()));
            }
        }
        if (keys.isEmpty()) {
            return 0;
        }
        Map<ItemKey, Item> there = retry.call(() -> block.step().store().find(keys));
        List<RowBlock.Line> lines = new ArrayList<>(block.lines().lines());
        List<Integer> places = new ArrayList<>();
        List<Effect> effects = new ArrayList<>();
        RowUndo undo = new RowUndo(plan, block.before(), ledger.series() + "/" + block.id());
        for (List<Integer> row : block.lines().bySource()) {
            if (wanted.containsKey(block.lines().lines().get(row.get(0)).source())) {
                undo.row(lines, row, there, true, places, effects);
            }
        }
        if (!preview) {
            carryOut(block, wanted, lines, places, effects, undo);
        }
        for (RowBlock.Line line : lines) {
            Entry entry = wanted.get(line.source());
            if (entry != null && line.state() == State.KEPT) {
                kept.putIfAbsent(
                        entry.id(),
                        "its row could not be put back, and an object that a row names is kept: " + line.reason());
            }
        }
        return places.size();
    }

    private void carryOut(
            Block block,
            Map<Row, Entry> wanted,
            List<RowBlock.Line> lines,
            List<Integer> places,
            List<Effect> effects,
            RowUndo undo)
            throws StoreException, LedgerException {
        List<RowBlock.Line> marked = new ArrayList<>(lines);
        places.forEach(i ->
                marked.set(i, marked.get(i).as(State.UNDOING, marked.get(i).provenance(), null)));
        ledger.change(tx -> Links.settle(tx, block.id(), new RowBlock(marked)));
        Failpoint.reach("before-undo");
        RowRollback.apply(block.step().store(), effects, places, lines, undo, retry, false);
        Failpoint.reach("after-undo-before-evidence");
        long now = clock.millis();
        ledger.change(tx -> {
            Links.settle(tx, block.id(), new RowBlock(lines));
            for (int place : places) {
                RowBlock.Line line = lines.get(place);
                Entry entry = wanted.get(line.source());
                if (entry != null && line.state() == State.UNDONE) {
                    Entries.event(tx, entry.run(), entry.id(), "row put back", did(block, line), now);
                }
            }
        });
    }

    private static String did(Block block, RowBlock.Line line) {
        String row = block.step().plan().targetKey(line.table(), line.target()).display();
        boolean added = line.kind() == Effect.Kind.PUT && line.provenance() == Provenance.CREATED;
        return added ? row + " was removed, as it was added" : row + " has its old values: " + fields(line);
    }

    private static String fields(RowBlock.Line line) {
        return line.fields().isEmpty() ? "all of it" : String.join(", ", line.fields());
    }
}
