package io.waybill.plan;

import io.waybill.mapping.Expression;
import io.waybill.mapping.RowMapping;
import io.waybill.mapping.Scope;
import io.waybill.mapping.Template;
import io.waybill.mapping.ValueType;
import io.waybill.store.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what a move does with the rows that name its files. */
final class EachReader {
    private static final List<String> OF_ROWS = List.of(
            "row",
            "checks",
            "format",
            "since",
            "lookup",
            "collect",
            "spread",
            "with",
            "examples",
            "exclusive",
            "backup");

    private final Node.Mapping move;
    private final Scope listed;
    private final Function<Node.Scalar, @Nullable From> address;
    private final Problems problems;

    /**
     * @param listed the names of a row and of its file as it is listed
     * @param address reads {@code STORE:TABLE}; notes what is wrong with it and answers null
     */
    EachReader(Node.Mapping move, Scope listed, Function<Node.Scalar, @Nullable From> address, Problems problems) {
        this.move = move;
        this.listed = listed;
        this.address = address;
        this.problems = problems;
    }

    /** The same, or null when something is wrong with it; that has been noted. */
    @Nullable
    Each read(@Nullable From rows, @Nullable Template path, Verify verify) {
        for (String key : OF_ROWS) {
            Node.Entry entry = move.entry(key);
            if (entry != null) {
                problems.add(
                        entry.key(), "\"" + key + "\" is for moves of rows, and this one moves the files they name");
            }
        }
        List<Each.Told> then = told("then", listed.withReadFile().withTarget().withRun(), rows);
        List<Each.Told> otherwise = told("else", listed.withError().withRun(), rows);
        Node.Entry at = move.entry("then");
        Node.Entry source = move.entry("source");
        if (source != null && "delete".equals(PlanReader.text(source.value()))) {
            problems.add(
                    source.key(),
                    "\"source: delete\" is not for files that rows name: other rows may name them, too",
                    "say source: keep in this move");
        }
        if (verify == Verify.OFF && at != null) {
            problems.add(at.key(), "\"then\" waits for proof, and verify is off here", "say verify: auto in this move");
        }
        return rows == null || path == null ? null : new Each(rows, path, then, otherwise);
    }

    private List<Each.Told> told(String key, Scope scope, @Nullable From rows) {
        List<Each.Told> all = new ArrayList<>();
        if (move.find(key) instanceof Node.Sequence list) {
            for (Node item : list.items()) {
                Each.Told told = item instanceof Node.Mapping map ? told(map, scope, rows) : null;
                if (told != null) {
                    all.add(told);
                }
            }
        }
        return all;
    }

    private Each.@Nullable Told told(Node.Mapping map, Scope scope, @Nullable From rows) {
        Node update = map.find("update");
        Node insert = map.find("insert");
        RowMapping row = RowReader.read(map, scope, problems);
        if ((update == null) == (insert == null)) {
            problems.add(map, "each of these is either an update or an insert", "write two of them");
            return null;
        }
        boolean source = "source".equals(PlanReader.text(update));
        if (source && rows != null && rows.query() != null && update != null) {
            problems.add(
                    update,
                    "rows of a query cannot be updated",
                    "name the table, and set its key: update: STORE:TABLE");
        }
        Node place = update == null ? insert : update;
        From to = source || !(place instanceof Node.Scalar scalar) ? null : address.apply(scalar);
        Expression when = Moves.expression("when", map.find("when"), scope, problems);
        if (when != null && when.type() != ValueType.BOOLEAN && when.type() != ValueType.ANY) {
            problems.add(
                    map,
                    "\"when\" must be true or false, but gives " + when.type().text());
        }
        if (row == null || (to == null && !source)) {
            return null;
        }
        return new Each.Told(
                to,
                insert == null ? Effect.Kind.PATCH : Effect.Kind.PUT,
                row,
                "true".equals(PlanReader.text(map.find("add_columns"))),
                when);
    }
}
