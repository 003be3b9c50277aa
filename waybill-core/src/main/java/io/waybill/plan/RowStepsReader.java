package io.waybill.plan;

import io.waybill.mapping.Expression;
import io.waybill.mapping.RowMapping;
import io.waybill.mapping.Scope;
import io.waybill.mapping.ValueType;
import io.waybill.store.Effect;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what else happens to the rows of a move. */
final class RowStepsReader {
    private static final Set<String> TAKEN =
            Set.of("row", "source", "vars", "run", "batch", "lookup", "collect", "file", "target", "var", "in", "as");

    private final Node.Mapping move;
    private final Scope read;
    private final Function<Node.Scalar, @Nullable From> address;
    private final Problems problems;

    /**
     * @param read the names of a row as it is read: {@code row.}, {@code vars.}, {@code run.}
     * @param address reads {@code STORE:TABLE}; notes what is wrong with it and answers null
     */
    RowStepsReader(Node.Mapping move, Scope read, Function<Node.Scalar, @Nullable From> address, Problems problems) {
        this.move = move;
        this.read = read;
        this.address = address;
        this.problems = problems;
    }

    RowSteps read() {
        Map<String, RowSteps.Lookup> lookups = new LinkedHashMap<>();
        for (Node.Entry entry : entries("lookup")) {
            RowSteps.Lookup lookup = entry.value() instanceof Node.Mapping map ? lookup(map) : null;
            if (lookup != null) {
                lookups.put(entry.key().text(), lookup);
            }
        }
        Map<String, RowSteps.Collect> collects = new LinkedHashMap<>();
        for (Node.Entry entry : entries("collect")) {
            RowSteps.Collect collect = entry.value() instanceof Node.Mapping map ? collect(map) : null;
            if (collect != null) {
                collects.put(entry.key().text(), collect);
            }
        }
        return new RowSteps(lookups, collects, spread(), checks(), with());
    }

    /** The names that the row's own change may use. */
    Scope mapping() {
        String as = as();
        return as == null ? found() : found().withAny(as);
    }

    /** The names of a row and of what was found for it. */
    private Scope found() {
        Scope scope = read;
        if (move.find("lookup") instanceof Node.Mapping map) {
            scope = scope.withOpen("lookup", names(map));
        }
        if (move.find("collect") instanceof Node.Mapping map) {
            scope = scope.withLists("collect", names(map));
        }
        return scope;
    }

    private static List<String> names(Node.Mapping map) {
        return map.entries().stream().map(entry -> entry.key().text()).toList();
    }

    private @Nullable String as() {
        return move.find("spread") instanceof Node.Mapping map ? PlanReader.text(map.find("as")) : null;
    }

    /** The names that checks and further effects may use: {@code row.} is as mapped, {@code source.} as read. */
    private Scope mapped() {
        return mapping().withSource().withRow(null);
    }

    private List<Node.Entry> entries(String key) {
        return move.find(key) instanceof Node.Mapping map ? map.entries() : List.of();
    }

    private Map<String, Expression> by(Node.Mapping map) {
        Map<String, Expression> by = new LinkedHashMap<>();
        if (map.find("by") instanceof Node.Mapping columns) {
            for (Node.Entry entry : columns.entries()) {
                Expression value = Moves.expression("by", entry.value(), read, problems);
                if (value != null) {
                    by.put(entry.key().text(), value);
                }
            }
        }
        return by;
    }

    private RowSteps.@Nullable Lookup lookup(Node.Mapping map) {
        From in = map.find("in") instanceof Node.Scalar place ? address.apply(place) : null;
        if (in == null) {
            return null;
        }
        return new RowSteps.Lookup(
                in,
                by(map),
                choice(RowSteps.Miss.class, map.find("miss"), RowSteps.Miss.FAIL),
                choice(RowSteps.Many.class, map.find("many"), RowSteps.Many.FAIL));
    }

    private static <E extends Enum<E> & Word> E choice(Class<E> type, @Nullable Node node, E otherwise) {
        String text = PlanReader.text(node);
        return text == null || !Word.all(type).contains(text) ? otherwise : Word.parse(type, text);
    }

    private RowSteps.@Nullable Collect collect(Node.Mapping map) {
        From from = map.find("from") instanceof Node.Scalar place ? address.apply(place) : null;
        RowMapping row = map.find("row") instanceof Node.Mapping changes
                ? RowReader.read(changes, read.withRow(null), problems)
                : null;
        if (from == null) {
            return null;
        }
        List<String> order =
                Moves.scalars(map.find("order")).stream().map(Node.Scalar::text).toList();
        return new RowSteps.Collect(from, by(map), order, row);
    }

    private RowSteps.@Nullable Spread spread() {
        if (!(move.find("spread") instanceof Node.Mapping map)) {
            return null;
        }
        Expression over = Moves.expression("over", map.find("over"), found(), problems);
        String as = as();
        Node at = map.find("as");
        if (as != null && at != null && (TAKEN.contains(as) || !as.matches("[a-z][A-Za-z0-9_]*"))) {
            problems.add(at, "\"as\" cannot be \"" + as + "\"", "take a short word such as v");
            return null;
        }
        return over == null || as == null ? null : new RowSteps.Spread(over, as);
    }

    private RowSteps.Checks checks() {
        if (!(move.find("checks") instanceof Node.Mapping map)) {
            return RowSteps.Checks.NONE;
        }
        Map<String, String> refs = new LinkedHashMap<>();
        if (map.find("refs") instanceof Node.Mapping named) {
            for (Node.Entry entry : named.entries()) {
                String text = PlanReader.text(entry.value());
                if (text != null && text.indexOf(':') > 0 && entry.value() instanceof Node.Scalar place) {
                    From column = address.apply(place);
                    text = column == null ? null : column.text();
                }
                if (text != null) {
                    refs.put(entry.key().text(), text);
                }
            }
        }
        List<RowSteps.Rule> rules = new ArrayList<>();
        if (map.find("rules") instanceof Node.Mapping named) {
            for (Node.Entry entry : named.entries()) {
                RowSteps.Rule rule = rule(entry);
                if (rule != null) {
                    rules.add(rule);
                }
            }
        }
        return new RowSteps.Checks(texts(map.find("required")), texts(map.find("unique")), refs, rules);
    }

    private static List<String> texts(@Nullable Node node) {
        return Moves.scalars(node).stream().map(Node.Scalar::text).toList();
    }

    private RowSteps.@Nullable Rule rule(Node.Entry entry) {
        Node node = entry.value() instanceof Node.Mapping map ? map.find("expr") : entry.value();
        boolean error =
                !(entry.value() instanceof Node.Mapping map) || !"warn".equals(PlanReader.text(map.find("severity")));
        Expression expr = Moves.expression("rules", node, mapped(), problems);
        if (expr != null && expr.type() != ValueType.BOOLEAN && expr.type() != ValueType.ANY && node != null) {
            problems.add(
                    node,
                    "a rule must be true or false, but gives " + expr.type().text());
        }
        String message = entry.value() instanceof Node.Mapping map ? PlanReader.text(map.find("message")) : null;
        return expr == null
                ? null
                : new RowSteps.Rule(message == null ? entry.key().text() : message, expr, error);
    }

    private List<RowSteps.With> with() {
        List<RowSteps.With> effects = new ArrayList<>();
        if (move.find("with") instanceof Node.Sequence list) {
            for (Node item : list.items()) {
                RowSteps.With effect = item instanceof Node.Mapping map ? effect(map) : null;
                if (effect != null) {
                    effects.add(effect);
                }
            }
        }
        return effects;
    }

    private RowSteps.@Nullable With effect(Node.Mapping map) {
        Effect.Kind kind = null;
        From to = null;
        for (Effect.Kind each : Effect.Kind.values()) {
            Node place = map.find(each.name().toLowerCase(java.util.Locale.ROOT));
            if (place instanceof Node.Scalar scalar) {
                if (kind != null) {
                    problems.add(place, "an effect is one of put, patch and remove", "write two effects");
                }
                kind = each;
                to = address.apply(scalar);
            }
        }
        if (kind == null) {
            problems.add(map, "an effect needs put, patch or remove with an address");
        }
        RowMapping row = RowReader.read(map, mapped().withRun(), problems);
        Expression when = Moves.expression("when", map.find("when"), mapped(), problems);
        return kind == null || to == null || row == null ? null : new RowSteps.With(kind, to, row, when);
    }
}
