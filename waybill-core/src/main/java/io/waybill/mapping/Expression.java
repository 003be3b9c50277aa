package io.waybill.mapping;

import io.waybill.store.Predicate;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A compiled expression of the plan language, which is CEL with exact numbers and the null logic below. Immutable and safe
 * for use by many threads. Two are equal when their texts are.
 *
 * <p>A comparison with a missing or null operand is false, except {@code x == null}, which holds when x is there and null,
 * and {@code x != null}, which holds when x is there and not null. A missing or null condition is false. Arithmetic and
 * functions of something missing are missing, of null are null. A missing link in {@code row.a.b.c} makes the whole missing.
 */
public final class Expression {
    /** The longest text that is compiled. */
    static final int LONGEST = 10_000;

    private final String text;
    private final Typed typed;

    /** A term, what it gives, and the names it uses, as {@code root.field}. */
    record Typed(Term term, ValueType type, Set<String> uses) {}

    private Expression(String text, Typed typed) {
        this.text = text;
        this.typed = typed;
    }

    /**
     * Compiles a text; checks its names and types against the scope.
     *
     * @throws MappingException with everything that is wrong
     */
    public static Expression compile(String text, Scope scope) throws MappingException {
        if (text.length() > LONGEST) {
            throw new MappingException(
                    0, "an expression of " + text.length() + " characters; the most is " + LONGEST, null);
        }
        Term plain = Plain.find(text);
        if (plain instanceof PathTerm path) {
            Set<String> uses = path.fields().isEmpty()
                    ? Set.of(path.root())
                    : Set.of(path.root() + "." + path.fields().get(0));
            return new Expression(text, new Typed(path, path.type(scope), uses));
        } else if (plain instanceof ConstantTerm constant) {
            ValueType type = ValueType.parse(constant.constant().kind());
            return new Expression(text, new Typed(constant, type, Set.of()));
        }
        return new Expression(text, Cel.compile(text, scope));
    }

    /**
     * The value for these names, or null when it is missing.
     *
     * @throws MappingException when the values at hand do not allow it, for example text where a number is needed
     */
    public @Nullable Value evaluate(Names names) throws MappingException {
        return typed.term().value(new Evaluation(names));
    }

    /** Whether a condition holds; one that is missing or null does not. */
    public boolean test(Names names) throws MappingException {
        Value value = evaluate(names);
        if (value == null || value instanceof Value.Null) {
            return false;
        }
        if (value instanceof Value.Bool bool) {
            return bool.value();
        }
        throw new MappingException(0, "gives " + value.kind() + ", which is neither true nor false", null);
    }

    /**
     * Whether a rule is broken for certain. A comparison with a missing or null value may be true, so it breaks none.
     */
    public boolean isBroken(Names names) throws MappingException {
        return typed.term().value(new Evaluation(names, true)) instanceof Value.Bool bool && !bool.value();
    }

    /**
     * The value as text.
     *
     * @throws MappingException also when it is missing or null
     */
    public String text(Names names) throws MappingException {
        Value value = evaluate(names);
        if (value == null || value instanceof Value.Null) {
            throw new MappingException(0, text.strip() + (value == null ? " is missing" : " is null"), null);
        }
        return Texts.of(value, 0);
    }

    /**
     * The conditions of which this is made, all of which must hold, for a store to test; null stands for one that is more than
     * comparisons of fields of the row with fixed values.
     *
     * @param fixed names whose values are the same for all rows
     */
    public List<@Nullable Predicate> conjuncts(Names fixed) {
        return new Pushdown(fixed).conjuncts(typed.term());
    }

    /** The columns of the row that it compares with values which do not depend on the row; a row may be found by them. */
    public List<String> partnerColumns() {
        return new Partners(typed.term()).columns();
    }

    /**
     * What the {@link #partnerColumns} of a row have to be for this to hold: every combination that there is. A row that has them
     * may still fail what else is asked.
     *
     * @param names all but {@code row}
     */
    public List<Row> partners(Names names) throws MappingException {
        return new Partners(typed.term()).rows(names);
    }

    /** As it was written. */
    public String text() {
        return text;
    }

    /** What it gives, as far as it is known without an item. */
    public ValueType type() {
        return typed.type();
    }

    /** Whether it uses any name below a root, for example {@code file}. */
    public boolean uses(String root) {
        return typed.uses().stream().anyMatch(name -> name.equals(root) || name.startsWith(root + "."));
    }

    /** The names it uses, as {@code root.field}. */
    public List<String> uses() {
        return typed.uses().stream().sorted().toList();
    }

    /** Whether the language keeps a word for itself, so that a column of this name stands between backticks. */
    public static boolean isReserved(String word) {
        return Plain.RESERVED.contains(word);
    }

    /** Every function of the language with what it takes, and what it does. */
    public static Map<String, String> functions() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("has(name.field)", "Whether a field is there, be it null.");
        all.put("coalesce(value, value, ...)", "The first value that is neither missing nor null.");
        all.put(
                "when(condition, value[, value])",
                "The first value when the condition holds, else the second or nothing.");
        all.put("list.all(x, condition)", "Whether the condition holds for every element; x is any name.");
        all.put("list.exists(x, condition)", "Whether it holds for an element.");
        all.put("list.exists_one(x, condition)", "Whether it holds for just one element.");
        all.put("list.filter(x, condition)", "The elements for which it holds.");
        all.put("list.map(x, value)", "What becomes of each element.");
        for (String name : Functions.names()) {
            Function function = Functions.find(name);
            if (function != null) {
                all.put(function.usage(), function.doc());
            }
        }
        return all;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Expression that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
