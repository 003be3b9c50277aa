package io.waybill.mapping;

import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which rows a condition can hold for, given all names but {@code row}: of each part that must hold and that compares a field
 * of the row with values that do not depend on it, the values that the field may have.
 */
final class Partners {
    /** A field of the row and what it is compared with: one value, or any of several. */
    private record Tie(String field, Term others, boolean several) {}

    private final List<Tie> ties = new ArrayList<>();

    Partners(Term condition) {
        find(condition);
    }

    private void find(Term term) {
        if (term instanceof Operators.Logic logic && !logic.decides()) {
            find(logic.left());
            find(logic.right());
        } else if (term instanceof Operators.Equality equality && equality.same()) {
            if (!tie(equality.left(), equality.right(), false)) {
                tie(equality.right(), equality.left(), false);
            }
        } else if (term instanceof Operators.In in) {
            tie(in.element(), in.within(), true);
        }
    }

    private boolean tie(Term field, Term others, boolean several) {
        boolean tied = field instanceof PathTerm path
                && path.root().equals("row")
                && path.fields().size() == 1
                && isWithoutRow(others);
        if (tied && field instanceof PathTerm path) {
            ties.add(new Tie(path.fields().get(0), others, several));
        }
        return tied;
    }

    private static boolean isWithoutRow(Term term) {
        if (term instanceof PathTerm path) {
            return !path.root().equals("row");
        } else if (term instanceof Terms.Apply apply) {
            return apply.terms().stream().allMatch(Partners::isWithoutRow);
        } else if (term instanceof Terms.Items items) {
            return items.items().stream().allMatch(Partners::isWithoutRow);
        } else if (term instanceof Terms.Field field) {
            return isWithoutRow(field.from());
        }
        return term instanceof ConstantTerm;
    }

    /** The fields that are tied to values, each once. */
    List<String> columns() {
        return ties.stream().map(Tie::field).distinct().toList();
    }

    /** Every combination of values that the tied fields may have; none when there can be no such row. */
    List<Row> rows(Names names) throws MappingException {
        List<Map<String, Value>> combined = new ArrayList<>(List.of(new LinkedHashMap<>()));
        for (Tie tie : ties) {
            Set<Value> values = values(tie, names);
            List<Map<String, Value>> next = new ArrayList<>();
            for (Map<String, Value> each : combined) {
                Value known = each.get(tie.field());
                for (Value value : values) {
                    if (known == null || known.equals(value)) {
                        Map<String, Value> more = new LinkedHashMap<>(each);
                        more.put(tie.field(), value);
                        next.add(more);
                    }
                }
            }
            combined = next;
        }
        return combined.stream().map(Row::of).toList();
    }

    private static Set<Value> values(Tie tie, Names names) throws MappingException {
        Value value = tie.others().value(new Evaluation(names));
        Set<Value> values = new LinkedHashSet<>();
        if (!tie.several()) {
            add(value, values);
        } else if (value instanceof Value.ListOf list) {
            list.values().forEach(each -> add(each, values));
        } else if (value instanceof Value.SetOf set) {
            set.values().forEach(each -> add(each, values));
        } else if (value instanceof Value.MapOf map) {
            map.values().keySet().forEach(each -> values.add(Value.of(each)));
        }
        return values;
    }

    private static void add(@Nullable Value value, Set<Value> into) {
        if (value != null && !(value instanceof Value.Null)) {
            into.add(value);
        }
    }
}
