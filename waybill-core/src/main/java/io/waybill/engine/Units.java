package io.waybill.engine;

import io.waybill.ledger.LedgerException;
import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.mapping.RowMapping;
import io.waybill.plan.Closure;
import io.waybill.store.Catalogued;
import io.waybill.store.Catalogued.ForeignKey;
import io.waybill.store.Related;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of units: each of their rows is changed, what they refer to is looked for, in the unit itself or at the target,
 * and they are put into an order in which every row comes after those that it refers to. Safe for use by many threads.
 */
final class Units {
    private final RowPlan plan;
    private final Kinship kinship;
    private final Closure closure;
    private final Kin kin;
    private final TableStore target;
    private final Map<String, List<ForeignKey>> references;
    private final UniqueValues unique;
    private final NewIds newIds;
    private final Numbers numbers;
    private final Retry retry;
    private @Nullable UnitCounts counts;

    private Units(
            RowPlan plan,
            Kinship kinship,
            Kin kin,
            TableStore target,
            Map<String, List<ForeignKey>> references,
            UniqueValues unique,
            NewIds newIds,
            Numbers numbers,
            Retry retry) {
        this.plan = plan;
        this.kinship = kinship;
        this.closure = kinship.closure();
        this.kin = kin;
        this.target = target;
        this.references = references;
        this.unique = unique;
        this.newIds = newIds;
        this.numbers = numbers;
        this.retry = retry;
    }

    static Units of(RowPlan plan, Kinship kinship, TableStore source, TableStore target, Given given, Retry retry)
            throws StoreException {
        Map<String, List<ForeignKey>> references = new HashMap<>();
        if (target instanceof Catalogued catalog && target instanceof Related) {
            for (ForeignKey key : catalog.foreignKeys()) {
                references
                        .computeIfAbsent(key.table(), table -> new ArrayList<>())
                        .add(key);
            }
        }
        UniqueValues unique = UniqueValues.of(plan, target, retry);
        return new Units(
                plan,
                kinship,
                new Kin(kinship, source, retry),
                target,
                references,
                unique,
                NewIds.of(kinship, source, unique),
                Numbers.of(plan, kinship, target, unique, given, retry),
                retry);
    }

    /**
     * A row of a unit as it will stand at the target.
     *
     * @param open columns whose values the target is yet to give
     * @param own whether its key is of our making
     */
    private record Made(String table, RowChange change, Set<String> open, boolean own) {
        Row row() {
            return change.row();
        }
    }

    /** Whether the target numbers this column of rows that belong. */
    boolean numbers(String table, String column) {
        return numbers.counts(table, column);
    }

    /** A value of some columns of a table. */
    private record Point(String table, List<String> columns, Digest value) {}

    /** A reference out of a unit, and what it refers to. */
    private record Out(int unit, ForeignKey key, Row value) {}

    /** The root of a unit, as it was read and as it will stand at the target. */
    record Root(Row read, Row made) {}

    /** A row that belongs, as it was read, and as it will stand at the target but for what is told of its object. */
    record Naming(Kin.Member member, Row made, Root root) {}

    /** Counts the units that it finds from now on. */
    void count(UnitCounts into) {
        counts = into;
    }

    /** The units of root rows, in their order. */
    List<Kin.Unit> find(List<RowItem> roots, Names names) throws StoreException {
        List<Kin.Unit> units = kin.units(roots, names);
        if (counts != null) {
            counts.add(units);
        }
        return units;
    }

    /** Of each unit the rows that belong; none of a unit that cannot be made. */
    List<List<Naming>> naming(List<RowItem> roots, Names names) throws StoreException, LedgerException {
        List<List<Naming>> all = new ArrayList<>();
        List<Kin.Unit> units = find(roots, names);
        Map<Given.Wanted, Value> given = numbers.of(units);
        for (Kin.Unit unit : units) {
            all.add(naming(unit, given, names));
        }
        return all;
    }

    private List<Naming> naming(Kin.Unit unit, Map<Given.Wanted, Value> given, Names names) throws StoreException {
        List<Naming> naming = new ArrayList<>();
        try {
            List<Made> made = unit.trouble() == null ? made(unit, given, names, null) : List.of();
            for (int i = 0; i < made.size(); i++) {
                Kin.Member member = unit.members().get(i);
                if (!member.brought()) {
                    naming.add(new Naming(
                            member,
                            made.get(i).row(),
                            new Root(unit.root(), made.get(0).row())));
                }
            }
        } catch (MappingException e) {
            return List.of(); // whoever makes the unit says so
        }
        return naming;
    }

    /** @param objects what rows name and wait for, or null when nobody looks */
    List<RowPlan.Mapped> map(List<RowItem> roots, Names names, @Nullable UnitObjects objects)
            throws StoreException, LedgerException {
        List<Kin.Unit> units = find(roots, names);
        Map<Given.Wanted, Value> given = numbers.of(units);
        UnitObjects.Seen seen = UnitObjects.Seen.NOTHING;
        if (objects != null) {
            List<List<Naming>> naming = new ArrayList<>();
            for (Kin.Unit unit : units) {
                naming.add(naming(unit, given, names));
            }
            seen = objects.look(naming);
        }
        List<RowPlan.Mapped> mapped = new ArrayList<>();
        List<Out> out = new ArrayList<>();
        List<UniqueValues.Claim> claims = new ArrayList<>();
        for (int i = 0; i < units.size(); i++) {
            Kin.Unit unit = units.get(i);
            Row key = plan.key(roots.get(i));
            String trouble = unit.trouble();
            if (trouble != null) {
                mapped.add(new RowPlan.Mapped(key, List.of(), List.of(), trouble));
                continue;
            }
            try {
                List<Made> made = made(unit, given, names, seen.targets());
                List<Made> ordered = new Order(made, i, out).ordered();
                for (Made row : ordered) {
                    claims.add(new UniqueValues.Claim(i, row.table(), row.change(), row.open()));
                }
                mapped.add(new RowPlan.Mapped(
                        key,
                        made.stream().map(Made::row).toList(),
                        ordered.stream().map(Made::change).toList(),
                        null,
                        keys(made)));
            } catch (MappingException e) {
                mapped.add(new RowPlan.Mapped(key, List.of(), List.of(), String.valueOf(e.getMessage())));
            }
        }
        Map<Integer, String> why = missing(out);
        seen.troubles().forEach((unit, line) -> why.merge(unit, line, (one, more) -> more + "; " + one));
        unique.taken(claims).forEach((unit, line) -> why.merge(unit, line, Units::both));
        return refused(mapped, why);
    }

    /** Both reasons, or one that says the other too. */
    private static String both(String one, String more) {
        return one.contains(more) ? one : one + "; " + more;
    }

    private RowPlan.Keys keys(List<Made> made) {
        Set<RowKey> open = new HashSet<>();
        Set<RowKey> own = new HashSet<>();
        for (Made row : made) {
            RowKey key = plan.targetKey(row.change().table(), row.change().key());
            if (plan.keyAt(row.table()).stream().anyMatch(row.open()::contains)) {
                open.add(key);
            }
            if (row.own()) {
                own.add(key);
            }
        }
        return new RowPlan.Keys(open, own);
    }

    private static List<RowPlan.Mapped> refused(List<RowPlan.Mapped> mapped, Map<Integer, String> missing) {
        List<RowPlan.Mapped> all = new ArrayList<>();
        for (int i = 0; i < mapped.size(); i++) {
            String why = missing.get(i);
            all.add(why == null ? mapped.get(i) : mapped.get(i).refused(why));
        }
        return all;
    }

    /** @param targets the objects that rows name, at the target; null leaves out what is told of them */
    private List<Made> made(
            Kin.Unit unit,
            Map<Given.Wanted, Value> given,
            Names names,
            @Nullable IdentityHashMap<Kin.Member, Row> targets)
            throws MappingException, StoreException {
        Renewed renewed = Renewed.of(kinship, unit, newIds, numbers, given, names);
        Names seen = names.with("root", renewed.row(0, unit.root()));
        Map<Point, Boolean> own = new HashMap<>();
        List<Kin.Member> members = unit.members();
        for (Kin.Member member : members) {
            for (ForeignKey key : kinship.outward(member.table())) {
                if (closure.outward(key.target()) == Closure.Outward.NULL) {
                    points(members, key, own);
                }
            }
        }
        List<Made> made = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            Kin.Member member = members.get(i);
            RowMapping mapping = closure.rows().get(member.table());
            Row row = renewed.row(i, emptied(member, own));
            try {
                Row object = targets == null ? null : targets.get(member);
                Names told = object == null ? seen : seen.with("target", object);
                mapping = mapping == null || targets != null ? mapping : mapping.without("target");
                row = mapping == null ? row : mapping.apply(told.with("row", row));
                row = renewed.numbered(i, row);
                RowChange put = plan.put(member.table(), row);
                made.add(new Made(member.table(), put, renewed.open(i), renewed.isOwn(i, put.key())));
            } catch (MappingException e) {
                throw new MappingException(0, member.table() + ": " + e.getMessage(), null);
            } catch (StoreException e) {
                if (e.kind() != StoreException.Kind.INVALID) {
                    throw e;
                }
                throw new MappingException(0, String.valueOf(e.getMessage()), null); // a column cannot hold its value
            }
        }
        return made;
    }

    private static void points(List<Kin.Member> members, ForeignKey key, Map<Point, Boolean> into) {
        for (Kin.Member member : members) {
            Row value = member.table().equals(key.target())
                    ? Kin.value(member.row(), key.targetColumns(), key.targetColumns())
                    : null;
            if (value != null) {
                into.put(new Point(key.target(), key.targetColumns(), Canonical.digest(value)), true);
            }
        }
    }

    /** The row without its references to rows that do not belong, where the plan wants them empty. */
    private Row emptied(Kin.Member member, Map<Point, Boolean> own) throws MappingException {
        Row row = member.row();
        for (ForeignKey key : kinship.outward(member.table())) {
            Row value = closure.outward(key.target()) == Closure.Outward.NULL
                    ? Kin.value(member.row(), key.columns(), key.targetColumns())
                    : null;
            if (value == null
                    || own.containsKey(new Point(key.target(), key.targetColumns(), Canonical.digest(value)))) {
                continue;
            }
            TableStore.Table table = kinship.table(member.table());
            List<String> empty = table.columns().stream()
                    .filter(column -> column.nullable()
                            && key.columns().contains(column.name())
                            && !table.key().contains(column.name()))
                    .map(TableStore.Column::name)
                    .toList();
            if (empty.isEmpty()) {
                throw new MappingException(
                        0,
                        member.table() + "." + String.join(", ", key.columns()) + " refers to " + key.target()
                                + ", outward says null, and it cannot be null",
                        null);
            }
            for (String column : empty) {
                row = row.with(column, Value.NULL);
            }
        }
        return row;
    }

    /** Puts the rows of one unit into order, and notes what they refer to outside of it. */
    private final class Order {
        private final List<Made> rows;
        private final Map<Point, Integer> places = new HashMap<>();
        private final List<Set<Integer>> needs = new ArrayList<>();
        private final Set<Integer> begun = new HashSet<>();
        private final Set<Integer> taken = new LinkedHashSet<>();

        Order(List<Made> rows, int unit, List<Out> out) {
            this.rows = rows;
            Set<List<String>> indexed = new HashSet<>();
            for (Made row : rows) {
                for (ForeignKey key : references.getOrDefault(row.table(), List.of())) {
                    List<String> index = new ArrayList<>(List.of(key.target()));
                    index.addAll(key.targetColumns());
                    if (indexed.add(index)) {
                        index(key.target(), key.targetColumns());
                    }
                }
            }
            for (int i = 0; i < rows.size(); i++) {
                Set<Integer> mine = new LinkedHashSet<>();
                for (ForeignKey key : references.getOrDefault(rows.get(i).table(), List.of())) {
                    Row value = Kin.value(rows.get(i).row(), key.columns(), key.targetColumns());
                    if (value == null) {
                        continue;
                    }
                    Integer place = places.get(new Point(key.target(), key.targetColumns(), Canonical.digest(value)));
                    if (place == null) {
                        out.add(new Out(unit, key, value));
                    } else if (place != i && !key.deferrable()) {
                        mine.add(place);
                    }
                }
                needs.add(mine);
            }
        }

        private void index(String table, List<String> columns) {
            for (int i = 0; i < rows.size(); i++) {
                Row value = rows.get(i).table().equals(table)
                        ? Kin.value(rows.get(i).row(), columns, columns)
                        : null;
                if (value != null) {
                    places.put(new Point(table, columns, Canonical.digest(value)), i);
                }
            }
        }

        /** What a row needs comes first; rows that need one another stand in the order in which they were found. */
        List<Made> ordered() {
            for (int i = 0; i < rows.size(); i++) {
                take(i);
            }
            return taken.stream().map(rows::get).toList();
        }

        private void take(int first) {
            Deque<Integer> open = new ArrayDeque<>(List.of(first));
            while (!open.isEmpty()) {
                int at = open.peek();
                boolean ready = !begun.add(at);
                if (!ready) {
                    for (int need : needs.get(at)) {
                        if (!begun.contains(need)) {
                            open.push(need);
                        }
                    }
                } else {
                    taken.add(open.pop());
                }
            }
        }
    }

    /** What of the references out of units is not at the target, in words, by unit. */
    private Map<Integer, String> missing(List<Out> out) throws StoreException {
        Map<List<Object>, Map<Digest, Row>> wanted = new LinkedHashMap<>();
        for (Out each : out) {
            wanted.computeIfAbsent(
                            List.of(each.key().target(), each.key().targetColumns()), table -> new LinkedHashMap<>())
                    .put(Canonical.digest(each.value()), each.value());
        }
        Set<Point> there = new HashSet<>();
        for (Out each : out) {
            Map<Digest, Row> values =
                    wanted.remove(List.of(each.key().target(), each.key().targetColumns()));
            if (values != null) {
                String table = each.key().target();
                List<String> columns = each.key().targetColumns();
                Map<Row, List<Row>> found =
                        retry.call(() -> ((Related) target).related(table, columns, values.values()));
                found.keySet()
                        .forEach(value -> there.add(new Point(table, columns, Canonical.digest(value.only(columns)))));
            }
        }
        Map<Integer, String> missing = new LinkedHashMap<>();
        for (Out each : out) {
            ForeignKey key = each.key();
            if (!there.contains(new Point(key.target(), key.targetColumns(), Canonical.digest(each.value())))) {
                String line = key.table() + "." + String.join(", ", key.columns()) + " refers to "
                        + new RowKey(key.target(), each.value()).display()
                        + ", which neither belongs nor is at the target";
                missing.merge(each.unit(), line, Units::both);
            }
        }
        return missing;
    }
}
