package io.waybill.mapping;

import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A function of the plan language, with its forms. Of something missing it is missing, of null it is null; its bodies see
 * neither.
 */
final class Function {
    /** What a form computes. */
    interface Body {
        Value apply(Call call) throws MappingException;
    }

    /** A call at work: its values, and where in the text it stands. */
    record Call(Evaluation at, int position, List<Value> values) {
        String text(int index) {
            return ((Value.Text) values.get(index)).value();
        }

        MappingException fault(String message) {
            return new MappingException(position, message, null);
        }

        /** A text that was made, if it is not too long. */
        Value made(String text) throws MappingException {
            if (text.length() > Evaluation.LARGEST) {
                throw fault("makes a text of more than " + Evaluation.LARGEST + " characters");
            }
            at.spend(position, text.length() / 16);
            return Value.of(text);
        }
    }

    private record Form(List<Set<ValueType>> takes, boolean more, ValueType gives, Body body) {
        boolean fits(List<ValueType> types) {
            boolean count = more ? types.size() >= takes.size() : types.size() == takes.size();
            for (int i = 0; i < types.size() && count; i++) {
                ValueType type = types.get(i);
                boolean known = type != ValueType.ANY && type != ValueType.NULL;
                if (known && !takes.get(Math.min(i, takes.size() - 1)).contains(type)) {
                    return false;
                }
            }
            return count;
        }

        String text(String name) {
            List<String> params = new ArrayList<>();
            for (Set<ValueType> param : takes) {
                params.add(
                        param.size() > 3
                                ? "value"
                                : String.join(
                                        "|", param.stream().map(ValueType::text).toList()));
            }
            return name + "(" + String.join(", ", params) + (more ? ", ..." : "") + ")";
        }
    }

    private final String name;
    private final String doc;
    private final boolean foldable;
    private final List<Form> forms = new ArrayList<>();

    private Function(String name, String doc, boolean foldable) {
        this.name = name;
        this.doc = doc;
        this.foldable = foldable;
    }

    static Function named(String name, String doc) {
        return new Function(name, doc, true);
    }

    /** One whose value depends on more than its arguments. */
    static Function open(String name, String doc) {
        return new Function(name, doc, false);
    }

    /** Adds a form; {@code takes} has a type or a set of types for each value. */
    Function form(ValueType gives, Body body, Object... takes) {
        forms.add(new Form(sets(takes), false, gives, body));
        return this;
    }

    /** Adds a form whose last value may stand there once or more. */
    Function formOfMore(ValueType gives, Body body, Object... takes) {
        forms.add(new Form(sets(takes), true, gives, body));
        return this;
    }

    @SuppressWarnings("unchecked")
    private static List<Set<ValueType>> sets(Object... takes) {
        return Arrays.stream(takes)
                .map(one -> one instanceof ValueType type ? EnumSet.of(type) : (Set<ValueType>) one)
                .toList();
    }

    String name() {
        return name;
    }

    /** One sentence for people. */
    String doc() {
        return doc;
    }

    /** Whether equal arguments always give an equal value. */
    boolean isFoldable() {
        return foldable;
    }

    /** What it gives for values of these types, or null when no form takes them. */
    @Nullable
    ValueType type(List<ValueType> types) {
        ValueType gives = null;
        for (Form form : forms) {
            if (form.fits(types)) {
                gives = gives == null ? form.gives : ValueType.join(gives, form.gives);
            }
        }
        return gives;
    }

    /** Its forms for people. */
    String usage() {
        return String.join(" or ", forms.stream().map(form -> form.text(name)).toList());
    }

    /** Why no form takes values of these types. */
    String refusal(List<ValueType> types) {
        return name + "("
                + String.join(", ", types.stream().map(ValueType::text).toList()) + ") does not exist";
    }

    Value apply(Evaluation at, int position, List<Value> values) throws MappingException {
        at.spend(position, 1);
        List<ValueType> types = new ArrayList<>(values.size());
        for (Value value : values) {
            types.add(ValueType.parse(value.kind()));
        }
        for (Form form : forms) {
            if (form.fits(types)) {
                return form.body.apply(new Call(at, position, values));
            }
        }
        throw new MappingException(position, refusal(types), "there is " + usage());
    }
}
