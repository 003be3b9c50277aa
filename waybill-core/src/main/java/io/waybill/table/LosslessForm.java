package io.waybill.table;

import io.waybill.value.Doubles;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Values as plain JSON with tags, so that every kind comes back exactly: a map of one field whose name starts with a dollar
 * sign. A map that looks like that itself stands within {@code {"$map": ...}}.
 */
final class LosslessForm {
    private static final String DECIMAL = "$decimal";
    private static final String INTEGER = "$integer";
    private static final String DOUBLE = "$double";
    private static final String BYTES = "$bytes";
    private static final String DATE = "$date";
    private static final String TIME = "$time";
    private static final String LOCAL = "$local_timestamp";
    private static final String TIMESTAMP = "$timestamp";
    private static final String UUID_TAG = "$uuid";
    private static final String SET = "$set";
    private static final String MAP = "$map";

    private LosslessForm() {}

    /** @param depth of the value; 1 for a field of a row */
    static Value tagged(Value value, int depth) throws UnfitException {
        if (depth > NaturalForm.DEEPEST) {
            throw new UnfitException("lists and maps nested more than " + NaturalForm.DEEPEST
                    + " deep, where sets and marked maps count twice");
        }
        if (value instanceof Value.Text || value instanceof Value.Null || value instanceof Value.Bool) {
            return value;
        } else if (value instanceof Value.Int integer) {
            return integer.value().bitLength() < Long.SIZE
                    ? value
                    : tag(INTEGER, integer.value().toString());
        } else if (value instanceof Value.Dec decimal) {
            return tag(DECIMAL, decimal.value().toString());
        } else if (value instanceof Value.Dbl dbl) {
            return tag(DOUBLE, Doubles.text(dbl.value()));
        } else if (value instanceof Value.Bytes bytes) {
            return tag(BYTES, Base64.getEncoder().encodeToString(bytes.value()));
        } else if (value instanceof Value.Date date) {
            return tag(DATE, date.value().toString());
        } else if (value instanceof Value.Time time) {
            return tag(TIME, time.value().toString());
        } else if (value instanceof Value.LocalTimestamp local) {
            return tag(LOCAL, local.value().toString());
        } else if (value instanceof Value.Timestamp instant) {
            return tag(TIMESTAMP, instant.value().toString());
        } else if (value instanceof Value.Uuid uuid) {
            return tag(UUID_TAG, uuid.value().toString());
        } else if (value instanceof Value.ListOf list) {
            return new Value.ListOf(all(list.values(), depth + 1));
        } else if (value instanceof Value.SetOf set) {
            return new Value.MapOf(Map.of(SET, new Value.ListOf(all(set.values(), depth + 2))));
        } else if (value instanceof Value.MapOf map) {
            boolean marked = isTag(map);
            Value.MapOf plain = taggedFields(map.values(), depth + (marked ? 2 : 1));
            return marked ? new Value.MapOf(Map.of(MAP, plain)) : plain;
        }
        throw new IllegalArgumentException("no lossless form for " + value.kind());
    }

    /** The fields of a row or map with tags; the whole itself has none. */
    static Value.MapOf taggedFields(Map<String, Value> fields, int depth) throws UnfitException {
        Map<String, Value> all = new LinkedHashMap<>();
        for (Map.Entry<String, Value> field : fields.entrySet()) {
            all.put(field.getKey(), tagged(field.getValue(), depth));
        }
        return new Value.MapOf(all);
    }

    private static List<Value> all(Iterable<Value> values, int depth) throws UnfitException {
        List<Value> all = new ArrayList<>();
        for (Value value : values) {
            all.add(tagged(value, depth));
        }
        return all;
    }

    private static Value tag(String name, String text) {
        return new Value.MapOf(Map.of(name, Value.of(text)));
    }

    private static boolean isTag(Value.MapOf map) {
        return map.values().size() == 1
                && map.values().keySet().iterator().next().startsWith("$");
    }

    /** The value that {@link #tagged} turned into this one. */
    static Value untagged(Value value) throws UnfitException {
        if (value instanceof Value.ListOf list) {
            return new Value.ListOf(untagged(list.values()));
        } else if (value instanceof Value.MapOf map) {
            return isTag(map) ? meant(map) : fields(map);
        }
        return value;
    }

    private static Value meant(Value.MapOf map) throws UnfitException {
        String name = map.values().keySet().iterator().next();
        Value content = map.values().values().iterator().next();
        if (name.equals(MAP) && content instanceof Value.MapOf inner) {
            return fields(inner);
        } else if (name.equals(SET) && content instanceof Value.ListOf list) {
            return new Value.SetOf(new LinkedHashSet<>(untagged(list.values())));
        } else if (content instanceof Value.Text text) {
            try {
                return scalar(name, text.value());
            } catch (DateTimeException | IllegalArgumentException e) {
                throw new UnfitException("\"" + name + "\" holds a text that is none");
            }
        }
        throw new UnfitException("\"" + name + "\" with a " + content.kind() + " has no meaning in lossless JSON");
    }

    /** The fields of a row or map, each as it was. */
    static Value.MapOf fields(Value.MapOf map) throws UnfitException {
        Map<String, Value> fields = new LinkedHashMap<>();
        for (Map.Entry<String, Value> field : map.values().entrySet()) {
            fields.put(field.getKey(), untagged(field.getValue()));
        }
        return new Value.MapOf(fields);
    }

    private static List<Value> untagged(List<Value> values) throws UnfitException {
        List<Value> all = new ArrayList<>();
        for (Value value : values) {
            all.add(untagged(value));
        }
        return all;
    }

    private static Value scalar(String tag, String text) throws UnfitException {
        return switch (tag) {
            case INTEGER -> new Value.Int(new BigInteger(text));
            case DECIMAL -> new Value.Dec(new BigDecimal(text));
            case DOUBLE -> new Value.Dbl(Double.parseDouble(text));
            case BYTES -> new Value.Bytes(Base64.getDecoder().decode(text));
            case DATE -> new Value.Date(LocalDate.parse(text));
            case TIME -> new Value.Time(LocalTime.parse(text));
            case LOCAL -> new Value.LocalTimestamp(LocalDateTime.parse(text));
            case TIMESTAMP -> new Value.Timestamp(Instant.parse(text));
            case UUID_TAG -> new Value.Uuid(UUID.fromString(text));
            default -> throw new UnfitException("\"" + tag + "\" has no meaning in lossless JSON");
        };
    }
}
