package io.waybill.mapping;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns a parsed expression into terms, checking names and types and noting everything that is wrong. Used once. */
final class Translation {
    private static final Set<String> MACROS = Set.of("all", "exists", "exists_one", "map", "filter");

    private final String text;
    private final CelAbstractSyntaxTree tree;
    private final Scope scope;
    private final List<MappingException.Fault> faults = new ArrayList<>();
    private final Set<String> uses = new LinkedHashSet<>();
    private final Map<String, Integer> locals = new HashMap<>();

    /** A term and what is known of its value. */
    record Part(Term term, ValueType type) {
        boolean isNull() {
            return type == ValueType.NULL;
        }
    }

    Translation(String text, CelAbstractSyntaxTree tree, Scope scope) {
        this.text = text;
        this.tree = tree;
        this.scope = scope;
    }

    Expression.Typed translate() throws MappingException {
        Part part = part(tree.getExpr());
        if (!faults.isEmpty()) {
            throw new MappingException(faults);
        }
        return new Expression.Typed(part.term(), part.type(), Set.copyOf(uses));
    }

    private int position(CelExpr expr) {
        Integer points = tree.getSource().getPositionsMap().get(expr.id());
        int known = points == null ? 0 : Math.min(points, text.codePointCount(0, text.length()));
        return text.offsetByCodePoints(0, known);
    }

    private Part fault(int position, String message, @Nullable String hint) {
        faults.add(new MappingException.Fault(position, message, hint));
        return new Part(new ConstantTerm(Value.NULL), ValueType.ANY);
    }

    private Part fault(MappingException e) {
        faults.addAll(e.faults());
        return new Part(new ConstantTerm(Value.NULL), ValueType.ANY);
    }

    private Part part(CelExpr expr) {
        return switch (expr.getKind()) {
            case CONSTANT -> constant(expr);
            case IDENT, SELECT -> name(expr);
            case CALL -> call(expr);
            case LIST -> list(expr);
            case MAP -> map(expr);
            default -> fault(position(expr), "this kind of expression is not part of the plan language", null);
        };
    }

    private Part constant(CelExpr expr) {
        CelConstant constant = expr.constant();
        Value value =
                switch (constant.getKind()) {
                    case NULL_VALUE -> Value.NULL;
                    case BOOLEAN_VALUE -> Value.of(constant.booleanValue());
                    case INT64_VALUE -> Value.of(constant.int64Value());
                    case UINT64_VALUE -> new Value.Int(constant.uint64Value().bigIntegerValue());
                    case DOUBLE_VALUE -> new Value.Dbl(constant.doubleValue());
                    case STRING_VALUE -> Value.of(constant.stringValue());
                    case BYTES_VALUE -> new Value.Bytes(constant.bytesValue().toByteArray());
                    default -> null;
                };
        return value == null
                ? fault(position(expr), "this kind of literal is not part of the plan language", null)
                : new Part(new ConstantTerm(value), ValueType.parse(value.kind()));
    }

    /** A name with its fields, or a field of anything else. */
    private Part name(CelExpr expr) {
        List<String> fields = new ArrayList<>();
        CelExpr root = expr;
        while (root.getKind() == CelExpr.ExprKind.Kind.SELECT) {
            fields.add(0, root.select().field());
            root = root.select().operand();
        }
        if (root.getKind() == CelExpr.ExprKind.Kind.IDENT
                && !locals.containsKey(root.ident().name())) {
            return path(new PathTerm(position(root), root.ident().name(), List.copyOf(fields)));
        }
        Part part;
        if (root.getKind() == CelExpr.ExprKind.Kind.IDENT) {
            Integer slot = locals.get(root.ident().name());
            part = new Part(new Terms.Local(slot == null ? 0 : slot), ValueType.ANY);
        } else {
            part = part(root);
        }
        for (String field : fields) {
            part = new Part(new Terms.Field(position(root), part.term(), field), ValueType.ANY);
        }
        return part;
    }

    private Part path(PathTerm path) {
        try {
            ValueType type = path.type(scope);
            uses.add(
                    path.fields().isEmpty()
                            ? path.root()
                            : path.root() + "." + path.fields().get(0));
            return new Part(path, type);
        } catch (MappingException e) {
            return fault(e);
        }
    }

    private Part list(CelExpr expr) {
        List<Term> items = new ArrayList<>();
        for (CelExpr item : expr.list().elements()) {
            items.add(part(item).term());
        }
        return new Part(new Terms.Items(position(expr), List.copyOf(items)), ValueType.LIST);
    }

    private Part map(CelExpr expr) {
        Map<Term, Term> entries = new LinkedHashMap<>();
        for (CelExpr.CelMap.Entry entry : expr.map().entries()) {
            Part key = part(entry.key());
            if (key.type() != ValueType.TEXT && key.type() != ValueType.ANY) {
                fault(
                        position(entry.key()),
                        "a key of a map is text, not " + key.type().text(),
                        null);
            }
            entries.put(key.term(), part(entry.value()).term());
        }
        return new Part(new Terms.Entries(position(expr), entries), ValueType.MAP);
    }

    private Part call(CelExpr expr) {
        CelExpr.CelCall call = expr.call();
        int position = position(expr);
        String name = call.function();
        if (call.target().isPresent() && MACROS.contains(name)) {
            return comprehension(position, name, call.target().get(), call.args());
        }
        if (name.equals("has") && call.args().size() == 1) {
            return has(position, call.args().get(0));
        }
        PathTerm named = named(expr);
        if (named != null) {
            return path(named);
        }
        List<Part> parts = new ArrayList<>();
        call.target().ifPresent(target -> parts.add(part(target)));
        call.args().forEach(arg -> parts.add(part(arg)));
        Part operator = Operators.find(this, position, name, parts);
        if (operator != null) {
            return operator;
        }
        return switch (name) {
            case "coalesce" -> coalesce(position, parts);
            case "when" -> when(position, parts);
            default -> function(position, name, parts);
        };
    }

    /** {@code row['a:b']} is the field of that name, as {@code row.x} is; null for any other expression. */
    private @Nullable PathTerm named(CelExpr expr) {
        if (expr.getKind() != CelExpr.ExprKind.Kind.CALL
                || !expr.call().function().equals("_[_]")
                || expr.call().args().size() != 2) {
            return null;
        }
        CelExpr root = expr.call().args().get(0);
        CelExpr field = expr.call().args().get(1);
        boolean isText = field.getKind() == CelExpr.ExprKind.Kind.CONSTANT
                && field.constant().getKind() == CelConstant.Kind.STRING_VALUE;
        if (!isText
                || root.getKind() != CelExpr.ExprKind.Kind.IDENT
                || locals.containsKey(root.ident().name())) {
            return null;
        }
        return new PathTerm(
                position(root), root.ident().name(), List.of(field.constant().stringValue()));
    }

    private Part function(int position, String name, List<Part> parts) {
        Function function = Functions.find(name);
        int start = Math.max(0, text.lastIndexOf(name, position));
        if (function == null) {
            List<String> names = new ArrayList<>(Functions.names());
            names.addAll(List.of("coalesce", "when", "has"));
            names.addAll(MACROS);
            return fault(start, "no function \"" + name + "\"", Nearest.hint(name, names));
        }
        List<ValueType> types = parts.stream().map(Part::type).toList();
        ValueType type = function.type(types);
        if (type == null) {
            return fault(start, function.refusal(types), "there is " + function.usage());
        }
        List<Term> terms = parts.stream().map(Part::term).toList();
        boolean constant = terms.stream().allMatch(term -> term instanceof ConstantTerm);
        if (name.equals("matches") && terms.get(1) instanceof ConstantTerm regex && !constant) {
            return pattern(start, terms.get(0), regex);
        }
        Term applied = new Terms.Apply(start, function, terms);
        return constant && function.isFoldable() ? folded(applied, type) : new Part(applied, type);
    }

    /** A constant is computed once, and what is wrong with it is told at once. */
    private Part folded(Term term, ValueType type) {
        try {
            Value value = term.value(new Evaluation(Names.of("")));
            return value == null ? new Part(term, type) : new Part(new ConstantTerm(value), type);
        } catch (MappingException e) {
            return fault(e);
        }
    }

    private Part pattern(int position, Term subject, ConstantTerm regex) {
        if (!(regex.constant() instanceof Value.Text written)) {
            return new Part(new ConstantTerm(Value.NULL), ValueType.BOOLEAN);
        }
        try {
            Terms.Matches matches = new Terms.Matches(position, subject, Patterns.compile(written.value(), position));
            return new Part(matches, ValueType.BOOLEAN);
        } catch (MappingException e) {
            return fault(e);
        }
    }

    private Part coalesce(int position, List<Part> parts) {
        if (parts.size() < 2) {
            return fault(position, "coalesce takes two values or more", null);
        }
        ValueType type = parts.get(0).type();
        for (Part part : parts) {
            type = ValueType.join(type, part.type());
        }
        return new Part(new Terms.Coalesce(parts.stream().map(Part::term).toList()), type);
    }

    private Part when(int position, List<Part> parts) {
        if (parts.size() < 2 || parts.size() > 3) {
            return fault(position, "when takes a condition, a value, and perhaps another value", null);
        }
        condition(position, parts.get(0));
        Term no = parts.size() == 3 ? parts.get(2).term() : null;
        ValueType type = parts.size() == 3
                ? ValueType.join(parts.get(1).type(), parts.get(2).type())
                : parts.get(1).type();
        return new Part(
                new Terms.Choice(position, parts.get(0).term(), parts.get(1).term(), no), type);
    }

    /** Notes a condition that can be neither true nor false. */
    void condition(int position, Part part) {
        ValueType type = part.type();
        if (type != ValueType.BOOLEAN && type != ValueType.ANY && type != ValueType.NULL) {
            fault(position, "a condition must be true or false, but this gives " + type.text(), null);
        }
    }

    private Part has(int position, CelExpr arg) {
        PathTerm named = named(arg);
        if (named == null && arg.getKind() != CelExpr.ExprKind.Kind.SELECT) {
            return fault(position, "has takes a field, for example has(row.name)", null);
        }
        Part field = named == null ? name(arg) : path(named);
        return new Part(new Terms.Has(field.term()), ValueType.BOOLEAN);
    }

    private Part comprehension(int position, String name, CelExpr target, List<CelExpr> args) {
        boolean mapping = name.equals("map");
        if (args.size() != 2 && !(mapping && args.size() == 3)) {
            return fault(
                    position,
                    name + " takes a name and an expression, for example tags." + name + "(t, t != '')",
                    null);
        }
        CelExpr variable = args.get(0);
        if (variable.getKind() != CelExpr.ExprKind.Kind.IDENT) {
            return fault(position, "the first value of " + name + " is a name for the element at hand", null);
        }
        Part over = part(target);
        if (locals.size() >= Evaluation.MOST_LOCALS) {
            return fault(position, "nested more than " + Evaluation.MOST_LOCALS + " deep", null);
        }
        String local = variable.ident().name();
        Integer hidden = locals.get(local);
        int slot = locals.size();
        locals.put(local, slot);
        Part first = part(args.get(1));
        Part last = args.size() == 3 ? part(args.get(2)) : first;
        if (hidden == null) {
            locals.remove(local);
        } else {
            locals.put(local, hidden);
        }
        if (!mapping || args.size() == 3) {
            condition(position, first);
        }
        Term keep = mapping && args.size() == 2 ? null : first.term();
        Term make = mapping ? last.term() : null;
        ValueType type = mapping || name.equals("filter") ? ValueType.LIST : ValueType.BOOLEAN;
        return new Part(new Comprehension(position, name, over.term(), slot, keep, make), type);
    }

    /** Notes a fault on behalf of an operator. */
    Part refuse(int position, String message, @Nullable String hint) {
        return fault(position, message, hint);
    }
}
