package io.waybill.jdbc.postgresql;

import io.waybill.value.RowCodec;
import io.waybill.value.Value;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The forms of PostgreSQL's scalar types. A text is taken by other types when it is exactly how they are written. */
final class PostgresForms {
    /** For a type without mapping. */
    static final PostgresForm NONE = value -> {
        throw new BadValue("its type has no mapping");
    };

    private static final Pattern UUIDS = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final int LONGEST_NAME = 63;
    private static final int MOST_LABELS = 20;
    /** What a modifier of a length counts too. */
    private static final int HEADER = 4;

    private PostgresForms() {}

    static PostgresForm of(String name, int modifier) {
        return switch (name) {
            case "int2" -> PostgresNumbers.integer(Short.MIN_VALUE, Short.MAX_VALUE);
            case "int4" -> PostgresNumbers.integer(Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "int8" -> PostgresNumbers.integer(Long.MIN_VALUE, Long.MAX_VALUE);
            case "numeric" -> PostgresNumbers.numeric(modifier < 0 ? -1 : modifier - HEADER);
            case "float4" -> PostgresNumbers.real();
            case "float8" -> PostgresNumbers.doublePrecision();
            case "bool" -> PostgresForms::bool;
            case "text" -> text();
            case "varchar" -> modifier < 0 ? text() : value -> atMost(textOf(value), modifier - HEADER);
            case "bpchar" -> modifier < 0 ? text() : value -> padded(textOf(value), modifier - HEADER);
            case "name" -> PostgresForms::name;
            case "char" -> PostgresForms::one;
            case "bytea" -> PostgresForms::bytes;
            case "uuid" -> PostgresForms::uuid;
            case "date" -> PostgresTimes::date;
            case "time" -> value -> PostgresTimes.time(value, modifier);
            case "timestamp" -> value -> PostgresTimes.localTimestamp(value, modifier);
            case "timestamptz" -> value -> PostgresTimes.timestamp(value, modifier);
            case "json" -> PostgresJson.JSON;
            case "jsonb" -> PostgresJson.JSONB;
            default -> NONE;
        };
    }

    static PostgresForm text() {
        return PostgresForms::textOf;
    }

    /** One of these texts. */
    static PostgresForm oneOf(List<String> labels) {
        Set<String> known = Set.copyOf(labels);
        return value -> {
            Value.Text text = textOf(value);
            if (!known.contains(text.value())) {
                throw new BadValue("it is none of "
                        + labels.stream().limit(MOST_LABELS).collect(Collectors.joining(", "))
                        + (labels.size() > MOST_LABELS ? " and " + (labels.size() - MOST_LABELS) + " others" : ""));
            }
            return text;
        };
    }

    /** Text as it is; other single values as they are written. */
    private static Value.Text textOf(Value value) throws BadValue {
        if (value instanceof Value.Text text) {
            checkText(text.value());
            return text;
        } else if (value instanceof Value.Bytes
                || value instanceof Value.ListOf
                || value instanceof Value.MapOf
                || value instanceof Value.SetOf) {
            throw new BadValue("only single values have a text");
        }
        return new Value.Text(RowCodec.text(value));
    }

    static void checkText(String text) throws BadValue {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new BadValue("it has a NUL character");
            } else if (Character.isSurrogate(c)) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(c, text.charAt(i + 1))) {
                    throw new BadValue("it has half of a surrogate pair, which is no character");
                }
                i++;
            }
        }
    }

    private static Value atMost(Value.Text text, int longest) throws BadValue {
        int length = text.value().codePointCount(0, text.value().length());
        if (length > longest) {
            throw new BadValue("it has " + length + " characters, at most " + longest + " can be");
        }
        return text;
    }

    private static Value padded(Value.Text text, int length) throws BadValue {
        atMost(text, length);
        int missing = length - text.value().codePointCount(0, text.value().length());
        return missing == 0 ? text : new Value.Text(text.value() + " ".repeat(missing));
    }

    private static Value name(Value value) throws BadValue {
        Value.Text text = textOf(value);
        int length = text.value().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_NAME) {
            throw new BadValue("it has " + length + " bytes, at most " + LONGEST_NAME + " can be");
        }
        return text;
    }

    private static Value one(Value value) throws BadValue {
        Value.Text text = textOf(value);
        if (text.value().length() > 1 || text.value().chars().anyMatch(c -> c > 127)) {
            throw new BadValue("it is more than one byte");
        }
        return text;
    }

    private static Value bool(Value value) throws BadValue {
        if (value instanceof Value.Bool) {
            return value;
        } else if (value instanceof Value.Text text) {
            if (text.value().equals("true") || text.value().equals("false")) {
                return Value.of(text.value().equals("true"));
            }
        }
        throw new BadValue("it is neither true nor false");
    }

    private static Value bytes(Value value) throws BadValue {
        if (value instanceof Value.Bytes) {
            return value;
        }
        throw new BadValue("it is no bytes");
    }

    private static Value uuid(Value value) throws BadValue {
        if (value instanceof Value.Uuid) {
            return value;
        } else if (value instanceof Value.Text text
                && UUIDS.matcher(text.value()).matches()) {
            return new Value.Uuid(UUID.fromString(text.value()));
        }
        throw new BadValue("it is no UUID");
    }

    /** Reads a text as something. */
    @FunctionalInterface
    interface Parser<T> {
        T parse(CharSequence text) throws DateTimeException;
    }

    static <T> T parse(Value value, Parser<T> parser, String what) throws BadValue {
        if (value instanceof Value.Text text) {
            try {
                return parser.parse(text.value());
            } catch (DateTimeException e) {
                // said below
            }
        }
        throw new BadValue("it is no " + what);
    }
}
