package io.waybill.plan;

import io.waybill.mapping.Expression;
import io.waybill.mapping.MappingException;
import io.waybill.mapping.Scope;
import io.waybill.mapping.ValueType;
import io.waybill.store.TableStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the parts of a plan stand in its file, for checks that need a store first. All are equal: two plans that say the
 * same are the same wherever they say it.
 */
public final class Places {
    private final String file;
    private final List<String> overrides;
    private final Map<String, Node.Mapping> moves;
    private final Map<String, ValueType> vars;

    Places(String file, List<String> overrides, Map<String, Node.Mapping> moves, Map<String, ValueType> vars) {
        this.file = file;
        this.overrides = overrides;
        this.moves = moves;
        this.vars = vars;
    }

    Problems problems() {
        return new Problems(file, overrides);
    }

    /** The move as it stands in the file. */
    Node.@Nullable Mapping find(String move) {
        return moves.get(move);
    }

    /** The types of the variables. */
    Map<String, ValueType> vars() {
        return vars;
    }

    /** Everything in a move of rows that does not fit the table it reads. */
    List<Problem> check(Move move, TableStore.Table source, TableStore.@Nullable Table root) {
        Problems problems = problems();
        Scope row = Scope.EMPTY.withVars(vars).withRow(source);
        Each each = move.each();
        if (each != null && each.unit() != null) {
            return objects(move, each.unit(), row.withRoot(root), problems);
        }
        Node.Mapping map = moves.get(move.name());
        if (map == null) {
            return List.of();
        }
        if (each != null) {
            return named(map, each, row, problems);
        }
        if (map.find("rows") instanceof Node.Mapping rows) {
            Moves.expression("where", rows.find("where"), row, problems);
            return new ArrayList<>(problems.sorted());
        }
        Moves.expression("where", map.find("where"), row, problems);
        Moves.expression("group", map.find("group"), row, problems);
        RowStepsReader steps = new RowStepsReader(map, row.withRun(), place -> null, problems);
        if (map.find("row") instanceof Node.Mapping changes) {
            RowReader.read(changes, steps.mapping(), problems);
        }
        steps.read();
        for (String key : List.of("key", "since")) {
            for (Node.Scalar column : Moves.scalars(map.find(key))) {
                Scope.unknownColumn(source, column.text())
                        .ifPresent(
                                fault -> problems.add(column, "in \"" + key + "\": " + fault.message(), fault.hint()));
            }
        }
        return new ArrayList<>(problems.sorted());
    }

    /** The same for the rows that name the files of a move. */
    private static List<Problem> named(Node.Mapping map, Each each, Scope row, Problems problems) {
        Scope listed = row.withListedFile();
        Moves.expression("where", map.find("where"), listed, problems);
        Moves.expression("group", map.find("group"), listed, problems);
        for (String key : List.of("from", "to")) {
            if (map.find(key) instanceof Node.Scalar place) {
                int skip = place.text().indexOf(':') + 1;
                Moves.template(key, place, skip, key.equals("from") ? row : listed, problems);
            }
        }
        new EachReader(map, listed, place -> null, problems).read(each.rows(), each.path(), Verify.AUTO);
        return new ArrayList<>(problems.sorted());
    }

    /** The same for the rows of units that name objects. */
    private List<Problem> objects(Move move, String units, Scope row, Problems problems) {
        Node.Mapping map = moves.get(units);
        if (map != null && map.find("rows") instanceof Node.Mapping rows) {
            List<Node.Mapping> entries = ObjectsReader.entries(rows);
            for (int i = 0; i < entries.size(); i++) {
                if (ObjectsReader.name(units, i).equals(move.name())) {
                    Node.Mapping entry = entries.get(i);
                    Moves.expression("where", entry.find("where"), row, problems);
                    Moves.expression("folder", entry.find("folder"), row, problems);
                    if (entry.find("from") instanceof Node.Scalar place) {
                        Moves.template("from", place, place.text().indexOf(':') + 1, row, problems);
                    }
                }
            }
        }
        return new ArrayList<>(problems.sorted());
    }

    /** A condition on the rows of a table. */
    Expression condition(String text, TableStore.Table source) throws MappingException {
        return Expression.compile(
                text, Scope.EMPTY.withVars(vars).withRow(source).withRun());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Places;
    }

    @Override
    public int hashCode() {
        return 1;
    }

    @Override
    public String toString() {
        return "places in " + file;
    }
}
