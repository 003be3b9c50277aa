package io.waybill.mapping;

import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A text with expressions in it: <code>a/${file.name}</code>. A text that is one <code>${...}</code> keeps the type of its
 * value; in any other, values become text. <code>$${</code> stands for <code>${</code>. Immutable and safe for use by many
 * threads. Two are equal when their texts are.
 */
public final class Template {
    /** A part: literal text, or an expression when {@code expression} is not null. */
    private record Part(String literal, @Nullable Expression expression, int position) {}

    private final String text;
    private final List<Part> parts;

    private Template(String text, List<Part> parts) {
        this.text = text;
        this.parts = List.copyOf(parts);
    }

    /**
     * Compiles a text; positions in errors count from its beginning.
     *
     * @throws MappingException with everything that is wrong
     */
    public static Template parse(String text, Scope scope) throws MappingException {
        List<Part> parts = new ArrayList<>();
        List<MappingException.Fault> faults = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            if (text.startsWith("$${", i)) {
                literal.append("${");
                i += 3;
            } else if (text.startsWith("${", i)) {
                int end = end(text, i + 2);
                if (end < 0) {
                    faults.add(new MappingException.Fault(i, "\"${\" without its \"}\"", "write $${ for a literal ${"));
                    break;
                }
                if (literal.length() > 0) {
                    parts.add(new Part(literal.toString(), null, i));
                    literal.setLength(0);
                }
                try {
                    parts.add(new Part("", Expression.compile(text.substring(i + 2, end), scope), i + 2));
                } catch (MappingException e) {
                    faults.addAll(e.shifted(i + 2).faults());
                }
                i = end + 1;
            } else {
                literal.append(text.charAt(i));
                i++;
            }
        }
        if (!faults.isEmpty()) {
            throw new MappingException(faults);
        }
        if (literal.length() > 0 || parts.isEmpty()) {
            parts.add(new Part(literal.toString(), null, text.length()));
        }
        return new Template(text, parts);
    }

    /** A template that is just this text. */
    public static Template constant(String text) {
        return new Template(text.replace("${", "$${"), List.of(new Part(text, null, 0)));
    }

    /** Where the brace that ends an expression stands: not one in a text literal, not one that ends an inner map. */
    private static int end(String text, int from) {
        int depth = 0;
        int i = from;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '\'' || c == '"') {
                i = afterQuoted(text, i);
                continue;
            }
            if (c == '{') {
                depth++;
            } else if (c == '}') {
                if (depth == 0) {
                    return i;
                }
                depth--;
            }
            i++;
        }
        return -1;
    }

    private static int afterQuoted(String text, int from) {
        char quote = text.charAt(from);
        String triple = String.valueOf(quote).repeat(3);
        boolean raw = from > 0 && (text.charAt(from - 1) == 'r' || text.charAt(from - 1) == 'R');
        String close = text.startsWith(triple, from) ? triple : String.valueOf(quote);
        int i = from + close.length();
        while (i < text.length()) {
            if (text.charAt(i) == '\\' && !raw) {
                i += 2;
            } else if (text.startsWith(close, i)) {
                return i + close.length();
            } else {
                i++;
            }
        }
        return text.length();
    }

    /**
     * The value for these names; null when it is missing. A text with several parts is missing when one of them is missing,
     * and null when one of them is null.
     */
    public @Nullable Value value(Names names) throws MappingException {
        if (parts.size() == 1) {
            Part only = parts.get(0);
            return only.expression == null ? Value.of(only.literal) : evaluate(only, only.expression, names);
        }
        StringBuilder all = new StringBuilder();
        boolean isNull = false;
        for (Part part : parts) {
            if (part.expression == null) {
                all.append(part.literal);
                continue;
            }
            Value value = evaluate(part, part.expression, names);
            if (value == null) {
                return null;
            }
            isNull |= value instanceof Value.Null;
            if (!isNull) {
                all.append(Texts.of(value, part.position));
            }
        }
        return isNull ? Value.NULL : Value.of(all.toString());
    }

    /**
     * The value as text.
     *
     * @throws MappingException also when it is missing or null, saying which part
     */
    public String text(Names names) throws MappingException {
        StringBuilder all = new StringBuilder();
        for (Part part : parts) {
            if (part.expression == null) {
                all.append(part.literal);
                continue;
            }
            Value value = evaluate(part, part.expression, names);
            if (value == null || value instanceof Value.Null) {
                String state = value == null ? " is missing" : " is null";
                throw new MappingException(part.position, part.expression.text().strip() + state, null);
            }
            all.append(Texts.of(value, part.position));
        }
        return all.toString();
    }

    private static @Nullable Value evaluate(Part part, Expression expression, Names names) throws MappingException {
        try {
            return expression.evaluate(names);
        } catch (MappingException e) {
            throw e.shifted(part.position);
        }
    }

    /** Whether it holds no expression. */
    public boolean isConstant() {
        return parts.stream().allMatch(part -> part.expression == null);
    }

    /** The text without its expressions: all of it when it holds none. */
    public String literal() {
        StringBuilder all = new StringBuilder();
        parts.forEach(part -> all.append(part.literal));
        return all.toString();
    }

    /** Whether any of its expressions uses a name below a root, for example {@code file}. */
    public boolean uses(String root) {
        return parts.stream().anyMatch(part -> part.expression != null && part.expression.uses(root));
    }

    /** The names it uses, as {@code root.field}. */
    public Set<String> uses() {
        Set<String> uses = new TreeSet<>();
        for (Part part : parts) {
            if (part.expression != null) {
                uses.addAll(part.expression.uses());
            }
        }
        return uses;
    }

    /** Whether it ends in this literal text. */
    public boolean endsWith(String suffix) {
        Part last = parts.get(parts.size() - 1);
        return last.expression == null && last.literal.endsWith(suffix);
    }

    /** What it gives, as far as it is known without an item. */
    public ValueType type() {
        Expression only = parts.size() == 1 ? parts.get(0).expression : null;
        return only == null ? ValueType.TEXT : only.type();
    }

    /** As it was written. */
    public String text() {
        return text;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Template that && text.equals(that.text);
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
