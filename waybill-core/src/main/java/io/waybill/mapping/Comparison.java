package io.waybill.mapping;

import io.waybill.value.Value;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which values are equal and which come first: numbers by what they mean, a value without zone as UTC. */
final class Comparison {
    private Comparison() {}

    /** Whether values of these types can be equal at all. */
    static boolean comparable(ValueType a, ValueType b) {
        if (a == ValueType.ANY || b == ValueType.ANY || a == ValueType.NULL || b == ValueType.NULL || a == b) {
            return true;
        }
        return (a.isNumber() && b.isNumber())
                || (a.isMoment() && b.isMoment())
                || (a == ValueType.UUID && b == ValueType.TEXT)
                || (a == ValueType.TEXT && b == ValueType.UUID);
    }

    /** Whether values of these types have an order. */
    static boolean ordered(ValueType a, ValueType b) {
        boolean has =
                switch (a) {
                    case BOOLEAN, LIST, MAP, SET, UUID -> a == ValueType.BOOLEAN;
                    default -> true;
                };
        return has && comparable(a, b);
    }

    /** Equality of two values that are there and not null; inside lists and maps, null equals null. */
    static boolean equal(Value a, Value b) {
        if (ValueType.parse(a.kind()).isNumber() && ValueType.parse(b.kind()).isNumber()) {
            Integer order = Numbers.compare(a, b);
            return order != null && order == 0;
        }
        if (a instanceof Value.ListOf x && b instanceof Value.ListOf y) {
            return equal(x.values(), y.values());
        }
        if (a instanceof Value.MapOf x && b instanceof Value.MapOf y) {
            return equal(x.values(), y.values());
        }
        if (a instanceof Value.SetOf x && b instanceof Value.SetOf y) {
            return x.values().size() == y.values().size()
                    && x.values().stream().allMatch(one -> y.values().stream().anyMatch(two -> equal(one, two)));
        }
        Instant first = moment(a);
        Instant second = moment(b);
        if (first != null && second != null) {
            return first.equals(second);
        }
        if (a instanceof Value.Uuid uuid && b instanceof Value.Text text) {
            return uuid.value().toString().equalsIgnoreCase(text.value());
        }
        if (a instanceof Value.Text && b instanceof Value.Uuid) {
            return equal(b, a);
        }
        return a.equals(b);
    }

    private static boolean equal(List<Value> a, List<Value> b) {
        if (a.size() != b.size()) {
            return false;
        }
        Iterator<Value> others = b.iterator();
        for (Value value : a) {
            if (!equal(value, others.next())) {
                return false;
            }
        }
        return true;
    }

    private static boolean equal(Map<String, Value> a, Map<String, Value> b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (Map.Entry<String, Value> entry : a.entrySet()) {
            Value other = b.get(entry.getKey());
            if (other == null || !equal(entry.getValue(), other)) {
                return false;
            }
        }
        return true;
    }

    /** The order of two values, or null when a NaN has none. */
    static @Nullable Integer order(Value a, Value b, int position) throws MappingException {
        if (ValueType.parse(a.kind()).isNumber() && ValueType.parse(b.kind()).isNumber()) {
            return Numbers.compare(a, b);
        }
        Instant first = moment(a);
        Instant second = moment(b);
        if (first != null && second != null) {
            return first.compareTo(second);
        }
        if (a instanceof Value.Text x && b instanceof Value.Text y) {
            return codePoints(x.value(), y.value());
        }
        if (a instanceof Value.Bool x && b instanceof Value.Bool y) {
            return Boolean.compare(x.value(), y.value());
        }
        if (a instanceof Value.Bytes x && b instanceof Value.Bytes y) {
            return java.util.Arrays.compareUnsigned(x.value(), y.value());
        }
        if (a instanceof Value.Time x && b instanceof Value.Time y) {
            return x.value().compareTo(y.value());
        }
        throw new MappingException(position, a.kind() + " and " + b.kind() + " have no order", null);
    }

    /** By code points, as UTF-8 bytes sort, and not by UTF-16 units. */
    private static int codePoints(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            int x = a.codePointAt(i);
            int y = b.codePointAt(j);
            if (x != y) {
                return Integer.compare(x, y);
            }
            i += Character.charCount(x);
            j += Character.charCount(y);
        }
        return Integer.compare(a.length() - i, b.length() - j);
    }

    private static @Nullable Instant moment(Value value) {
        if (value instanceof Value.Timestamp timestamp) {
            return timestamp.value();
        } else if (value instanceof Value.LocalTimestamp local) {
            return local.value().toInstant(ZoneOffset.UTC);
        } else if (value instanceof Value.Date date) {
            return date.value().atStartOfDay().toInstant(ZoneOffset.UTC);
        }
        return null;
    }
}
