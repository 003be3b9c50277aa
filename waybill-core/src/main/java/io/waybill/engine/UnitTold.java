package io.waybill.engine;

import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Links;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.value.Row;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Notes of the objects of units whose rows a run wrote, or found as they should be, that these rows know of them. */
final class UnitTold {
    private static final int PAGE = 1_000;
    private static final Set<State> THERE = EnumSet.of(State.WRITTEN, State.VERIFIED, State.SAME);

    private UnitTold() {}

    /** @param objects the moves of the objects in the ledger */
    static void note(LedgerReader reader, Ledger ledger, RowPlan plan, int run, List<Integer> objects)
            throws LedgerException {
        if (objects.isEmpty()) {
            return;
        }
        Set<String> units = new HashSet<>();
        reader.entries(Selector.ALL.withRun(run).withMove(plan.move().name()), 0, entry -> {
            RowBlock block = entry.isRows() ? reader.block(entry.id()) : null;
            if (block != null) {
                Set<Row> there = new HashSet<>();
                Set<Row> lacking = new HashSet<>();
                for (RowBlock.Line line : block.lines()) {
                    (THERE.contains(line.state()) ? there : lacking).add(line.source());
                }
                there.removeAll(lacking);
                there.forEach(key -> units.add(plan.sourceKey(key).display()));
            }
            return true;
        });
        Set<Integer> groups = new HashSet<>();
        reader.groups().stream().filter(group -> units.contains(group.name())).forEach(group -> groups.add(group.id()));
        for (int move : objects) {
            long[] last = {0};
            do {
                last[0] = ledger.write(tx -> Links.tellUnits(tx, move, groups, last[0], PAGE));
            } while (last[0] > 0);
        }
    }
}
