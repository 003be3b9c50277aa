package io.waybill.plan;

import io.waybill.mapping.ValueType;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one variable: its default, in short or long form, or what {@code --set} made of it. */
final class VarReader {
    private VarReader() {}

    static void read(
            Node.Entry entry,
            References references,
            Problems problems,
            Map<String, Value> values,
            Map<String, ValueType> types) {
        String name = entry.key().text();
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,63}")) {
            problems.add(entry.key(), "\"" + name + "\" cannot be the name of a variable: letters, digits and _ only");
            return;
        }
        String type = null;
        Node given = entry.value();
        if (entry.value() instanceof Node.Mapping map) {
            String written = PlanReader.text(map.find("type"));
            type = written == null ? "text" : written;
            given = map.find("default");
        }
        types.put(name, type(type, given));
        if (given == null || (given instanceof Node.Scalar empty && empty.isNull())) {
            problems.add(entry.key(), "variable \"" + name + "\" has no value", "--set " + name + "=VALUE");
            return;
        }
        if (!(given instanceof Node.Scalar scalar)) {
            if (given != entry.value()) {
                problems.add(given, "\"default\" must be a single value, not " + given.form());
            }
            return;
        }
        String text = references.resolve(scalar);
        if (text == null) {
            return;
        }
        boolean written = text.equals(scalar.text());
        Value value = type == null ? (written ? Scalars.value(scalar) : Value.of(text)) : typed(type, text);
        if (value == null) {
            String shown = References.isHidden(scalar.text()) ? scalar.text() : text;
            problems.add(scalar, "\"" + name + "\" must be " + sample(type) + ", not \"" + shown + "\"");
            return;
        }
        values.put(name, value);
    }

    private static ValueType type(@Nullable String type, @Nullable Node given) {
        if (type == null) {
            return given instanceof Node.Scalar scalar
                    ? ValueType.parse(Scalars.value(scalar).kind())
                    : ValueType.ANY;
        }
        return switch (type) {
            case "int" -> ValueType.INTEGER;
            case "decimal" -> ValueType.DECIMAL;
            case "bool" -> ValueType.BOOLEAN;
            case "date" -> ValueType.DATE;
            case "timestamp" -> ValueType.TIMESTAMP;
            default -> ValueType.TEXT;
        };
    }

    /** A value for a variable of a known type, or null when it is none. */
    static @Nullable Value value(ValueType type, Node.Scalar scalar) {
        return switch (type) {
            case TEXT -> Value.of(scalar.text());
            case INTEGER -> typed("int", scalar.text());
            case DECIMAL -> typed("decimal", scalar.text());
            case BOOLEAN -> typed("bool", scalar.text());
            case DATE -> typed("date", scalar.text());
            case TIMESTAMP -> typed("timestamp", scalar.text());
            default -> Scalars.value(scalar);
        };
    }

    private static @Nullable Value typed(String type, String text) {
        try {
            return switch (type) {
                case "int" -> text.matches("[-+]?[0-9]{1,100}") ? new Value.Int(new BigInteger(text)) : null;
                case "decimal" ->
                    text.matches("[-+]?[0-9]{1,100}(\\.[0-9]{1,100})?") ? new Value.Dec(new BigDecimal(text)) : null;
                case "bool" -> text.equals("true") || text.equals("false") ? Value.of(text.equals("true")) : null;
                case "date" -> new Value.Date(LocalDate.parse(text));
                case "timestamp" -> new Value.Timestamp(Instant.parse(text));
                default -> Value.of(text);
            };
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static String sample(@Nullable String type) {
        return switch (type == null ? "text" : type) {
            case "int" -> "a whole number";
            case "decimal" -> "a decimal number";
            case "bool" -> "true or false";
            case "date" -> "a date, for example 2024-12-31";
            case "timestamp" -> "a timestamp, for example 2024-12-31T12:00:00Z";
            default -> "text";
        };
    }
}
