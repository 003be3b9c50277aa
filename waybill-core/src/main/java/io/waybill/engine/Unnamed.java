package io.waybill.engine;

import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Links;
import io.waybill.ledger.Runs;
import io.waybill.plan.Each;
import io.waybill.plan.Move;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells which targets of objects no row names: nothing of the units for which something was ever listed there stands at the
 * target. What this series wrote there may be written again then. What was found once holds until rows are written, which is
 * after all objects. Safe for use by many threads.
 */
final class Unnamed {
    private final Setup setup;
    private final Move objects;
    private final Move units;
    private final Stores stores;
    private final Ledger ledger;
    private final Retry retry;
    private @Nullable UnitRows rows;

    /** @param objects a move of the objects of units */
    Unnamed(Setup setup, Move objects, Stores stores, Ledger ledger, Retry retry) {
        Each each = Objects.requireNonNull(objects.each());
        this.setup = setup;
        this.objects = objects;
        this.units = Objects.requireNonNull(setup.plan().find(Objects.requireNonNull(each.unit())));
        this.stores = stores;
        this.ledger = ledger;
        this.retry = retry;
    }

    boolean test(Entry entry) throws StoreException, LedgerException {
        Set<Integer> groups = ledger.write(tx -> Links.groups(tx, entry));
        if (groups.isEmpty()) {
            return false; // another move counts on it
        }
        UnitRows standing = rows();
        return groups.stream().noneMatch(standing::isStanding);
    }

    private synchronized UnitRows rows() throws StoreException, LedgerException {
        UnitRows known = rows;
        if (known == null) {
            TableStore target = stores.target(units);
            RowPlan plan = RowPlan.of(setup.plan(), units, stores.source(units), target);
            String table = Objects.requireNonNull(objects.each()).rows().path();
            String from = stores.source(units).identity();
            int move = ledger.write(tx -> Runs.move(tx, units.name(), from, target.identity(), "rows"));
            try (LedgerReader reader = setup.ledger().read()) {
                known = new UnitRows(reader, plan, target, move, table, Set.of(), retry);
            }
            rows = known;
        }
        return known;
    }
}
