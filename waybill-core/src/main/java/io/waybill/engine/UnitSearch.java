package io.waybill.engine;

import io.waybill.mapping.Names;
import io.waybill.store.Catalogued.ForeignKey;
import io.waybill.store.Item;
import io.waybill.store.Related;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the unit that a row belongs to, as the source is now. Foreign keys lead back to root rows that may have it; where
 * something else may bring it in, all chosen root rows are gone over. Whether it is in a unit is always told by the search of
 * the run. Used once, by one thread.
 */
final class UnitSearch {
    private final RowPlan plan;
    private final Kinship kinship;
    private final Kin kin;
    private final TableStore source;
    private final Names names;
    private final int atOnce;
    private final Retry retry;
    private final Stop stop;

    UnitSearch(RowPlan plan, Kinship kinship, TableStore source, int atOnce, Retry retry, Stop stop) {
        this.plan = plan;
        this.kinship = kinship;
        this.kin = new Kin(kinship, source, retry);
        this.source = source;
        this.names = plan.names(Row.EMPTY);
        this.atOnce = atOnce;
        this.retry = retry;
        this.stop = stop;
    }

    /** A row of a table whose rows may belong, by its key; the key's values may be texts. */
    WhyReport row(String table, Row key) throws StoreException, RefusedException {
        RowItem item = asked(table, key);
        if (item == null) {
            throw new StoreException(
                    StoreException.Kind.NOT_FOUND,
                    source.location() + " has no row " + new RowKey(table, key).display() + ".");
        }
        Id wanted = id(table, item.row());
        List<String> reasons = new ArrayList<>();
        Back back = back(table, item.row());
        List<Kin.Member> path = chosen(back.roots(), wanted, reasons);
        if (path.isEmpty() && back.mayBeElsewhere()) {
            path = walk(wanted);
        }
        if (path.isEmpty() && reasons.isEmpty()) {
            reasons.addAll(reasons(table, item.row()));
        }
        return new WhyReport(
                plan.move().name(),
                display(table, item.row()),
                path.stream().map(this::step).toList(),
                path.isEmpty() ? reasons : List.of());
    }

    /** A row of a table of which no rows go. */
    WhyReport table(String table, String key) {
        List<String> reasons = new ArrayList<>();
        if (kinship.closure().stop().contains(table)) {
            reasons.add("stop names " + table);
        }
        for (String written : kinship.written()) {
            for (ForeignKey each : kinship.outward(written)) {
                if (each.target().equals(table)) {
                    reasons.add("rows of " + written + " refer to it by " + Kinship.name(each) + ", and outward says "
                            + kinship.closure().outward(table).text() + ": it stays, " + fate(table));
                }
            }
        }
        if (reasons.isEmpty()) {
            reasons.add("no foreign key leads from " + table
                    + " to a table whose rows belong, and follow does not name it");
        }
        return new WhyReport(plan.move().name(), table + "[" + key + "]", List.of(), reasons);
    }

    private String fate(String table) {
        return switch (kinship.closure().outward(table)) {
            case MUST_EXIST -> "and has to be at the target already";
            case MAP -> "and what row gives the reference instead has to be at the target";
            case NULL -> "and the reference is left empty";
            case BRING -> "unless one of them refers to it";
        };
    }

    private @Nullable RowItem find(String table, Row key) throws StoreException {
        RowKey wanted = new RowKey(table, key);
        for (Item found : retry.call(() -> source.find(List.of(wanted))).values()) {
            RowItem row = (RowItem) found;
            return new RowItem(
                    new RowKey(table, row.row().only(kinship.table(table).key())),
                    row.row(),
                    row.version(),
                    row.unreadable());
        }
        return null;
    }

    private @Nullable RowItem asked(String table, Row key) throws StoreException, RefusedException {
        try {
            return find(table, key);
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.INVALID) {
                throw RefusedException.ofPlan("Cannot look for " + new RowKey(table, key).display()
                        + ": the key does not fit its columns. " + e.getMessage());
            }
            throw e;
        }
    }

    private record Id(String table, Digest key) {}

    private Id id(String table, Row row) {
        return new Id(table, Canonical.digest(row.only(kinship.table(table).key())));
    }

    private String display(String table, Row row) {
        return new RowKey(table, row.only(kinship.table(table).key())).display();
    }

    private WhyReport.Step step(Kin.Member member) {
        WhyReport.How how = member.via() == null
                ? WhyReport.How.ROOT
                : member.brought()
                        ? WhyReport.How.BRING
                        : kinship.followed(member.table()).isEmpty() ? WhyReport.How.FOREIGN_KEY : WhyReport.How.FOLLOW;
        return new WhyReport.Step(
                member.table(), display(member.table(), member.row()), how, member.via() == null ? "" : member.how());
    }

    /**
     * Where foreign keys lead back to.
     *
     * @param mayBeElsewhere whether a row on the way may be in a unit for another reason
     */
    private record Back(List<Row> roots, boolean mayBeElsewhere) {}

    private Back back(String table, Row row) throws StoreException {
        List<Row> roots = new ArrayList<>();
        boolean mayBeElsewhere = false;
        Set<Id> seen = new HashSet<>(Set.of(id(table, row)));
        Map<String, List<Row>> open = new LinkedHashMap<>(Map.of(table, List.of(row)));
        while (!open.isEmpty()) {
            Map<String, List<Row>> next = new LinkedHashMap<>();
            for (Map.Entry<String, List<Row>> each : open.entrySet()) {
                if (each.getKey().equals(kinship.closure().root())) {
                    roots.addAll(each.getValue());
                }
                mayBeElsewhere |= !kinship.followed(each.getKey()).isEmpty() || kinship.isBrought(each.getKey());
                for (ForeignKey key : kinship.outward(each.getKey())) {
                    if (kinship.inward(key.target()).contains(key)) {
                        for (Row parent : referred(key, each.getValue())) {
                            if (seen.add(id(key.target(), parent))) {
                                next.computeIfAbsent(key.target(), to -> new ArrayList<>())
                                        .add(parent);
                            }
                        }
                    }
                }
            }
            open = next;
        }
        return new Back(roots, mayBeElsewhere);
    }

    private List<Row> referred(ForeignKey key, List<Row> rows) throws StoreException {
        List<Row> values = new ArrayList<>();
        for (Row row : rows) {
            Row value = Kin.value(row, key.columns(), key.targetColumns());
            if (value != null) {
                values.add(value);
            }
        }
        List<Row> found = new ArrayList<>();
        if (!values.isEmpty()) {
            retry.call(() -> ((Related) source).related(key.target(), key.targetColumns(), values))
                    .values()
                    .forEach(found::addAll);
        }
        return found;
    }

    /** The way to a row from one of these root rows, if the plan chooses that; notes those that have it and are not chosen. */
    private List<Kin.Member> chosen(List<Row> roots, Id wanted, List<String> reasons) throws StoreException {
        String root = kinship.closure().root();
        for (Row each : roots) {
            RowItem item = find(root, each.only(kinship.table(root).key()));
            List<Kin.Member> path = item == null ? List.of() : path(List.of(item), wanted);
            if (item != null && !path.isEmpty()) {
                if (wants(item)) {
                    return path;
                }
                reasons.add(
                        id(root, item.row()).equals(wanted)
                                ? "where does not choose it"
                                : "it belongs to " + item.key().display() + ", which where does not choose");
            }
        }
        return List.of();
    }

    private boolean wants(RowItem root) throws StoreException {
        try {
            return plan.wants(root, names);
        } catch (io.waybill.mapping.MappingException e) {
            throw new StoreException(
                    StoreException.Kind.INVALID,
                    "Cannot tell whether " + root.key().display() + " moves: where: " + e.getMessage(),
                    e);
        }
    }

    /** The way to a row from whichever chosen root row has it first. */
    private List<Kin.Member> walk(Id wanted) throws StoreException {
        List<Kin.Member> path = new ArrayList<>();
        List<RowItem> roots = new ArrayList<>();
        try {
            NamingRows.read(source, plan.selection(), page -> {
                for (Item item : page) {
                    if (wants((RowItem) item)) {
                        roots.add((RowItem) item);
                    }
                    if (roots.size() == atOnce) {
                        path.addAll(path(roots, wanted));
                        roots.clear();
                    }
                    if (!path.isEmpty() || stop.isRequested()) {
                        return false;
                    }
                }
                return true;
            });
        } catch (io.waybill.ledger.LedgerException e) {
            throw new IllegalStateException(e);
        }
        return path.isEmpty() ? path(roots, wanted) : path;
    }

    private List<Kin.Member> path(List<RowItem> roots, Id wanted) throws StoreException {
        for (Kin.Unit unit : kin.units(roots, names)) {
            for (Kin.Member member : unit.members()) {
                if (member.table().equals(wanted.table())
                        && id(member.table(), member.row()).equals(wanted)) {
                    List<Kin.Member> path = new ArrayList<>();
                    for (Kin.Member at = member; at != null; at = at.via()) {
                        path.add(at);
                    }
                    Collections.reverse(path);
                    return path;
                }
            }
        }
        return List.of();
    }

    /** Why no unit has a row of a table whose rows may belong. */
    private List<String> reasons(String table, Row row) throws StoreException {
        List<String> reasons = new ArrayList<>();
        for (Kinship.Follow follow : kinship.followed(table)) {
            reasons.add("no row of " + follow.driver() + " that belongs has it by "
                    + follow.condition().text());
        }
        for (ForeignKey key : kinship.outward(table)) {
            Row value = Kin.value(row, key.columns(), key.targetColumns());
            boolean counts = kinship.inward(key.target()).contains(key);
            if (counts) {
                reasons.add(
                        value == null
                                ? Kinship.name(key) + " is empty"
                                : Kinship.name(key) + " refers to " + new RowKey(key.target(), value).display()
                                        + ", which does not belong");
            } else if (value != null && kinship.belongs(key.target())) {
                reasons.add("no row belongs by " + Kinship.name(key));
            }
        }
        if (kinship.isBrought(table)) {
            reasons.add("no row that goes refers to it, so that it would come along");
        }
        return reasons;
    }
}
