package io.waybill.engine;

import io.waybill.ledger.State;
import io.waybill.plan.Exists;
import io.waybill.plan.Move;
import io.waybill.store.Effect;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Metered;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Adds up what the writes of rows would take, where the target counts something. Used by one thread. */
final class RowCost {
    private final RowPlan plan;
    private final Move move;
    private final @Nullable Metered target;
    private long amount;

    RowCost(RowPlan plan, TableStore target) {
        this.plan = plan;
        this.move = plan.move();
        this.target = target instanceof Metered metered ? metered : null;
    }

    /** A write that would be sent; one that is refused leaves what was there. */
    private record Sent(
            String table, @Nullable Row before, @Nullable Row after) {}

    /** Adds a row; {@code there} is what stands at its targets now. */
    void add(RowPlan.Mapped row, Map<ItemKey, Item> there) throws StoreException {
        Metered counts = target;
        if (counts == null || row.reason() != null) {
            return;
        }
        List<Sent> all = new ArrayList<>();
        for (RowChange change : row.changes()) {
            RowKey key = plan.targetKey(change.table(), change.key());
            Sent sent = sent(row, change, key, there.get(key) instanceof RowItem item ? item.row() : null);
            if (sent != null) {
                all.add(sent);
            }
        }
        for (Sent sent : all) {
            amount += counts.units(sent.table, sent.before, sent.after, all.size() > 1);
        }
    }

    private @Nullable Sent sent(RowPlan.Mapped row, RowChange change, RowKey key, @Nullable Row found) {
        if (change.kind() == Effect.Kind.REMOVE) {
            return found == null ? null : new Sent(key.table(), found, null);
        } else if (change.kind() == Effect.Kind.PATCH) {
            return found == null ? null : new Sent(key.table(), found, patched(change, found));
        } else if (found == null) {
            return new Sent(key.table(), null, change.row());
        }
        boolean held =
                RowBatch.line(row.sourceKey(), change, State.WRITING, null).isHeldBy(found);
        if (move.exists() == Exists.REPLACE) {
            return held ? null : new Sent(key.table(), found, change.row());
        }
        return move.exclusive() ? null : new Sent(key.table(), found, found);
    }

    private static Row patched(RowChange change, Row found) {
        Row row = found;
        for (Map.Entry<String, Value> field : change.row().fields().entrySet()) {
            row = row.with(field.getKey(), field.getValue());
        }
        for (String name : change.drop()) {
            row = row.without(name);
        }
        return row;
    }

    /** The sum, or null where the target counts nothing. */
    PlanReport.@Nullable Cost sum() {
        return target == null ? null : new PlanReport.Cost(amount, target.units());
    }
}
