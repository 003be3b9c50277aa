package io.waybill.mapping;

import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The operators: conditions, comparisons, arithmetic, {@code in} and the index. */
final class Operators {
    private Operators() {}

    /** The term of an operator under its CEL name, or null when the name is not one. */
    static Translation.@Nullable Part find(Translation in, int position, String name, List<Translation.Part> parts) {
        List<Term> terms = parts.stream().map(Translation.Part::term).toList();
        return switch (name) {
            case "_&&_" -> both(in, position, parts, new Logic(position, false, terms.get(0), terms.get(1)));
            case "_||_" -> both(in, position, parts, new Logic(position, true, terms.get(0), terms.get(1)));
            case "!_" -> {
                in.condition(position, parts.get(0));
                yield condition(new Negation(position, terms.get(0)));
            }
            case "_?_:_" -> {
                in.condition(position, parts.get(0));
                ValueType type =
                        ValueType.join(parts.get(1).type(), parts.get(2).type());
                yield new Translation.Part(new Terms.Choice(position, terms.get(0), terms.get(1), terms.get(2)), type);
            }
            case "_==_", "_!=_" -> equality(in, position, name.equals("_==_"), parts);
            case "_<_", "_<=_", "_>_", "_>=_" -> order(in, position, name.substring(1, name.length() - 1), parts);
            case "_+_" -> plus(in, position, parts);
            case "_-_" -> arithmetic(in, position, Numbers.Operation.MINUS, parts);
            case "_*_" -> arithmetic(in, position, Numbers.Operation.TIMES, parts);
            case "_/_" -> arithmetic(in, position, Numbers.Operation.DIVIDE, parts);
            case "_%_" -> arithmetic(in, position, Numbers.Operation.REST, parts);
            case "-_" -> negative(in, position, parts.get(0));
            case "@in" -> condition(new In(position, terms.get(0), terms.get(1)));
            case "_[_]" -> new Translation.Part(new Index(position, terms.get(0), terms.get(1)), ValueType.ANY);
            default -> null;
        };
    }

    private static Translation.Part condition(Term term) {
        return new Translation.Part(term, ValueType.BOOLEAN);
    }

    private static Translation.Part both(Translation in, int position, List<Translation.Part> parts, Term term) {
        parts.forEach(part -> in.condition(position, part));
        return condition(term);
    }

    private static Translation.Part equality(Translation in, int position, boolean same, List<Translation.Part> parts) {
        Translation.Part a = parts.get(0);
        Translation.Part b = parts.get(1);
        if (a.isNull() || b.isNull()) {
            Term tested = a.isNull() ? b.term() : a.term();
            return condition(new NullTest(position, same, tested));
        }
        if (!Comparison.comparable(a.type(), b.type())) {
            return in.refuse(position, never(a.type(), b.type()), convert(a.type(), b.type()));
        }
        return condition(new Equality(position, same, a.term(), b.term()));
    }

    private static Translation.Part order(Translation in, int position, String sign, List<Translation.Part> parts) {
        Translation.Part a = parts.get(0);
        Translation.Part b = parts.get(1);
        if (!Comparison.ordered(a.type(), b.type())) {
            return in.refuse(position, never(a.type(), b.type()), convert(a.type(), b.type()));
        }
        return condition(new Order(position, sign, a.term(), b.term()));
    }

    private static boolean holds(String sign, int order) {
        return switch (sign) {
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    /** Not; of a condition that is missing or null, true, in where as in rules. */
    record Negation(int position, Term term) implements Term {
        @Override
        public Value value(Evaluation at) throws MappingException {
            boolean was = at.turn();
            try {
                return Value.of(!Terms.holds(at, term.value(at), position));
            } finally {
                at.unknown(was);
            }
        }
    }

    /** Whether something is there and null, or there and not null. */
    record NullTest(int position, boolean isNull, Term term) implements Term {
        @Override
        public Value value(Evaluation at) throws MappingException {
            at.spend(position, 1);
            Value value = term.value(at);
            return Value.of(value != null && value instanceof Value.Null == isNull);
        }
    }

    /** Whether two values are there and equal, or there and different. */
    record Equality(int position, boolean same, Term left, Term right) implements Term {
        @Override
        public Value value(Evaluation at) throws MappingException {
            at.spend(position, 1);
            Value first = left.value(at);
            Value second = right.value(at);
            if (first == null || second == null || first instanceof Value.Null || second instanceof Value.Null) {
                return Value.of(at.unknown());
            }
            return Value.of(Comparison.equal(first, second) == same);
        }
    }

    /** Whether two values are there and stand in an order. */
    record Order(int position, String sign, Term left, Term right) implements Term {
        @Override
        public Value value(Evaluation at) throws MappingException {
            at.spend(position, 1);
            Value first = left.value(at);
            Value second = right.value(at);
            if (first == null || second == null || first instanceof Value.Null || second instanceof Value.Null) {
                return Value.of(at.unknown());
            }
            Integer order = Comparison.order(first, second, position);
            return Value.of(order != null && holds(sign, order));
        }
    }

    private static String never(ValueType a, ValueType b) {
        return "cannot compare " + a.text() + " with " + b.text();
    }

    /** The function that makes one comparable with the other. */
    private static @Nullable String convert(ValueType a, ValueType b) {
        if (a == ValueType.TEXT || b == ValueType.TEXT) {
            ValueType other = a == ValueType.TEXT ? b : a;
            return switch (other) {
                case INTEGER -> "convert the text with int(...)";
                case DECIMAL, DOUBLE -> "convert the text with decimal(...)";
                case DATE -> "convert the text with date(...)";
                case TIMESTAMP, LOCAL_TIMESTAMP -> "convert the text with timestamp(...)";
                default -> null;
            };
        }
        return null;
    }

    private static Translation.Part plus(Translation in, int position, List<Translation.Part> parts) {
        ValueType a = parts.get(0).type();
        ValueType b = parts.get(1).type();
        boolean known = a != ValueType.ANY && b != ValueType.ANY && a != ValueType.NULL && b != ValueType.NULL;
        boolean joins = a == b && (a == ValueType.TEXT || a == ValueType.LIST || a == ValueType.BYTES);
        if (known && !joins) {
            return arithmetic(in, position, Numbers.Operation.PLUS, parts);
        }
        Term first = parts.get(0).term();
        Term second = parts.get(1).term();
        return new Translation.Part(new Plus(position, first, second), joins ? a : ValueType.ANY);
    }

    private static Translation.Part arithmetic(
            Translation in, int position, Numbers.Operation operation, List<Translation.Part> parts) {
        ValueType a = parts.get(0).type();
        ValueType b = parts.get(1).type();
        boolean open = isOpen(a) || isOpen(b);
        ValueType type = open ? ValueType.ANY : operation.type(a, b);
        if (type == null) {
            return in.refuse(position, undefined(operation.sign(), a, b), exact(a, b));
        }
        Term first = parts.get(0).term();
        Term second = parts.get(1).term();
        return new Translation.Part(
                at -> strict(at, position, first, second, (x, y) -> compute(operation, x, y, position)), type);
    }

    private static boolean isOpen(ValueType type) {
        return type == ValueType.ANY || type == ValueType.NULL;
    }

    private static Value compute(Numbers.Operation operation, Value a, Value b, int position) throws MappingException {
        ValueType first = ValueType.parse(a.kind());
        ValueType second = ValueType.parse(b.kind());
        if (operation.type(first, second) == null) {
            throw new MappingException(position, undefined(operation.sign(), first, second), exact(first, second));
        }
        return operation.apply(a, b, position);
    }

    private static String undefined(String sign, ValueType a, ValueType b) {
        return a.text() + " " + sign + " " + b.text() + " does not exist";
    }

    private static @Nullable String exact(ValueType a, ValueType b) {
        boolean mixed = a.isNumber() && b.isNumber() && (a == ValueType.DOUBLE) != (b == ValueType.DOUBLE);
        boolean withText = a == ValueType.TEXT || b == ValueType.TEXT;
        return mixed
                ? "write decimals as decimal('1.5')"
                : withText ? "convert with text(...), int(...) or decimal(...)" : null;
    }

    private static Translation.Part negative(Translation in, int position, Translation.Part part) {
        if (!isOpen(part.type()) && !part.type().isNumber()) {
            return in.refuse(position, "-" + part.type().text() + " does not exist", null);
        }
        Term term = part.term();
        return new Translation.Part(
                at -> {
                    at.spend(position, 1);
                    Value value = term.value(at);
                    if (value == null || value instanceof Value.Null) {
                        return value;
                    }
                    if (!ValueType.parse(value.kind()).isNumber()) {
                        throw new MappingException(position, "-" + value.kind() + " does not exist", null);
                    }
                    return Numbers.negative(value, position);
                },
                part.type());
    }

    private interface Pair {
        Value apply(Value a, Value b) throws MappingException;
    }

    /** Missing when one is missing, null when one is null. */
    private static @Nullable Value strict(Evaluation at, int position, Term first, Term second, Pair pair)
            throws MappingException {
        at.spend(position, 1);
        Value a = first.value(at);
        Value b = second.value(at);
        if (a == null || b == null) {
            return null;
        }
        return a instanceof Value.Null || b instanceof Value.Null ? Value.NULL : pair.apply(a, b);
    }

    /** And, or: the left side first; a failure counts only when the other side does not decide. */
    record Logic(int position, boolean decides, Term left, Term right) implements Term {
        @Override
        public Value value(Evaluation at) throws MappingException {
            at.spend(position, 1);
            MappingException failure = null;
            try {
                if (Terms.holds(at, left.value(at), position) == decides) {
                    return Value.of(decides);
                }
            } catch (MappingException e) {
                failure = e;
            }
            if (Terms.holds(at, right.value(at), position) == decides) {
                return Value.of(decides);
            }
            if (failure != null) {
                throw failure;
            }
            return Value.of(!decides);
        }
    }

    /** A sum, or two texts, lists or byte sequences end to end. */
    private record Plus(int position, Term left, Term right) implements Term {
        @Override
        public @Nullable Value value(Evaluation at) throws MappingException {
            return strict(at, position, left, right, (a, b) -> join(at, a, b));
        }

        private Value join(Evaluation at, Value a, Value b) throws MappingException {
            if (a instanceof Value.Text x && b instanceof Value.Text y) {
                spend(at, (long) x.value().length() + y.value().length());
                return Value.of(x.value() + y.value());
            } else if (a instanceof Value.ListOf x && b instanceof Value.ListOf y) {
                spend(at, 16L * (x.values().size() + y.values().size()));
                List<Value> all = new ArrayList<>(x.values());
                all.addAll(y.values());
                return new Value.ListOf(all);
            } else if (a instanceof Value.Bytes x && b instanceof Value.Bytes y) {
                spend(at, (long) x.value().length + y.value().length);
                byte[] all = Arrays.copyOf(x.value(), x.value().length + y.value().length);
                System.arraycopy(y.value(), 0, all, x.value().length, y.value().length);
                return new Value.Bytes(all);
            }
            return compute(Numbers.Operation.PLUS, a, b, position);
        }

        private void spend(Evaluation at, long size) throws MappingException {
            if (size > Evaluation.LARGEST) {
                throw new MappingException(position, "makes more than " + Evaluation.LARGEST + " characters", null);
            }
            at.spend(position, size / 16);
        }
    }

    /** Membership in a list or set, or among the keys of a map. */
    record In(int position, Term element, Term within) implements Term {
        @Override
        public Value value(Evaluation at) throws MappingException {
            at.spend(position, 1);
            Value value = element.value(at);
            Value all = within.value(at);
            if (value == null || all == null || value instanceof Value.Null || all instanceof Value.Null) {
                return Value.of(at.unknown());
            }
            if (all instanceof Value.MapOf map) {
                return Value.of(value instanceof Value.Text key && map.values().containsKey(key.value()));
            }
            Iterable<Value> values = all instanceof Value.ListOf list
                    ? list.values()
                    : all instanceof Value.SetOf set ? set.values() : List.of();
            if (!(all instanceof Value.ListOf) && !(all instanceof Value.SetOf)) {
                String message = "\"in\" looks into a list or a map, not into " + all.kind();
                throw new MappingException(position, message, "use contains(...) for text");
            }
            for (Value one : values) {
                at.spend(position, 1);
                if (Comparison.equal(one, value)) {
                    return Value.Bool.TRUE;
                }
            }
            return Value.Bool.FALSE;
        }
    }

    /** An element of a list by its place, or of a map by its key; missing when there is none. */
    private record Index(int position, Term from, Term index) implements Term {
        @Override
        public @Nullable Value value(Evaluation at) throws MappingException {
            at.spend(position, 1);
            Value all = from.value(at);
            Value key = index.value(at);
            if (all == null || key == null || all instanceof Value.Null || key instanceof Value.Null) {
                return null;
            }
            if (all instanceof Value.ListOf list && key instanceof Value.Int place) {
                boolean there = place.value().signum() >= 0 && place.value().bitLength() < 31;
                int at0 = there ? place.value().intValue() : -1;
                return there && at0 < list.values().size() ? list.values().get(at0) : null;
            } else if (all instanceof Value.MapOf map && key instanceof Value.Text name) {
                return map.values().get(name.value());
            }
            String message = String.format(Locale.ROOT, "%s has no element under %s", all.kind(), key.kind());
            throw new MappingException(position, message, null);
        }
    }
}
