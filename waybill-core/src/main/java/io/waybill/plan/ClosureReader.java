package io.waybill.plan;

import io.waybill.mapping.Expression;
import io.waybill.mapping.RowMapping;
import io.waybill.mapping.Scope;
import io.waybill.mapping.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what belongs to the rows of a root table. */
final class ClosureReader {
    /** What may stand beside {@code rows} in a move. */
    static final Set<String> BESIDE =
            Set.of("name", "rows", "after", "exists", "verify", "on_error", "budget", "limits", "backup", "hooks");

    /** A word before a dot, which may be the name of a table. */
    private static final Pattern ROOT = Pattern.compile("\\b([A-Za-z_][A-Za-z0-9_]*)\\s*\\.");

    private final Node.Mapping rows;
    private final Scope vars;
    private final Problems problems;

    /** @param vars the names that every expression sees */
    ClosureReader(Node.Mapping rows, Scope vars, Problems problems) {
        this.rows = rows;
        this.vars = vars;
        this.problems = problems;
    }

    /** The names of a row of a unit: {@code row.}, {@code root.}, {@code vars.}. */
    private Scope member() {
        return vars.withRow(null).withAny("root");
    }

    /** Notes keys of the move that have no meaning beside {@code rows}. */
    void refuseOthers(Node.Mapping move) {
        for (Node.Entry entry : move.entries()) {
            String key = entry.key().text();
            if (!BESIDE.contains(key)) {
                String hint =
                        switch (key) {
                            case "from" -> "rows: has root:, the table that it begins with";
                            case "to" -> "rows: has to:, the store";
                            case "where", "row" -> "it stands below rows:";
                            default -> null;
                        };
                problems.add(entry.key(), "\"" + key + "\" has no place beside \"rows\"", hint);
            }
        }
    }

    /** Which root rows move. */
    @Nullable
    Expression where() {
        Expression where = Moves.expression("where", rows.find("where"), vars.withRow(null), problems);
        return isCondition("where", where, rows.find("where")) ? where : null;
    }

    private boolean isCondition(String key, @Nullable Expression expression, @Nullable Node at) {
        if (expression == null) {
            return false;
        } else if (expression.type() != ValueType.BOOLEAN && expression.type() != ValueType.ANY) {
            problems.add(
                    at == null ? rows : at,
                    "\"" + key + "\" must be true or false, but gives "
                            + expression.type().text());
            return false;
        }
        return true;
    }

    Closure read(String root) {
        Map<String, Expression> follow = new LinkedHashMap<>();
        for (Node.Entry entry : entries("follow")) {
            Expression condition = follow(entry);
            if (condition != null) {
                follow.put(entry.key().text(), condition);
            }
        }
        Set<String> stop = new LinkedHashSet<>();
        for (Node.Scalar table : Moves.scalars(rows.find("stop"))) {
            stop.add(table.text());
            if (follow.containsKey(table.text()) || table.text().equals(root)) {
                problems.add(table, "\"" + table.text() + "\" belongs by what the plan says, and is stopped");
            }
        }
        Map<String, Closure.Outward> outward = new LinkedHashMap<>();
        for (Node.Entry entry : entries("outward")) {
            String text = PlanReader.text(entry.value());
            if (text != null && Word.all(Closure.Outward.class).contains(text)) {
                outward.put(entry.key().text(), Word.parse(Closure.Outward.class, text));
            }
        }
        Map<String, RowMapping> mappings = new LinkedHashMap<>();
        List<String> named = ObjectsReader.tables(rows);
        named.removeIf(table -> named.indexOf(table) != named.lastIndexOf(table)); // which of its objects would it be
        for (Node.Entry entry : entries("row")) {
            Scope scope = member().withRun();
            scope = named.contains(entry.key().text()) ? scope.withTarget() : scope;
            RowMapping mapping =
                    entry.value() instanceof Node.Mapping map ? RowReader.read(map, scope, problems) : null;
            if (mapping != null) {
                mappings.put(entry.key().text(), mapping);
            }
        }
        return new Closure(root, follow, stop, outward, ids(), mappings);
    }

    private Closure.Ids ids() {
        Node ids = rows.find("ids");
        if (!(ids instanceof Node.Mapping map)) {
            return "new".equals(PlanReader.text(ids)) ? new Closure.Ids(true, Map.of(), Map.of()) : Closure.Ids.KEEP;
        }
        Map<String, List<Expression>> more = new LinkedHashMap<>();
        for (Node.Entry entry : entries(map, "new")) {
            for (Node.Scalar each : Moves.scalars(entry.value())) {
                String table = entry.key().text();
                Expression what = Moves.expression("ids: new: " + table, each, member(), problems);
                if (what != null) {
                    more.computeIfAbsent(table, name -> new ArrayList<>()).add(what);
                }
            }
        }
        Map<String, Set<String>> kept = new LinkedHashMap<>();
        for (Node.Entry entry : entries(map, "keep")) {
            for (Node.Scalar column : Moves.scalars(entry.value())) {
                kept.computeIfAbsent(entry.key().text(), name -> new LinkedHashSet<>())
                        .add(column.text());
            }
        }
        return new Closure.Ids(true, more, kept);
    }

    private List<Node.Entry> entries(String key) {
        return entries(rows, key);
    }

    private static List<Node.Entry> entries(Node.Mapping within, String key) {
        return within.find(key) instanceof Node.Mapping map ? map.entries() : List.of();
    }

    /** A condition on {@code row.}, by fields of {@code root.} or of one other table whose rows belong. */
    private @Nullable Expression follow(Node.Entry entry) {
        Scope scope = member();
        if (entry.value() instanceof Node.Scalar text) {
            Matcher names = ROOT.matcher(text.text());
            while (names.find()) {
                String name = names.group(1);
                if (!Set.of("row", "root", "vars").contains(name)) {
                    scope = scope.withAny(name);
                }
            }
        }
        String key = "follow: " + entry.key().text();
        Expression condition = Moves.expression(key, entry.value(), scope, problems);
        if (!isCondition(key, condition, entry.value())) {
            return null;
        }
        if (condition != null && condition.partnerColumns().isEmpty()) {
            problems.add(
                    entry.value(),
                    "in \"" + key + "\": no column of the row is compared with a field of another row, so every row of "
                            + entry.key().text() + " would have to be read",
                    "write row.COLUMN == root.COLUMN, or row.COLUMN in root.LIST");
            return null;
        }
        return condition;
    }
}
