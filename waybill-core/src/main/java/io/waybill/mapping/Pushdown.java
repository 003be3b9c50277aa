package io.waybill.mapping;

import io.waybill.store.Predicate;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a condition asks of single fields of a row, said so that a store can test it. */
final class Pushdown {
    private static final int MOST_PARTS = 100;

    private final Names fixed;
    private int parts;

    /** @param fixed names whose values are the same for all rows */
    Pushdown(Names fixed) {
        this.fixed = fixed;
    }

    /** The conditions that all must hold; null stands for one that is more than comparisons of fields with fixed values. */
    List<@Nullable Predicate> conjuncts(Term term) {
        List<@Nullable Predicate> all = new ArrayList<>();
        if (term instanceof Operators.Logic logic && !logic.decides()) {
            all.addAll(conjuncts(logic.left()));
            all.addAll(conjuncts(logic.right()));
        } else {
            parts = 0;
            Predicate predicate = predicate(term);
            all.add(parts > MOST_PARTS ? null : predicate);
        }
        return all;
    }

    private @Nullable Predicate predicate(Term term) {
        parts++;
        if (term instanceof Operators.Logic logic) {
            Predicate left = predicate(logic.left());
            Predicate right = left == null ? null : predicate(logic.right());
            if (left == null || right == null) {
                return null;
            }
            return logic.decides() ? new Predicate.Any(List.of(left, right)) : new Predicate.All(List.of(left, right));
        } else if (term instanceof Operators.Negation not) {
            Predicate inner = predicate(not.term());
            return inner == null ? null : new Predicate.Not(inner);
        } else if (term instanceof Operators.NullTest test) {
            String field = field(test.term());
            return field == null ? null : test.isNull() ? new Predicate.IsNull(field) : new Predicate.IsSet(field);
        } else if (term instanceof Operators.Equality equality) {
            Predicate.Sign sign = equality.same() ? Predicate.Sign.EQUAL : Predicate.Sign.DIFFERENT;
            return comparison(equality.left(), sign, equality.right());
        } else if (term instanceof Operators.Order order) {
            return comparison(order.left(), sign(order.sign()), order.right());
        } else if (term instanceof Operators.In in) {
            return within(in);
        } else if (term instanceof Terms.Has has) {
            String field = field(has.field());
            return field == null ? null : new Predicate.IsThere(field);
        }
        String field = field(term);
        return field == null ? null : new Predicate.Holds(field);
    }

    private static Predicate.Sign sign(String text) {
        for (Predicate.Sign sign : Predicate.Sign.values()) {
            if (sign.text().equals(text)) {
                return sign;
            }
        }
        throw new IllegalArgumentException("no sign " + text);
    }

    private @Nullable Predicate comparison(Term left, Predicate.Sign sign, Term right) {
        String field = field(left);
        Value value = value(field == null ? left : right);
        if (field == null) {
            field = field(right);
            return field == null || value == null ? null : new Predicate.Compare(field, sign.mirrored(), value);
        }
        return value == null ? null : new Predicate.Compare(field, sign, value);
    }

    private @Nullable Predicate within(Operators.In in) {
        String field = field(in.element());
        if (field == null
                || !(in.within() instanceof Terms.Items list)
                || list.items().isEmpty()) {
            return null;
        }
        List<Predicate> any = new ArrayList<>();
        for (Term item : list.items()) {
            Value value = value(item);
            if (value == null) {
                return null;
            }
            parts++;
            any.add(new Predicate.Compare(field, Predicate.Sign.EQUAL, value));
        }
        return new Predicate.Any(any);
    }

    /** The field of the row that a term is, or null. */
    private static @Nullable String field(Term term) {
        return term instanceof PathTerm path
                        && path.root().equals("row")
                        && path.fields().size() == 1
                ? path.fields().get(0)
                : null;
    }

    /** The value that a term has for every row, or null when there is none. */
    private @Nullable Value value(Term term) {
        boolean isFixed = term instanceof ConstantTerm
                || (term instanceof PathTerm path && path.root().equals("vars"));
        if (!isFixed) {
            return null;
        }
        try {
            Value value = term.value(new Evaluation(fixed));
            return value instanceof Value.Null ? null : value;
        } catch (MappingException e) {
            return null; // it fails for each row, and says so there
        }
    }
}
