package io.waybill.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * A value of a row, lossless across stores. Null, empty and missing are three things: {@link #NULL} is a value, an empty
 * text is a value, and a missing field is simply not in its {@link Row}.
 *
 * <p>Immutable. Equality is Java equality of kind and content ({@code 1.50} and {@code 1.5} differ); use
 * {@link Canonical} where the same number must count as the same.
 */
public sealed interface Value {

    /** The null value. */
    Value NULL = new Null();

    /** The kind's name as messages show it, for example {@code decimal}. */
    String kind();

    static Value of(String text) {
        return new Text(text);
    }

    static Value of(long integer) {
        return new Int(BigInteger.valueOf(integer));
    }

    static Value of(BigDecimal decimal) {
        return new Dec(decimal);
    }

    static Value of(boolean bool) {
        return bool ? Bool.TRUE : Bool.FALSE;
    }

    /** SQL null, JSON null, DynamoDB NULL. */
    record Null() implements Value {
        @Override
        public String kind() {
            return "null";
        }
    }

    /** True or false. */
    record Bool(boolean value) implements Value {
        public static final Bool TRUE = new Bool(true);
        public static final Bool FALSE = new Bool(false);

        @Override
        public String kind() {
            return "boolean";
        }
    }

    /** A whole number of any size. */
    record Int(BigInteger value) implements Value {
        @Override
        public String kind() {
            return "integer";
        }
    }

    /** A decimal number of any precision; never passes through a double. */
    record Dec(BigDecimal value) implements Value {
        @Override
        public String kind() {
            return "decimal";
        }
    }

    /** A binary floating-point number, NaN and the infinities included. */
    record Dbl(double value) implements Value {
        @Override
        public String kind() {
            return "double";
        }
    }

    /** Unicode text. */
    record Text(String value) implements Value {
        @Override
        public String kind() {
            return "text";
        }
    }

    /** Raw bytes; the array is never changed after construction. */
    record Bytes(byte[] value) implements Value {
        @Override
        public String kind() {
            return "bytes";
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes that && java.util.Arrays.equals(value, that.value);
        }

        @Override
        public int hashCode() {
            return java.util.Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            return "Bytes[" + java.util.HexFormat.of().formatHex(value) + "]";
        }
    }

    /** A calendar date. */
    record Date(LocalDate value) implements Value {
        @Override
        public String kind() {
            return "date";
        }
    }

    /** A time of day. */
    record Time(LocalTime value) implements Value {
        @Override
        public String kind() {
            return "time";
        }
    }

    /** A date and time without a zone. */
    record LocalTimestamp(LocalDateTime value) implements Value {
        @Override
        public String kind() {
            return "timestamp without zone";
        }
    }

    /** A point in time (a timestamp with zone; the zone itself is not kept). */
    record Timestamp(Instant value) implements Value {
        @Override
        public String kind() {
            return "timestamp";
        }
    }

    /** A UUID. */
    record Uuid(java.util.UUID value) implements Value {
        @Override
        public String kind() {
            return "uuid";
        }
    }

    /** An ordered list; its elements may be of several kinds. */
    record ListOf(List<Value> values) implements Value {
        public ListOf {
            values = Collections.unmodifiableList(new ArrayList<>(values));
        }

        @Override
        public String kind() {
            return "list";
        }
    }

    /** A map from text to values; order is kept and is not part of the canonical form. */
    record MapOf(Map<String, Value> values) implements Value {
        public MapOf {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }

        @Override
        public String kind() {
            return "map";
        }
    }

    /** A set; order is kept for display and is not part of the canonical form. */
    record SetOf(java.util.Set<Value> values) implements Value {
        public SetOf {
            values = Collections.unmodifiableSet(new LinkedHashSet<>(values));
        }

        @Override
        public String kind() {
            return "set";
        }
    }
}
