package io.waybill.engine;

import io.waybill.ledger.Entry;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.State;
import io.waybill.ledger.Told;
import io.waybill.store.StoreException;
import io.waybill.value.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Looks whether the rows that were told of files still hold that. Confined to one thread. */
final class LinkVerifier {
    private final List<Telling> steps;
    private final LedgerReader reader;
    private final Retry retry;
    private final Verdicts verdicts;
    private final @Nullable Owners owners;

    /** @param owners whose the files are by now, or null when nobody tells */
    LinkVerifier(List<Telling> steps, LedgerReader reader, Retry retry, Verdicts verdicts, @Nullable Owners owners) {
        this.steps = steps;
        this.reader = reader;
        this.retry = retry;
        this.verdicts = verdicts;
        this.owners = owners;
    }

    /** Verifies the rows of a page of files; only what is not as it should be is a verdict. */
    void verify(List<Entry> page) throws StoreException, LedgerException {
        for (Entry entry : page) {
            if (entry.state() == State.FAILED && entry.told() == Told.FAILED) {
                verdicts.row(
                        entry,
                        entry.rowKey().display(),
                        "different",
                        "the row was not told of " + entry.effect().targetKey().display());
            } else if (isUntold(entry)) {
                verdicts.row(
                        entry,
                        entry.rowKey().display(),
                        "different",
                        "the row was not told yet of "
                                + entry.effect().targetKey().display());
            }
        }
        if (owners != null) {
            owners.verify(page);
        }
        for (Telling step : steps) {
            if (!step.kind().equals(Telling.THEN)) {
                continue;
            }
            Map<Long, Map<Row, Entry>> blocks = new TreeMap<>();
            for (Entry entry : page) {
                Long block = entry.told() == Told.THEN ? newest(entry, step) : null;
                if (block != null) {
                    blocks.computeIfAbsent(block, id -> new LinkedHashMap<>())
                            .put(entry.rowKey().key(), entry);
                }
            }
            for (Map.Entry<Long, Map<Row, Entry>> block : blocks.entrySet()) {
                verify(step, block.getKey(), block.getValue());
            }
        }
    }

    /** Whether its file is proven and its row is to know and does not yet. */
    private boolean isUntold(Entry entry) {
        boolean proven = entry.state() == State.VERIFIED || entry.state() == State.SAME;
        boolean tells = steps.stream().anyMatch(step -> step.kind().equals(Telling.THEN));
        return entry.row() != null && proven && tells && (entry.told() == Told.NOT || entry.told() == Told.TELLING);
    }

    /** A step that was carried out again says what holds now. */
    private @Nullable Long newest(Entry entry, Telling step) throws LedgerException {
        Long block = null;
        for (LedgerReader.LinkLine link : reader.links(entry.id())) {
            if (link.kind().equals(step.kind()) && link.step() == step.place()) {
                block = link.block();
            }
        }
        return block;
    }

    private void verify(Telling step, long id, Map<Row, Entry> entries) throws StoreException, LedgerException {
        RowBlock all = reader.block(id);
        if (all == null) {
            throw new LedgerException(
                    LedgerException.Kind.CORRUPT,
                    "Cannot verify what rows were told: block " + id + " of the ledger is missing.");
        }
        List<RowBlock.Line> mine = new ArrayList<>();
        Map<Integer, Entry> owners = new HashMap<>();
        for (RowBlock.Line line : all.lines()) {
            Entry entry = entries.get(line.source());
            if (entry != null) {
                owners.put(mine.size(), entry);
                mine.add(line);
            }
        }
        List<@Nullable RowVerdict> found = RowVerdict.of(step.plan(), step.store(), new RowBlock(mine), retry);
        for (int i = 0; i < mine.size(); i++) {
            RowVerdict verdict = found.get(i);
            RowBlock.Line line = mine.get(i);
            String key = step.plan().targetKey(line.table(), line.target()).display();
            Entry entry = java.util.Objects.requireNonNull(owners.get(i));
            if (verdict == RowVerdict.DIFFERENT) {
                verdicts.row(
                        entry,
                        key,
                        "different",
                        "the row does not hold what it was told of "
                                + entry.effect().targetKey().display());
            } else if (verdict == RowVerdict.MISSING) {
                verdicts.row(
                        entry,
                        key,
                        "missing",
                        "the row that was told of " + entry.effect().targetKey().display() + " is not there");
            }
        }
    }
}
