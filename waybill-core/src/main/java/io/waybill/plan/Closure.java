package io.waybill.plan;

import io.waybill.mapping.Expression;
import io.waybill.mapping.RowMapping;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What belongs to the rows of a root table and moves with them, each root row with its own as one unit. Immutable.
 *
 * @param root the name of the root's table, in the store that is read and in the one that is written
 * @param follow conditions by table: which of its rows belong to a unit, instead of the foreign keys that lead there
 * @param stop tables whose rows do not belong, although a foreign key leads there
 * @param outward by table, what becomes of a reference to a row that does not belong
 * @param ids whether rows keep their ids
 * @param rows how the rows of a table change
 */
public record Closure(
        String root,
        Map<String, Expression> follow,
        Set<String> stop,
        Map<String, Outward> outward,
        Ids ids,
        Map<String, RowMapping> rows) {
    public Closure {
        follow = Collections.unmodifiableMap(new LinkedHashMap<>(follow));
        stop = Set.copyOf(stop);
        outward = Map.copyOf(outward);
        rows = Map.copyOf(rows);
    }

    /**
     * Whether rows keep their ids.
     *
     * @param areNew whether they get new ones
     * @param more by table, what else are ids: a text, the elements of a list, the keys of a map
     * @param kept by table, columns whose values are no ids of the unit, although they are part of a key
     */
    public record Ids(boolean areNew, Map<String, List<Expression>> more, Map<String, Set<String>> kept) {
        /** Rows keep their ids. */
        public static final Ids KEEP = new Ids(false, Map.of(), Map.of());

        public Ids {
            more = Collections.unmodifiableMap(new LinkedHashMap<>(more));
            kept = Map.copyOf(kept);
        }
    }

    /** What becomes of a reference to a row that does not belong. */
    public enum Outward implements Word {
        /** The row must stand at the target already. */
        MUST_EXIST,
        /** The plan gives it another value, for which a row must stand at the target. */
        MAP,
        /** The reference is left empty. */
        NULL,
        /** The row is moved too, but not what belongs to it. */
        BRING
    }

    /** The rule for references to a table. */
    public Outward outward(String table) {
        return outward.getOrDefault(table, Outward.MUST_EXIST);
    }

    /** The tables that the plan names, besides those of references outward. */
    public List<String> named() {
        Set<String> named = new java.util.LinkedHashSet<>(follow.keySet());
        named.addAll(rows.keySet());
        named.addAll(stop);
        named.addAll(ids.more().keySet());
        named.addAll(ids.kept().keySet());
        return List.copyOf(named);
    }
}
