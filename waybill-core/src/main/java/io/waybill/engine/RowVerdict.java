package io.waybill.engine;

import io.waybill.ledger.RowBlock;
import io.waybill.ledger.State;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Canonical;
import io.waybill.value.Row;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a look at the target says of a row. */
enum RowVerdict {
    SAME,
    DIFFERENT,
    MISSING;

    /** Looks at every row of a batch that stands at the target as far as the ledger knows; by target key. */
    static Map<Row, RowVerdict> of(RowPlan plan, TableStore target, RowBlock block, Retry retry) throws StoreException {
        List<RowBlock.Line> wanted = block.lines().stream()
                .filter(line -> line.state() == State.WRITTEN
                        || line.state() == State.VERIFIED
                        || line.state() == State.SAME
                        || line.state() == State.UNDOING)
                .toList();
        List<RowKey> keys =
                wanted.stream().map(line -> plan.targetKey(line.target())).toList();
        Map<ItemKey, Item> found = retry.call(() -> target.find(keys));
        Map<Row, RowVerdict> verdicts = new HashMap<>();
        for (RowBlock.Line line : wanted) {
            Item item = found.get(plan.targetKey(line.target()));
            verdicts.put(
                    line.target(),
                    !(item instanceof RowItem row)
                            ? MISSING
                            : Canonical.digest(row.row()).equals(line.digest()) ? SAME : DIFFERENT);
        }
        return verdicts;
    }
}
