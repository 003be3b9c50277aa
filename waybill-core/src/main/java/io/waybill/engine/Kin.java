package io.waybill.engine;

import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.plan.Closure;
import io.waybill.store.Catalogued.ForeignKey;
import io.waybill.store.Related;
import io.waybill.store.RowItem;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Canonical;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds what belongs to root rows, for all of them together: in rounds, each of which asks once for each reference. Safe for
 * use by many threads.
 */
final class Kin {
    private final Kinship kinship;
    private final TableStore source;
    private final Retry retry;

    Kin(Kinship kinship, TableStore source, Retry retry) {
        this.kinship = kinship;
        this.source = source;
        this.retry = retry;
    }

    /**
     * A row of a unit.
     *
     * @param via the row that brought it in, or null for the root
     * @param how by which reference, in words
     * @param brought whether it only came along, so that nothing belongs to it
     */
    record Member(String table, Row row, @Nullable Member via, String how, boolean brought) {}

    /** A root row with all that belongs to it, itself first. */
    static final class Unit {
        private final Map<Id, Member> members = new LinkedHashMap<>();
        private final Row root;
        private @Nullable String trouble;

        private Unit(Row root) {
            this.root = root;
        }

        Row root() {
            return root;
        }

        List<Member> members() {
            return List.copyOf(members.values());
        }

        /** Why it cannot go, or null. */
        @Nullable
        String trouble() {
            return trouble;
        }
    }

    /** A row of a table, by its key. */
    private record Id(String table, Canonical.Form key) {}

    /** A row that was found last, with its unit. */
    private record Found(Unit unit, Member member) {}

    /** The units of root rows, in their order. */
    List<Unit> units(List<RowItem> roots, Names names) throws StoreException {
        List<Unit> units = new ArrayList<>();
        List<Found> last = new ArrayList<>();
        for (RowItem item : roots) {
            Unit unit = new Unit(item.row());
            units.add(unit);
            if (!item.isWhole()) {
                unit.trouble = item.trouble();
                continue;
            }
            add(unit, new Member(kinship.closure().root(), item.row(), null, "root", false), last);
        }
        while (!last.isEmpty()) {
            last = round(last, names);
        }
        return units;
    }

    private void add(Unit unit, Member member, List<Found> into) {
        Row key = member.row().only(kinship.table(member.table()).key());
        Id id = new Id(member.table(), Canonical.form(key));
        Member known = unit.members.get(id);
        // what came along may turn out to belong
        if (known == null || (known.brought() && !member.brought())) {
            unit.members.put(id, member);
            into.add(new Found(unit, member));
        }
    }

    private List<Found> round(List<Found> last, Names names) throws StoreException {
        Map<String, List<Found>> byTable = new LinkedHashMap<>();
        for (Found found : last) {
            byTable.computeIfAbsent(found.member().table(), table -> new ArrayList<>())
                    .add(found);
        }
        List<Found> next = new ArrayList<>();
        for (Map.Entry<String, List<Found>> each : byTable.entrySet()) {
            List<Found> own = each.getValue().stream()
                    .filter(found -> !found.member().brought())
                    .toList();
            for (ForeignKey key : kinship.inward(each.getKey())) {
                Wanted wanted = new Wanted();
                for (Found found : own) {
                    wanted.add(value(found.member().row(), key.targetColumns(), key.columns()), found);
                }
                String how = Kinship.name(key);
                find(
                        key.table(),
                        key.columns(),
                        wanted,
                        (by, row) -> new Member(key.table(), row, by, how, false),
                        next);
            }
            for (Kinship.Follow follow : kinship.follows(each.getKey())) {
                follow(follow, own, names, next);
            }
            for (ForeignKey key : kinship.outward(each.getKey())) {
                if (kinship.closure().outward(key.target()) == Closure.Outward.BRING) {
                    Wanted wanted = new Wanted();
                    for (Found found : each.getValue()) {
                        wanted.add(value(found.member().row(), key.columns(), key.targetColumns()), found);
                    }
                    String how = Kinship.name(key);
                    find(
                            key.target(),
                            key.targetColumns(),
                            wanted,
                            (by, row) -> new Member(key.target(), row, by, how, true),
                            next);
                }
            }
        }
        return next;
    }

    /** The values that rows of another table must have, and who asks for them. */
    private static final class Wanted {
        private final Map<Canonical.Form, Row> values = new LinkedHashMap<>();
        private final Map<Canonical.Form, List<Found>> askers = new HashMap<>();

        void add(@Nullable Row value, Found asker) {
            if (value != null) {
                Canonical.Form form = Canonical.form(value);
                values.put(form, value);
                askers.computeIfAbsent(form, each -> new ArrayList<>()).add(asker);
            }
        }
    }

    /** What becomes of a row that was found. */
    private interface Making {
        @Nullable
        Member member(Member by, Row row) throws MappingException;
    }

    private void find(String table, List<String> columns, Wanted wanted, Making making, List<Found> into)
            throws StoreException {
        if (wanted.values.isEmpty()) {
            return;
        }
        Map<Row, List<Row>> found =
                retry.call(() -> ((Related) source).related(table, columns, wanted.values.values()));
        for (Map.Entry<Row, List<Row>> each : found.entrySet()) {
            Canonical.Form form = Canonical.form(each.getKey().only(columns));
            for (Found asker : wanted.askers.getOrDefault(form, List.of())) {
                for (Row row : each.getValue()) {
                    try {
                        Member member = making.member(asker.member(), row);
                        if (member != null) {
                            add(asker.unit(), member, into);
                        }
                    } catch (MappingException e) {
                        asker.unit().trouble = "follow: " + table + ": " + e.getMessage();
                    }
                }
            }
        }
    }

    private void follow(Kinship.Follow follow, List<Found> own, Names names, List<Found> next) throws StoreException {
        Wanted wanted = new Wanted();
        IdentityHashMap<Member, Names> seen = new IdentityHashMap<>();
        for (Found found : own) {
            Names each = names.with("root", found.unit().root());
            if (!follow.byRoot()) {
                each = each.with(follow.driver(), found.member().row());
            } else if (found.member().via() != null) {
                continue; // a row of the root's table, but not the root
            }
            seen.put(found.member(), each);
            try {
                for (Row value : follow.condition().partners(each)) {
                    wanted.add(value, found);
                }
            } catch (MappingException e) {
                found.unit().trouble = "follow: " + follow.table() + ": " + e.getMessage();
            }
        }
        find(
                follow.table(),
                follow.condition().partnerColumns(),
                wanted,
                (by, row) -> {
                    Names each = java.util.Objects.requireNonNull(seen.get(by)).with("row", row);
                    return follow.condition().test(each)
                            ? new Member(
                                    follow.table(), row, by, follow.condition().text(), false)
                            : null;
                },
                next);
    }

    /** The values of some columns under other names, or null when one is missing or null. */
    static @Nullable Row value(Row row, List<String> columns, List<String> names) {
        Map<String, Value> values = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            Value value = row.find(columns.get(i));
            if (value == null || value instanceof Value.Null) {
                return null;
            }
            values.put(names.get(i), value);
        }
        return Row.of(values);
    }
}
