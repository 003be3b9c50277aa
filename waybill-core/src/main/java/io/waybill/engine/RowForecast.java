package io.waybill.engine;

import io.waybill.mapping.Names;
import io.waybill.plan.Exists;
import io.waybill.plan.Move;
import io.waybill.store.Effect;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a run of rows would do: every row is read, changed and checked, and what stands at its target is looked at. Writes
 * nothing anywhere, the ledger included. Used once, by one thread.
 */
final class RowForecast {
    private static final int SAMPLES = 10;
    private static final int MOST_COLLISIONS = 1_000;

    private final RowPlan plan;
    private final Move move;
    private final TableStore source;
    private final TableStore target;
    private final RowMaking making;
    private final Retry retry;
    private final Stop stop;
    private final RowCost cost;
    private long read;
    private long filtered;
    private long inserts;
    private long updates;
    private long unchanged;
    private long conflicts;
    private long refused;
    private final List<String> samples = new ArrayList<>();
    private final List<String> collisions = new ArrayList<>();
    private final @Nullable RowKeys ours;

    /** @param ours the keys of rows that this plan wrote, where {@code exists} is {@code fail}; else null */
    RowForecast(
            RowPlan plan,
            TableStore source,
            TableStore target,
            RowMaking making,
            Retry retry,
            Stop stop,
            @Nullable RowKeys ours) {
        this.ours = ours;
        this.plan = plan;
        this.move = plan.move();
        this.source = source;
        this.target = target;
        this.making = making;
        this.retry = retry;
        this.stop = stop;
        this.cost = new RowCost(plan, target);
    }

    /** Goes over at most so many rows. */
    PlanReport.MoveReport look(Names names, long limit, Live.Group live) throws StoreException, IOException {
        try (Source.Opened opened = source.open(plan.selection())) {
            for (Source.Split split : opened.splits(1)) {
                try (Source.Items items = opened.read(split, null)) {
                    Source.Page page = items.next();
                    while (page != null && !stop.isRequested() && read < limit) {
                        look(page, names, limit);
                        live.done(page.items().size(), 0);
                        page = items.next();
                    }
                }
            }
        }
        return new PlanReport.MoveReport(
                move.name(),
                move.from().get(0).text(),
                move.to().text(),
                true,
                false,
                read - filtered,
                0,
                inserts,
                0,
                0,
                0,
                unchanged,
                conflicts,
                updates,
                refused,
                0,
                0,
                samples,
                null,
                cost.sum(),
                null);
    }

    /**
     * The keys at which something stands that this plan did not write, where {@code exists} is {@code fail}; of units, all that is
     * in their way, with why; at most a thousand.
     */
    List<String> collisions() {
        return collisions;
    }

    private void look(Source.Page page, Names names, long limit) throws StoreException, IOException {
        List<Item> rows = page.items().subList(0, (int) Math.min(page.items().size(), limit - read));
        RowMaking.Chosen chosen = making.choose(rows, names);
        RowMaking.Made made = making.check(making.change(chosen.rows(), names));
        read += rows.size();
        filtered += rows.size() - chosen.refused().size() - made.rows().size();
        chosen.refused().forEach(row -> refuse(row.item().key().display(), row.reason()));
        meet(made.rows(making.twice(rows)));
    }

    private void meet(List<RowPlan.Mapped> rows) throws StoreException {
        Set<RowKey> keys = new LinkedHashSet<>();
        for (RowPlan.Mapped row : rows) {
            row.changes().forEach(change -> keys.add(plan.targetKey(change.table(), change.key())));
            keys.removeAll(row.keys().open());
        }
        List<RowKey> wanted = List.copyOf(keys);
        Map<ItemKey, Item> there = wanted.isEmpty() ? Map.of() : retry.call(() -> target.find(wanted));
        for (RowPlan.Mapped row : rows) {
            String reason = row.reason();
            if (reason != null) {
                refuse(plan.sourceKey(row.sourceKey()).display(), reason);
            } else if (row.changes().isEmpty() && !row.rows().isEmpty()) {
                unchanged++;
            }
            cost.add(row, there);
            for (RowChange change : row.changes()) {
                Item found = there.get(plan.targetKey(change.table(), change.key()));
                meet(row.sourceKey(), change, found instanceof RowItem item ? item.row() : null);
            }
        }
    }

    private void meet(Row sourceKey, RowChange change, @Nullable Row found) {
        String key = plan.targetKey(change.table(), change.key()).display();
        if (change.kind() == Effect.Kind.REMOVE) {
            updates += found == null ? 0 : 1;
            unchanged += found == null ? 1 : 0;
        } else if (change.kind() == Effect.Kind.PATCH) {
            if (found == null) {
                refuse(key, "there is no such row to change");
            } else {
                updates++;
            }
        } else if (found == null) {
            inserts++;
        } else if (ours != null && ours.newest(RowKeys.hash(change.table(), change.key())) == 0) {
            conflicts++;
            sample(key + ": a row stands there, and exists is fail");
            if (collisions.size() < MOST_COLLISIONS) {
                collisions.add(key);
            }
        } else if (RowBatch.line(sourceKey, change, io.waybill.ledger.State.WRITING, null)
                .isHeldBy(found)) {
            unchanged++;
        } else if (move.exists() == Exists.REPLACE) {
            updates++;
            sample(key + ": another row stands there; it is kept as a before-image");
        } else if (move.exists() == Exists.SKIP) {
            unchanged++;
        } else {
            conflicts++;
            sample(key + ": another row stands there");
            inTheWay(key + ": another row stands there");
        }
    }

    /** Units go all or not at all, so whatever is in the way of one is told. */
    private void inTheWay(String line) {
        if (move.closure() != null && collisions.size() < MOST_COLLISIONS) {
            collisions.add(line);
        }
    }

    private void refuse(String key, String reason) {
        refused++;
        sample(key + ": " + reason);
        inTheWay(key + ": " + reason);
    }

    private void sample(String line) {
        if (samples.size() < SAMPLES) {
            samples.add(line);
        }
    }
}
