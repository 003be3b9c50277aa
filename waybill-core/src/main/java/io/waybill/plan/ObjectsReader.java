package io.waybill.plan;

import io.waybill.mapping.Expression;
import io.waybill.mapping.Scope;
import io.waybill.mapping.Template;
import io.waybill.mapping.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads which objects go with the rows of units. They become moves of files that rows name, one for each entry, and the move of
 * the rows comes after them.
 */
final class ObjectsReader {
    private static final String NAME = "objects";

    private final Moves moves;
    private final Move units;
    private final Node.Mapping map;
    private final Node.Mapping rows;
    private final Scope vars;
    private final Settings settings;
    private final Problems problems;

    /**
     * @param units the move of the rows, whose node is {@code map}
     * @param rows what stands below its key of that name
     */
    ObjectsReader(
            Moves moves,
            Move units,
            Node.Mapping map,
            Node.Mapping rows,
            Map<String, ValueType> vars,
            Settings settings,
            Problems problems) {
        this.moves = moves;
        this.units = units;
        this.map = map;
        this.rows = rows;
        this.vars = Scope.EMPTY.withVars(vars);
        this.settings = settings;
        this.problems = problems;
    }

    /** The entries below {@code rows}, each as it is written. */
    static List<Node.Mapping> entries(Node.Mapping rows) {
        List<Node.Mapping> all = new ArrayList<>();
        if (rows.find(NAME) instanceof Node.Sequence list) {
            list.items().forEach(item -> {
                if (item instanceof Node.Mapping one) {
                    all.add(one);
                }
            });
        } else if (rows.find(NAME) instanceof Node.Mapping one) {
            all.add(one);
        }
        return all;
    }

    /** The tables whose rows name objects. */
    static List<String> tables(Node.Mapping rows) {
        List<String> tables = new ArrayList<>();
        for (Node.Mapping entry : entries(rows)) {
            String table = PlanReader.text(entry.find("of"));
            if (table != null) {
                tables.add(table);
            }
        }
        return tables;
    }

    /** What the move of the objects of an entry is called. */
    static String name(String units, int place) {
        return units + "." + NAME + (place == 0 ? "" : place + 1);
    }

    /** The moves of the objects, and the move of the rows at the end. */
    List<Move> read() {
        List<Move> all = new ArrayList<>();
        List<Node.Mapping> entries = entries(rows);
        List<String> after = new ArrayList<>(units.after());
        for (int i = 0; i < entries.size(); i++) {
            String name = name(units.name(), i);
            Move objects = objects(name, entries.get(i));
            if (moves.byName().containsKey(name)) {
                problems.add(
                        entries.get(i),
                        "the move of these objects is called \"" + name + "\", and another move is, too");
            }
            if (objects != null) {
                all.add(objects);
                after.add(name);
            }
        }
        all.add(units.after(after));
        return all;
    }

    private @Nullable Move objects(String name, Node.Mapping entry) {
        Set<From> from = new LinkedHashSet<>();
        Scope row = vars.withRow(null).withRoot(null);
        Node.Scalar place = moves.file(entry, row, from);
        Template path = place == null ? null : moves.path(place, row);
        Node goes = entry.find("to");
        To to = goes instanceof Node.Scalar scalar && !scalar.isNull() ? moves.to(scalar, row.withListedFile()) : null;
        if (to != null && goes instanceof Node.Scalar scalar && moves.hasTables(List.of(scalar))) {
            problems.add(scalar, "objects go to a store of files, and \"" + to.store() + "\" holds tables");
        } else if (to != null) {
            moves.shapeOfNamed(to, goes);
        }
        Expression where = condition("where", entry, row);
        Expression folder = condition("folder", entry, row);
        String table = PlanReader.text(entry.find("of"));
        Verify verify = settings.verify(new Node.Mapping(List.of(), map.line(), map.column()), false, problems);
        if (units.verify() == Verify.OFF || verify == Verify.OFF) {
            problems.add(
                    entry,
                    "rows wait for proof of their objects, and verify is off here",
                    "say verify: end in this move");
        }
        if (from.isEmpty() || path == null || to == null || table == null) {
            return null;
        }
        From named = new From(units.from().get(0).store(), table);
        return new Move(
                name,
                false,
                List.copyOf(from),
                Each.ofUnits(units.name(), named, path, folder),
                null,
                to,
                where,
                null,
                null,
                RowSteps.NONE,
                Format.NONE,
                Format.NONE,
                List.of(),
                null,
                units.after(),
                Backup.NONE,
                false,
                units.exists() == Exists.FAIL ? Exists.FAIL : Exists.SAME_OK,
                verify,
                units.onError(),
                units.budget(),
                units.limits(),
                AfterMove.KEEP);
    }

    private @Nullable Expression condition(String key, Node.Mapping entry, Scope row) {
        Expression condition = Moves.expression(key, entry.find(key), row, problems);
        if (condition != null && condition.type() != ValueType.BOOLEAN && condition.type() != ValueType.ANY) {
            problems.add(
                    entry,
                    "\"" + key + "\" must be true or false, but gives "
                            + condition.type().text());
        }
        return condition;
    }
}
