package io.waybill.jdbc.sqlite;

import io.waybill.value.Doubles;
import io.waybill.value.Json;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns values into what SQLite stores: null, Long, Double, String or byte array. */
final class SqliteStorage {
    /** What SQLite turns into a number in a column of numbers. */
    private static final Pattern NUMBER =
            Pattern.compile("[ \\t-\\r]*[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,6})?[ \\t-\\r]*");

    private static final int MOST_DIGITS = 10_000;

    private SqliteStorage() {}

    /** What the column stores for the value, after SQLite's own conversions. */
    static @Nullable Object of(Value value, SqliteType type) throws BadValue {
        if (value instanceof Value.Null) {
            return null;
        } else if (value instanceof Value.Text text) {
            return text(text.value(), type);
        } else if (value instanceof Value.Int integer) {
            return number(new BigDecimal(integer.value()), type);
        } else if (value instanceof Value.Dec decimal) {
            return number(decimal.value(), type);
        } else if (value instanceof Value.Dbl dbl) {
            return real(dbl.value(), type);
        } else if (value instanceof Value.Bool bool) {
            if (type.meaning() == SqliteType.Meaning.JSON) {
                throw new BadValue("it would be kept as a number");
            } else if (type.affinity() == SqliteType.Affinity.TEXT) {
                return bool.value() ? "true" : "false";
            }
            return number(bool.value() ? BigDecimal.ONE : BigDecimal.ZERO, type);
        } else if (value instanceof Value.Bytes bytes) {
            return bytes.value();
        } else if (value instanceof Value.SetOf) {
            throw new BadValue("there are no sets; make it a list");
        } else if (value instanceof Value.MapOf || value instanceof Value.ListOf) {
            checkJson(value, 0);
            return Json.write(plain(value));
        }
        return spelled(value);
    }

    /** How dates and the like are written: as SQLite's own functions do. */
    private static String spelled(Value value) {
        if (value instanceof Value.LocalTimestamp local) {
            return dateTime(local.value());
        } else if (value instanceof Value.Timestamp instant) {
            return dateTime(LocalDateTime.ofInstant(instant.value(), ZoneOffset.UTC)) + "Z";
        } else if (value instanceof Value.Time time) {
            return time.value().toString() + (time.value().toString().length() == 5 ? ":00" : "");
        }
        return io.waybill.value.RowCodec.text(value);
    }

    private static String dateTime(LocalDateTime value) {
        String time = value.toLocalTime().toString();
        return value.toLocalDate() + " " + time + (time.length() == 5 ? ":00" : "");
    }

    private static Object text(String text, SqliteType type) throws BadValue {
        checkText(text);
        boolean numbers = type.affinity() != SqliteType.Affinity.TEXT && type.affinity() != SqliteType.Affinity.NONE;
        if (numbers && text.length() < MOST_DIGITS && NUMBER.matcher(text).matches()) {
            switch (type.meaning()) {
                case DATE, TIME, TIMESTAMP, UUID, JSON -> throw new BadValue("it would be kept as a number");
                default -> {}
            }
            return number(new BigDecimal(text.strip().replaceFirst("\\.(?=$|[eE])", "")), type);
        }
        return text;
    }

    static void checkText(String text) throws BadValue {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(c, text.charAt(i + 1))) {
                    throw new BadValue("it has half of a surrogate pair, which is no character");
                }
                i++;
            }
        }
    }

    private static Object number(BigDecimal number, SqliteType type) throws BadValue {
        if (Math.abs((long) number.scale()) > MOST_DIGITS || number.precision() > MOST_DIGITS) {
            throw new BadValue("it has too many digits");
        }
        if (type.affinity() == SqliteType.Affinity.TEXT) {
            return number.toPlainString();
        }
        BigDecimal bare = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        if (type.affinity() != SqliteType.Affinity.REAL && bare.scale() <= 0 && bare.precision() - bare.scale() < 20) {
            BigInteger whole = bare.toBigIntegerExact();
            if (whole.bitLength() < 64) {
                return whole.longValue();
            }
        }
        double near = number.doubleValue();
        if (Double.isInfinite(near) || new BigDecimal(Doubles.text(near)).compareTo(number) != 0) {
            throw new BadValue("it has more digits than a REAL keeps; declare the column DECIMAL TEXT");
        }
        return near;
    }

    private static Object real(double real, SqliteType type) throws BadValue {
        if (Double.isNaN(real)) {
            throw new BadValue("SQLite has no NaN");
        } else if (real == 0 && Double.compare(real, 0.0) != 0) {
            throw new BadValue("SQLite has no negative zero");
        } else if (Double.isInfinite(real)) {
            return type.affinity() == SqliteType.Affinity.TEXT ? (Object) Doubles.text(real) : (Object) real;
        } else if (type.affinity() == SqliteType.Affinity.REAL || type.affinity() == SqliteType.Affinity.NONE) {
            return real;
        }
        return number(new BigDecimal(Doubles.text(real)), type);
    }

    private static void checkJson(Value value, int depth) throws BadValue {
        if (depth > 190) {
            throw new BadValue("it is nested deeper than 190");
        } else if (value instanceof Value.ListOf list) {
            for (Value element : list.values()) {
                checkJson(element, depth + 1);
            }
        } else if (value instanceof Value.MapOf map) {
            for (Map.Entry<String, Value> field : map.values().entrySet()) {
                checkJson(field.getValue(), depth + 1);
            }
        } else if (value instanceof Value.Dbl dbl) {
            if (!Double.isFinite(dbl.value()) || (dbl.value() == 0 && Double.compare(dbl.value(), 0.0) != 0)) {
                throw new BadValue("it holds a double that JSON cannot write");
            }
        } else if (value instanceof Value.Dec decimal) {
            if (Math.abs((long) decimal.value().scale()) > 9_000
                    || decimal.value().precision() > 9_000) {
                throw new BadValue("it holds a number with too many digits");
            }
        } else if (!(value instanceof Value.Int
                || value instanceof Value.Text
                || value instanceof Value.Bool
                || value instanceof Value.Null)) {
            throw new BadValue("it holds a value of kind " + value.kind() + ", which JSON does not have");
        }
    }

    /** With doubles as the decimals that mean them. */
    private static Value plain(Value value) {
        if (value instanceof Value.Dbl dbl) {
            return new Value.Dec(new BigDecimal(Doubles.text(dbl.value())));
        } else if (value instanceof Value.ListOf list) {
            return new Value.ListOf(
                    list.values().stream().map(SqliteStorage::plain).toList());
        } else if (value instanceof Value.MapOf map) {
            Map<String, Value> fields = new java.util.LinkedHashMap<>();
            map.values().forEach((name, field) -> fields.put(name, plain(field)));
            return new Value.MapOf(fields);
        }
        return value;
    }
}
