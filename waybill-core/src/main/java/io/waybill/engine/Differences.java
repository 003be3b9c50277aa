package io.waybill.engine;

import io.waybill.engine.PlanReport.Difference;
import io.waybill.engine.PlanReport.Difference.Action;
import io.waybill.engine.PlanReport.Difference.Part;
import io.waybill.mapping.RowMapping;
import io.waybill.plan.Exists;
import io.waybill.plan.Move;
import io.waybill.store.Catalogued;
import io.waybill.store.Catalogued.ForeignKey;
import io.waybill.store.Catalogued.UniqueKey;
import io.waybill.store.Content;
import io.waybill.store.Described;
import io.waybill.store.Described.Attribute;
import io.waybill.store.Described.Definition;
import io.waybill.store.Described.Rule;
import io.waybill.store.Described.Trigger;
import io.waybill.store.Described.Unnamed;
import io.waybill.store.Numbering;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the tables of a move of units differ between its two ends, and what becomes of each difference. Whether a column takes
 * what another has is asked of the target itself, with values at the edges of the source's type. Used once.
 */
final class Differences {
    private final Move move;
    private final Kinship kinship;
    private final TableStore source;
    private final TableStore target;
    private final List<Difference> found = new ArrayList<>();

    private Differences(Move move, Kinship kinship, TableStore source, TableStore target) {
        this.move = move;
        this.kinship = kinship;
        this.source = source;
        this.target = target;
    }

    /** Of all tables that rows may be written to; empty where the stores cannot say. */
    static List<Difference> of(Move move, Kinship kinship, TableStore source, TableStore target) throws StoreException {
        Differences differences = new Differences(move, kinship, source, target);
        if (source instanceof Described from && target instanceof Described to) {
            differences.look(from, to);
        }
        return differences.found;
    }

    /** The same, where the columns that the target numbers are said to be that. */
    static List<Difference> numbered(List<Difference> all, Units units) {
        return all.stream()
                .map(each -> each.part() == Part.COLUMN && units.numbers(each.table(), each.name())
                        ? new Difference(
                                each.move(),
                                each.table(),
                                each.part(),
                                each.name(),
                                each.source(),
                                each.target(),
                                Action.DEFAULTED,
                                "numbered by the target, and what refers to it follows")
                        : each)
                .toList();
    }

    private void look(Described from, Described to) throws StoreException {
        Set<String> tables = kinship.written();
        Map<String, Definition> here = from.definitions(tables);
        Map<String, Definition> there = to.definitions(tables);
        Map<String, List<String>> uniqueHere = unique(source);
        Map<String, List<String>> uniqueThere = unique(target);
        Map<String, List<String>> keysHere = references(source);
        Map<String, List<String>> keysThere = references(target);
        for (String table : tables) {
            Definition mine = here.get(table);
            Definition other = there.get(table);
            if (mine == null) {
                continue; // it was there when the catalog was read
            } else if (other == null) {
                add(
                        table,
                        Part.TABLE,
                        "",
                        "table",
                        "",
                        Action.REFUSED,
                        "the target has no such table. Make it there" + (isRoot(table) ? "" : ", or name it in stop"));
                continue;
            } else if (target.table(table).key().isEmpty()) {
                add(
                        table,
                        Part.TABLE,
                        "",
                        "table",
                        "no key",
                        Action.REFUSED,
                        "the target's has no key, so a row could be written twice. Give it a primary key");
            }
            columns(table, mine, other);
            constraints(table, Part.UNIQUE, uniqueHere, uniqueThere, "looked for before the first write");
            constraints(
                    table,
                    Part.FOREIGN_KEY,
                    keysHere,
                    keysThere,
                    "what it leads to has to be in the unit or at the target, before the first write");
            rules(table, mine, other);
            triggers(table, mine, other);
        }
    }

    private boolean isRoot(String table) {
        return table.equals(kinship.closure().root());
    }

    private void add(String table, Part part, String name, String source, String target, Action action, String note) {
        found.add(new Difference(move.name(), table, part, name, source, target, action, note));
    }

    private void columns(String table, Definition mine, Definition other) throws StoreException {
        Map<String, Attribute> theirs = new LinkedHashMap<>();
        other.columns().forEach(column -> theirs.put(column.name(), column));
        Set<String> names = new LinkedHashSet<>();
        for (Attribute column : mine.columns()) {
            names.add(column.name());
            column(table, column, theirs.get(column.name()), other);
        }
        for (Attribute column : other.columns()) {
            if (names.add(column.name())) {
                column(table, null, column, other);
            }
        }
        RowMapping mapping = kinship.closure().rows().get(table);
        for (RowMapping.Field field : mapping == null ? List.<RowMapping.Field>of() : mapping.fields()) {
            String name = field.path().get(0);
            if (names.add(name)) {
                add(
                        table,
                        Part.COLUMN,
                        name,
                        "",
                        "",
                        Action.REFUSED,
                        "row sets it, and the target has no such column. Take it out of row: " + table);
            }
        }
    }

    private void column(String table, @Nullable Attribute mine, @Nullable Attribute other, Definition at)
            throws StoreException {
        String name = mine != null ? mine.name() : other != null ? other.name() : "";
        Judged judged = judge(table, name, mine, other, at);
        add(table, Part.COLUMN, name, shown(mine), shown(other), judged.action(), judged.note());
    }

    private static String shown(@Nullable Attribute column) {
        return column == null ? "" : column.type() + (column.nullable() ? "" : " not null");
    }

    private record Judged(Action action, String note) {}

    private Judged judge(String table, String name, @Nullable Attribute mine, @Nullable Attribute other, Definition at)
            throws StoreException {
        if (mine != null && !mine.mapped()) {
            return refused("its type has no mapping, so its rows cannot be read" + stop(table));
        } else if (other != null && !other.mapped()) {
            return refused("its type has no mapping, so rows there cannot be compared" + stop(table));
        } else if (other == null) {
            return kinship.has(table, name)
                    ? refused("the target has no such column. Leave it out: row: { " + table + ": { drop: [" + name
                            + "] } }")
                    : new Judged(Action.DROPPED, "left out by row");
        } else if (other.unnamed() == Unnamed.COMPUTED) {
            return new Judged(
                    mine != null && shown(mine).equals(shown(other)) && mine.unnamed() == Unnamed.COMPUTED
                            ? Action.SAME
                            : Action.DEFAULTED,
                    "computed by the target: " + other.fill());
        } else if (kinship.makes(table, name)) {
            return new Judged(Action.MAPPED, "set by row");
        } else if (mine == null || !kinship.has(table, name)) {
            return unnamed(table, other, at);
        } else if (mine.type().equals(other.type())
                && mine.common()
                && other.common()
                && (other.nullable() || !mine.nullable())) {
            return new Judged(
                    mine.nullable() == other.nullable() ? Action.SAME : Action.WIDENED,
                    mine.nullable() == other.nullable() ? "" : "may be null there");
        }
        return fit(table, name, mine, other);
    }

    private static Judged refused(String note) {
        return new Judged(Action.REFUSED, note);
    }

    private String stop(String table) {
        return isRoot(table) ? "" : ". Name the table in stop";
    }

    /** What the target gives rows that come without a column. */
    private Judged unnamed(String table, Attribute column, Definition at) throws StoreException {
        String name = column.name();
        boolean key = target.table(table).key().contains(name);
        if (key && numbered(table, name)) {
            return new Judged(Action.DEFAULTED, "numbered by the target, and what refers to it follows");
        } else if (key) {
            return refused(Numbers.unmade(table, name));
        }
        for (Trigger trigger : at.triggers()) {
            if (trigger.inserts() && trigger.sets().contains(name)) {
                return new Judged(Action.DEFAULTED, "set by trigger " + trigger.name());
            }
        }
        return switch (column.unnamed()) {
            case NULL -> new Judged(Action.DEFAULTED, "null");
            case DEFAULT -> new Judged(Action.DEFAULTED, column.fill());
            case NUMBERED -> new Judged(Action.DEFAULTED, "numbered by the target");
            case COMPUTED -> new Judged(Action.DEFAULTED, "computed by the target: " + column.fill());
            case REFUSED -> {
                for (Trigger trigger : at.triggers()) {
                    if (trigger.inserts() && trigger.sets().contains("*")) {
                        yield new Judged(
                                Action.DEFAULTED,
                                "not null without default; perhaps trigger " + trigger.name() + " sets it");
                    }
                }
                yield refused("the target wants a value and has no default. Give one: row: { " + table + ": { set: { "
                        + name + ": ... } } }");
            }
        };
    }

    private boolean numbered(String table, String column) throws StoreException {
        return target instanceof Numbering numbering
                && numbering.numbered(table).contains(column);
    }

    /** Asks the target to hold values at the edges of what the source has. */
    private Judged fit(String table, String name, Attribute mine, Attribute other) throws StoreException {
        boolean any = false;
        boolean all = true;
        boolean nulls = true;
        List<Value> edges = ((Described) source).edges(table, name);
        for (Value value : edges) {
            boolean held = holds(table, name, value);
            if (value instanceof Value.Null) {
                nulls = held;
            } else {
                any |= held;
                all &= held;
            }
        }
        if (!any) {
            return refused("no " + mine.type() + " becomes " + other.type() + ". Say how below row: " + table);
        } else if (!all || !nulls) {
            return new Judged(
                    Action.NARROWED,
                    (all ? "null" : nulls ? "what does not fit" : "null, and what does not fit,")
                            + " is refused, row by row, before the first write");
        }
        boolean same = mine.type().equals(other.type())
                && mine.nullable() == other.nullable()
                && edges.equals(((Described) target).edges(table, name));
        return new Judged(same ? Action.SAME : Action.WIDENED, "");
    }

    private boolean holds(String table, String column, Value value) throws StoreException {
        try {
            target.asStored(table, new Content.RowContent(Row.of(column, value)));
            return true;
        } catch (StoreException e) {
            if (e.kind() == Kind.INVALID) {
                return false;
            }
            throw e;
        }
    }

    private static Map<String, List<String>> unique(TableStore store) throws StoreException {
        Map<String, List<String>> unique = new HashMap<>();
        if (store instanceof Catalogued catalog) {
            for (UniqueKey key : catalog.uniqueKeys()) {
                unique.computeIfAbsent(key.table(), table -> new ArrayList<>())
                        .add(new TreeSet<>(key.columns()).stream().collect(Collectors.joining(", ", "(", ")")));
            }
        }
        return unique;
    }

    private static Map<String, List<String>> references(TableStore store) throws StoreException {
        Map<String, List<String>> references = new HashMap<>();
        if (store instanceof Catalogued catalog) {
            for (ForeignKey key : catalog.foreignKeys()) {
                references
                        .computeIfAbsent(key.table(), table -> new ArrayList<>())
                        .add("(" + String.join(", ", key.columns()) + ") to " + key.target() + " ("
                                + String.join(", ", key.targetColumns()) + ")");
            }
        }
        return references;
    }

    private void constraints(
            String table, Part part, Map<String, List<String>> here, Map<String, List<String>> there, String narrower) {
        Set<String> mine = new LinkedHashSet<>(here.getOrDefault(table, List.of()));
        Set<String> theirs = new LinkedHashSet<>(there.getOrDefault(table, List.of()));
        for (String each : mine) {
            boolean both = theirs.remove(each);
            add(
                    table,
                    part,
                    each,
                    "yes",
                    both ? "yes" : "",
                    both ? Action.SAME : Action.WIDENED,
                    both ? "" : "not asked for there");
        }
        theirs.forEach(each -> add(table, part, each, "", "yes", Action.NARROWED, narrower));
    }

    /** Rules of the same text are the same, whatever their names. */
    private void rules(String table, Definition mine, Definition other) {
        Map<String, String> theirs = new LinkedHashMap<>();
        other.rules().forEach(rule -> theirs.put(rule.text(), rule.name()));
        for (Rule rule : mine.rules()) {
            boolean both = theirs.remove(rule.text()) != null;
            add(
                    table,
                    Part.RULE,
                    rule.name(),
                    rule.text(),
                    both ? rule.text() : "",
                    both ? Action.SAME : Action.WIDENED,
                    both ? "" : "not asked for there");
        }
        theirs.forEach((text, name) ->
                add(table, Part.RULE, name, "", text, Action.NARROWED, "the target looks, when a unit is written"));
    }

    private void triggers(String table, Definition mine, Definition other) {
        Map<String, String> here = new HashMap<>();
        mine.triggers().forEach(trigger -> here.put(trigger.name(), trigger.text()));
        for (Trigger trigger : other.triggers()) {
            if (!trigger.inserts() && move.exists() != Exists.REPLACE) {
                continue; // rows are only added
            }
            boolean known = !trigger.text().isEmpty() && trigger.text().equals(here.get(trigger.name()));
            boolean harmless =
                    known && trigger.writes().isEmpty() && trigger.sets().isEmpty();
            add(
                    table,
                    Part.TRIGGER,
                    trigger.name(),
                    here.containsKey(trigger.name()) ? "yes" : "",
                    "yes",
                    harmless ? Action.SAME : Action.FIRES,
                    harmless ? "" : effect(trigger));
        }
    }

    /** What a trigger does to the unit, as far as its text says. */
    private String effect(Trigger trigger) {
        if (trigger.text().isEmpty()) {
            return "what it does cannot be read here";
        }
        List<String> effects = new ArrayList<>();
        if (!trigger.sets().isEmpty()) {
            effects.add("sets " + String.join(", ", new TreeSet<>(trigger.sets())) + " in the row itself");
        }
        for (String written : new TreeSet<>(trigger.writes())) {
            effects.add(
                    kinship.written().contains(written)
                            ? "writes to " + written + ": rows of the unit take the place of its own"
                            : "writes to " + written + ", which no unit does");
        }
        return effects.isEmpty() ? "writes to no other table" : String.join("; ", effects);
    }
}
