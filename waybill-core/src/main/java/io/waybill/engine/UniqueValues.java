package io.waybill.engine;

import io.waybill.store.Catalogued;
import io.waybill.store.Catalogued.UniqueKey;
import io.waybill.store.Effect;
import io.waybill.store.Related;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds new rows that the target could not have beside another row, since both have the same values in columns that are unique
 * there. Safe for use by many threads.
 */
final class UniqueValues {
    private final RowPlan plan;
    private final TableStore target;
    private final Map<String, List<UniqueKey>> keys;
    private final Retry retry;

    private UniqueValues(RowPlan plan, TableStore target, Map<String, List<UniqueKey>> keys, Retry retry) {
        this.plan = plan;
        this.target = target;
        this.keys = keys;
        this.retry = retry;
    }

    static UniqueValues of(RowPlan plan, TableStore target, Retry retry) throws StoreException {
        Map<String, List<UniqueKey>> keys = new HashMap<>();
        if (target instanceof Catalogued catalog && target instanceof Related) {
            for (UniqueKey key : catalog.uniqueKeys()) {
                keys.computeIfAbsent(key.table(), table -> new ArrayList<>()).add(key);
            }
        }
        return new UniqueValues(plan, target, keys, retry);
    }

    /** The unique keys of a table of the target, its primary key among them. */
    List<UniqueKey> of(String table) {
        return keys.getOrDefault(table, List.of());
    }

    /**
     * What a unit wants to write to a table.
     *
     * @param open columns whose values are not known yet, so that no key with them counts
     */
    record Claim(int unit, String table, RowChange change, Set<String> open) {}

    private record Point(UniqueKey key, Digest value) {}

    /** Which units cannot be, in words, by their numbers. */
    Map<Integer, String> taken(List<Claim> claims) throws StoreException {
        Map<Integer, String> taken = new LinkedHashMap<>();
        Map<Point, Claim> first = new HashMap<>();
        Map<UniqueKey, List<Row>> wanted = new LinkedHashMap<>();
        for (Claim claim : claims) {
            for (UniqueKey key : claim.change().kind() == Effect.Kind.PUT ? of(claim.table()) : List.<UniqueKey>of()) {
                Row value = Kin.value(claim.change().row(), key.columns(), key.columns());
                if (value == null || key.columns().stream().anyMatch(claim.open()::contains)) {
                    continue;
                }
                Claim other = first.putIfAbsent(new Point(key, Canonical.digest(value)), claim);
                if (other == null) {
                    wanted.computeIfAbsent(key, each -> new ArrayList<>()).add(value);
                } else if (!other.change().digest().equals(claim.change().digest())) {
                    add(
                            taken,
                            claim,
                            "more than one row would be " + new RowKey(key.table(), value).display()
                                    + ", which is unique at the target");
                }
            }
        }
        for (Map.Entry<UniqueKey, List<Row>> each : wanted.entrySet()) {
            if (!isKey(each.getKey())) {
                look(each.getKey(), each.getValue(), first, taken);
            }
        }
        return taken;
    }

    /** What stands at keys themselves is looked at with all that is written. */
    private boolean isKey(UniqueKey key) {
        return Set.copyOf(key.columns()).equals(Set.copyOf(plan.keyAt(key.table())));
    }

    private void look(UniqueKey key, List<Row> values, Map<Point, Claim> first, Map<Integer, String> taken)
            throws StoreException {
        Map<Row, List<Row>> found = retry.call(() -> ((Related) target).related(key.table(), key.columns(), values));
        for (Map.Entry<Row, List<Row>> each : found.entrySet()) {
            Row value = each.getKey().only(key.columns());
            Claim claim = first.get(new Point(key, Canonical.digest(value)));
            for (Row row : claim == null ? List.<Row>of() : each.getValue()) {
                List<String> keyAt = plan.keyAt(key.table());
                Row at = row.only(keyAt);
                // a key that the target is yet to give is none that stands there
                if (claim != null
                        && (keyAt.stream().anyMatch(claim.open()::contains)
                                || !Canonical.digest(at)
                                        .equals(Canonical.digest(claim.change().key())))) {
                    add(
                            taken,
                            claim,
                            new RowKey(key.table(), value).display() + ", which is unique, has another row, "
                                    + new RowKey(key.table(), at).display());
                }
            }
        }
    }

    private static void add(Map<Integer, String> taken, Claim claim, String line) {
        taken.merge(claim.unit(), line, (one, more) -> one.contains(more) ? one : one + "; " + more);
    }
}
