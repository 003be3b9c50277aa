package io.waybill.plan;

import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.mapping.Nearest;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One example of a move of rows: what becomes of its row, compared with what it says. Used once. */
final class Example {
    /** What examples see as {@code run.}: it never changes, so that they hold tomorrow too. */
    private static final Row RUN =
            Row.of("id", Value.of("r1")).with("started", new Value.Timestamp(Instant.parse("2026-01-01T00:00:00Z")));

    private final Plan plan;
    private final Move move;
    private final String name;
    private final Node.Mapping map;
    private final Problems problems;
    private boolean holds = true;

    /** What became of the row: it is set aside for a reason, or left out, or there are rows, perhaps none. */
    private record Outcome(@Nullable String reason, boolean leftOut, List<Row> rows) {
        static Outcome aside(String reason) {
            return new Outcome(reason, false, List.of());
        }

        static Outcome without() {
            return new Outcome(null, true, List.of());
        }

        String text() {
            if (reason != null) {
                return "it is set aside: " + reason;
            } else if (leftOut) {
                return "the row is left out";
            }
            return rows.size() == 1 ? "there is a row" : "there are " + rows.size() + " rows";
        }
    }

    Example(Plan plan, Move move, String name, Node.Mapping map, Problems problems) {
        this.plan = plan;
        this.move = move;
        this.name = name;
        this.map = map;
        this.problems = problems;
    }

    /** Whether it does as it says; if not, that has been noted. */
    boolean holds() {
        Node out = map.find("out");
        Node fails = map.find("fails");
        if ((out == null) == (fails == null)) {
            wrong(map, "it needs one of \"out\" and \"fails\"", "what the row becomes, null, or why it is set aside");
            return false;
        }
        Names names = Names.of(plan.namespace())
                .with("vars", vars())
                .with("run", RUN)
                .with("batch", Row.of("id", Value.of("r1.1")));
        ExampleValues values = new ExampleValues(plan.places().vars(), names, this::wrong);
        Row in = map.find("in") instanceof Node.Mapping row ? values.row(row) : Row.EMPTY;
        Map<String, List<Row>> lookups = found("lookup", move.steps().lookups().keySet(), values);
        Map<String, List<Row>> collects =
                found("collect", move.steps().collects().keySet(), values);
        if (holds) {
            Outcome outcome = outcome(in, names.with("row", in), lookups, collects);
            if (fails instanceof Node.Scalar reason) {
                fails(reason, outcome);
            } else if (out != null) {
                compare(out, outcome, values);
            }
        }
        return holds;
    }

    private void wrong(Node at, String message, @Nullable String hint) {
        problems.add(at, name + ": " + message, hint);
        holds = false;
    }

    /** The plan's variables, and what the example says instead. */
    private Row vars() {
        Row vars = plan.vars();
        if (map.find("vars") instanceof Node.Mapping given) {
            var types = plan.places().vars();
            for (Node.Entry entry : given.entries()) {
                String var = entry.key().text();
                var type = types.get(var);
                if (type == null) {
                    wrong(entry.key(), "no \"vars." + var + "\"", Nearest.hint(var, types.keySet()));
                } else if (entry.value() instanceof Node.Scalar scalar && !scalar.isNull()) {
                    Value value = VarReader.value(type, scalar);
                    if (value == null) {
                        wrong(
                                scalar,
                                "\"" + var + "\" must be " + type.text() + ", not \"" + scalar.text() + "\"",
                                null);
                    } else {
                        vars = vars.with(var, value);
                    }
                } else {
                    wrong(entry.value(), "\"" + var + "\" must be a single value", null);
                }
            }
        }
        return vars;
    }

    /** What the example says would be found: a row, a list of rows, or null. */
    private Map<String, List<Row>> found(String key, Set<String> known, ExampleValues values) {
        Map<String, List<Row>> found = new LinkedHashMap<>();
        for (Node.Entry entry : map.find(key) instanceof Node.Mapping given ? given.entries() : List.<Node.Entry>of()) {
            String one = entry.key().text();
            if (!known.contains(one)) {
                wrong(entry.key(), "the move has no " + key + " \"" + one + "\"", Nearest.hint(one, known));
                continue;
            }
            List<Row> rows = new ArrayList<>();
            List<Node> items = entry.value() instanceof Node.Sequence list ? list.items() : List.of(entry.value());
            for (Node item : items) {
                if (item instanceof Node.Mapping row) {
                    rows.add(values.row(row));
                } else if (!(item instanceof Node.Scalar scalar && scalar.isNull())) {
                    wrong(item, "what " + key + " \"" + one + "\" finds must be a map, a list of maps or null", null);
                }
            }
            found.put(one, rows);
        }
        return found;
    }

    private Outcome outcome(Row in, Names names, Map<String, List<Row>> lookups, Map<String, List<Row>> collects) {
        try {
            if (move.where() != null && !move.where().test(names)) {
                return Outcome.without();
            }
        } catch (MappingException e) {
            return Outcome.aside("where: " + e.getMessage());
        }
        Sight sight = new Sight(move.steps(), names);
        move.steps().lookups().forEach((each, lookup) -> {
            Row wanted = sight.wanted(lookup.in(), lookup.by());
            if (wanted != null) {
                sight.lookup(
                        each, lookup, wanted.names().isEmpty() ? List.of() : lookups.getOrDefault(each, List.of()));
            }
        });
        move.steps().collects().forEach((each, collect) -> {
            Row wanted = sight.wanted(collect.from(), collect.by());
            if (wanted != null) {
                sight.collect(
                        each, collect, wanted.names().isEmpty() ? List.of() : collects.getOrDefault(each, List.of()));
            }
        });
        if (sight.skip()) {
            return Outcome.without();
        }
        String trouble = sight.trouble();
        return trouble == null ? mapped(in, sight.names()) : Outcome.aside(trouble);
    }

    private Outcome mapped(Row in, Names names) {
        List<Row> rows = new ArrayList<>();
        try {
            RowSteps.Spread spread = move.steps().spread();
            for (Names each : spread == null ? List.of(names) : spread.each(names)) {
                Row made = move.row() == null ? in : move.row().apply(each);
                rows.add(made);
                Names effect = each.with("source", in).with("row", made);
                for (RowSteps.With with : move.steps().with()) {
                    if (with.when() == null || with.when().test(effect)) {
                        with.row().apply(effect);
                    }
                }
            }
        } catch (MappingException e) {
            return Outcome.aside(String.valueOf(e.getMessage()));
        }
        for (Row row : rows) {
            String broken = Conditions.missing(move.steps().checks(), row);
            broken = broken == null ? Conditions.broken(move.steps().checks(), row, names, () -> {}) : broken;
            if (broken != null) {
                return Outcome.aside(broken);
            }
        }
        return new Outcome(null, false, rows);
    }

    private void fails(Node.Scalar part, Outcome outcome) {
        String reason = outcome.reason();
        if (reason == null) {
            wrong(
                    part,
                    "expected that the row is set aside with \"" + part.text() + "\", found: " + outcome.text(),
                    null);
        } else if (!reason.contains(part.text())) {
            wrong(part, "expected the reason \"" + part.text() + "\", found \"" + reason + "\"", null);
        }
    }

    private void compare(Node out, Outcome outcome, ExampleValues values) {
        if (out instanceof Node.Scalar scalar) {
            if (!scalar.isNull()) {
                wrong(out, "\"out\" must be a map, a list of maps or null", null);
            } else if (!outcome.leftOut()) {
                wrong(out, "expected that the row is left out, found: " + outcome.text(), null);
            }
            return;
        }
        List<Node> expected = out instanceof Node.Sequence list ? list.items() : List.of(out);
        if (outcome.reason() != null || outcome.leftOut() || outcome.rows().size() != expected.size()) {
            String wanted = expected.size() == 1 ? "a row" : expected.size() + " rows";
            wrong(out, "expected " + wanted + ", found: " + outcome.text(), null);
            return;
        }
        for (int i = 0; i < expected.size(); i++) {
            if (expected.get(i) instanceof Node.Mapping row) {
                values.compare(
                        out instanceof Node.Sequence ? "row " + (i + 1) + ": " : "",
                        row,
                        outcome.rows().get(i));
            } else {
                wrong(expected.get(i), "a row of \"out\" must be a map", null);
            }
        }
    }
}
