package io.waybill.engine;

import io.waybill.ledger.RowBlock;
import io.waybill.ledger.State;
import io.waybill.store.Effect;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.RawRows;
import io.waybill.store.Relaying;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
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
        List<@Nullable RowVerdict> together =
                target instanceof Relaying store ? together(plan, store, block, retry) : null;
        return together != null ? together : oneByOne(plan, target, block, retry);
    }

    /** Of whole rows that lie close together; null where they do not, or where more is to be looked at than rows. */
    private static @Nullable List<@Nullable RowVerdict> together(
            RowPlan plan, Relaying target, RowBlock block, Retry retry) throws StoreException {
        List<RowBlock.Line> lines = block.lines();
        List<Row> keys = new ArrayList<>();
        for (RowBlock.Line line : lines) {
            boolean whole = line.kind() == Effect.Kind.PUT
                    && line.table().isEmpty()
                    && STANDING.contains(line.state())
                    && line.target().shape().equals(lines.get(0).target().shape())
                    && line.fields().equals(lines.get(0).fields());
            if (!whole) {
                return null;
            }
            keys.add(line.target());
        }
        List<String> fields = lines.isEmpty() ? List.of() : lines.get(0).fields();
        boolean all = fields.isEmpty() || fields.size() == plan.to().columns().size();
        if (keys.isEmpty() || !all || !areDistinct(keys)) {
            return null;
        }
        RawRows rows = retry.call(() -> target.among(plan.to().name(), keys));
        if (rows == null || !(fields.isEmpty() || rows.shape().isOf(fields))) {
            return null;
        }
        @Nullable RowVerdict[] verdicts = new @Nullable RowVerdict[keys.size()];
        Map<Row, Integer> places = null;
        byte[] digest = new byte[Digest.ROW];
        int next = 0;
        for (int i = 0; i < rows.size(); i++) {
            Row key = rows.key(i);
            Integer place = next;
            if (next == keys.size() || !keys.get(next).equals(key)) { // they seldom come in another order
                places = places == null ? places(keys) : places;
                place = places.get(key);
            }
            if (place == null) {
                continue;
            } else if (verdicts[place] != null) {
                return null;
            }
            rows.digest(i, digest, 0);
            verdicts[place] = Digest.of(digest).equals(lines.get(place).digest()) ? SAME : DIFFERENT;
            next = place + 1;
        }
        for (int i = 0; i < verdicts.length; i++) {
            verdicts[i] = verdicts[i] == null ? MISSING : verdicts[i];
        }
        return Arrays.asList(verdicts);
    }

    /** Several rows may have gone to one key of the target. */
    private static boolean areDistinct(List<Row> keys) {
        BigInteger last = null;
        for (Row key : keys) {
            BigInteger number = key.shape().size() == 1 && key.at(0) instanceof Value.Int value ? value.value() : null;
            if (number == null || (last != null && number.compareTo(last) <= 0)) {
                return new HashSet<>(keys).size() == keys.size();
            }
            last = number; // as nearly always, each is more than the one before
        }
        return true;
    }

    private static Map<Row, Integer> places(List<Row> keys) {
        Map<Row, Integer> places = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            places.put(keys.get(i), i);
        }
        return places;
    }

    private static List<@Nullable RowVerdict> oneByOne(RowPlan plan, TableStore target, RowBlock block, Retry retry)
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
