package io.waybill.engine;

import io.waybill.ledger.Entry;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rows of units that name objects, once they were rolled back as far as they can be: while one of a unit stands at the
 * target, whoever wrote it and in whatever run, the objects of the unit stay.
 */
final class UnitRows implements Dependents {
    private static final int PAGE = 1_000;

    private final String table;
    /** The groups of the units of which a row stands. */
    private final Set<Integer> standing = new HashSet<>();

    /**
     * @param move of the rows in the ledger
     * @param table whose rows name the objects
     * @param going hashes of target keys of rows that would go before the objects; of a preview
     */
    UnitRows(LedgerReader reader, RowPlan plan, TableStore target, int move, String table, Set<Long> going, Retry retry)
            throws StoreException, LedgerException {
        this.table = table;
        Set<String> units = new HashSet<>();
        Map<RowKey, String> page = new LinkedHashMap<>();
        List<StoreException> trouble = new ArrayList<>();
        reader.entries(Selector.ALL.withMove(plan.move().name()), 0, entry -> {
            RowBlock block = entry.move() == move && entry.isRows() ? reader.block(entry.id()) : null;
            for (RowBlock.Line line : block == null ? List.<RowBlock.Line>of() : block.lines()) {
                RowKey at = plan.targetKey(line.table(), line.target());
                boolean may = RowUndo.mayBeOurs(line) || line.state() == State.SAME;
                if (may && at.table().equals(table) && !going.contains(RowKeys.hash(line.table(), line.target()))) {
                    page.put(at, plan.sourceKey(line.source()).display());
                }
            }
            if (page.size() >= PAGE) {
                look(target, page, units, retry, trouble);
            }
            return trouble.isEmpty();
        });
        look(target, page, units, retry, trouble);
        if (!trouble.isEmpty()) {
            throw trouble.get(0);
        }
        reader.groups().stream()
                .filter(group -> units.contains(group.name()))
                .forEach(group -> standing.add(group.id()));
    }

    private static void look(
            TableStore target, Map<RowKey, String> page, Set<String> units, Retry retry, List<StoreException> trouble) {
        if (page.isEmpty() || !trouble.isEmpty()) {
            return;
        }
        try {
            Map<ItemKey, Item> there = retry.call(() -> target.find(List.copyOf(page.keySet())));
            page.forEach((key, unit) -> {
                if (there.containsKey(key)) {
                    units.add(unit);
                }
            });
        } catch (StoreException e) {
            trouble.add(e);
        }
        page.clear();
    }

    /** Whether a row of the unit that is this group stands at the target. */
    boolean isStanding(int group) {
        return standing.contains(group);
    }

    @Override
    public Set<Long> linked(List<Entry> page) {
        Set<Long> linked = new HashSet<>();
        for (Entry entry : page) {
            if (standing.contains(entry.group())) {
                linked.add(entry.id());
            }
        }
        return linked;
    }

    @Override
    public Unlinker.Undone undo(List<Entry> page, boolean preview) {
        Map<Long, String> kept = new HashMap<>();
        Set<Long> linked = linked(page);
        linked.forEach(
                entry -> kept.put(entry, "a row of " + table + " in its unit stands at the target, and may name it"));
        return new Unlinker.Undone(linked, kept, 0);
    }
}
