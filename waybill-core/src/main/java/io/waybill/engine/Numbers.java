package io.waybill.engine;

import io.waybill.ledger.LedgerException;
import io.waybill.store.Catalogued;
import io.waybill.store.Catalogued.ForeignKey;
import io.waybill.store.Catalogued.UniqueKey;
import io.waybill.store.Numbering;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.TableStore;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of units the target numbers: those of keys, and those that references lead to, where the plan drops them or
 * wants new ids, and where the source has no such column. Safe for use by many threads.
 */
final class Numbers {
    private final Kinship kinship;
    private final @Nullable Numbering target;
    private final Given given;
    private final Retry retry;
    /** By table; those of every row. */
    private final Map<String, Set<String>> always = new HashMap<>();
    /** By table; those of rows that belong. */
    private final Map<String, Set<String>> ofOwn = new HashMap<>();

    private Numbers(Kinship kinship, @Nullable Numbering target, Given given, Retry retry) {
        this.kinship = kinship;
        this.target = target;
        this.given = given;
        this.retry = retry;
    }

    static Numbers of(RowPlan plan, Kinship kinship, TableStore target, UniqueValues unique, Given given, Retry retry)
            throws StoreException {
        Numbering numbering = target instanceof Numbering power ? power : null;
        Numbers numbers = new Numbers(kinship, numbering, given, retry);
        List<ForeignKey> references = target instanceof Catalogued catalog ? catalog.foreignKeys() : List.of();
        for (String table : kinship.written()) {
            Set<String> keys = new LinkedHashSet<>(plan.keyAt(table));
            for (UniqueKey each : unique.of(table)) {
                keys.addAll(each.columns());
            }
            for (ForeignKey each : references) {
                if (each.target().equals(table)) {
                    keys.addAll(each.targetColumns());
                }
            }
            numbers.add(plan, table, keys, numbering == null ? Set.of() : numbering.numbered(table));
        }
        return numbers;
    }

    private void add(RowPlan plan, String table, Set<String> keys, Set<String> numbered) throws StoreException {
        for (String column : keys) {
            boolean lacks = !kinship.has(table, column);
            if (numbered.contains(column) && lacks) {
                always.computeIfAbsent(table, name -> new LinkedHashSet<>()).add(column);
            } else if (lacks && plan.keyAt(table).contains(column)) {
                throw new StoreException(
                        Kind.INVALID, "Cannot run move " + plan.move().name() + ": " + unmade(table, column) + ".");
            } else if (numbered.contains(column)
                    && kinship.closure().ids().areNew()
                    && !kinship.makes(table, column)
                    && !refers(table, column)) {
                ofOwn.computeIfAbsent(table, name -> new LinkedHashSet<>()).add(column);
            }
        }
    }

    /** Why rows cannot go without a column of the key. */
    static String unmade(String table, String column) {
        return "rows of " + table + " have no " + column
                + ", which is part of the key at the target, and no sequence there numbers it. Keep it, or set it below"
                + " row: " + table;
    }

    /** Whether the target numbers this column of rows that belong. */
    boolean counts(String table, String column) {
        return always.getOrDefault(table, Set.of()).contains(column)
                || ofOwn.getOrDefault(table, Set.of()).contains(column);
    }

    /** Whether the column gets its value from another row that may be part of a unit. */
    private boolean refers(String table, String column) {
        return kinship.outward(table).stream()
                .anyMatch(key ->
                        key.columns().contains(column) && kinship.written().contains(key.target()));
    }

    /** The numbered columns of a row. */
    List<String> columns(Kin.Member member) {
        List<String> columns = new ArrayList<>(always.getOrDefault(member.table(), Set.of()));
        if (!member.brought()) {
            columns.addAll(ofOwn.getOrDefault(member.table(), Set.of()));
        }
        return columns;
    }

    /** A column of a row, as it is known to the ledger. */
    Given.Wanted wanted(Kin.Member member, String column) {
        return new Given.Wanted(
                member.table(), member.row().only(kinship.table(member.table()).key()), column);
    }

    /** The numbers of all rows of these units; when nothing may be taken, those that were taken before. */
    Map<Given.Wanted, Value> of(List<Kin.Unit> units) throws StoreException, LedgerException {
        Numbering power = target;
        if (power == null || (always.isEmpty() && ofOwn.isEmpty())) {
            return Map.of();
        }
        Set<Given.Wanted> wanted = new LinkedHashSet<>();
        for (Kin.Unit unit : units) {
            for (Kin.Member member : unit.trouble() == null ? unit.members() : List.<Kin.Member>of()) {
                for (String column : columns(member)) {
                    wanted.add(wanted(member, column));
                }
            }
        }
        return given.of(wanted, power, retry);
    }
}
