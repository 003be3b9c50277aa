package io.waybill.engine;

import io.waybill.ledger.RowBlock;
import io.waybill.ledger.State;
import io.waybill.store.Effect;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a look at the target says of an effect. */
enum RowVerdict {
    SAME,
    DIFFERENT,
    MISSING;

    private static final EnumSet<State> STANDING = EnumSet.of(State.WRITTEN, State.VERIFIED, State.SAME, State.UNDOING);

    /** Looks at every effect of a batch that holds as far as the ledger knows; null for the others. */
    static List<@Nullable RowVerdict> of(RowPlan plan, TableStore target, RowBlock block, Retry retry)
            throws StoreException {
        Set<RowKey> keys = new LinkedHashSet<>();
        List<@Nullable RowKey> places = new ArrayList<>();
        for (RowBlock.Line line : block.lines()) {
            RowKey key = STANDING.contains(line.state()) ? plan.targetKey(line.table(), line.target()) : null;
            places.add(key);
            if (key != null) {
                keys.add(key);
            }
        }
        Map<ItemKey, Item> found = keys.isEmpty() ? Map.of() : retry.call(() -> target.find(keys));
        List<@Nullable RowVerdict> verdicts = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            RowKey key = places.get(i);
            verdicts.add(
                    key == null ? null : of(block.lines().get(i), found.get(key) instanceof RowItem row ? row : null));
        }
        return verdicts;
    }

    private static RowVerdict of(RowBlock.Line line, @Nullable RowItem found) {
        if (line.kind() == Effect.Kind.REMOVE) {
            return found == null ? SAME : DIFFERENT;
        } else if (found == null) {
            return MISSING;
        }
        return RowWriter.isHeld(line, found) ? SAME : DIFFERENT;
    }
}
