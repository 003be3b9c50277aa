package io.waybill.mapping;

import io.waybill.value.Value;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What an expression is known to give, before any item is seen. Nearly the kinds of {@link Value}. */
public enum ValueType {
    /** Only known when an item is there. */
    ANY,
    NULL,
    BOOLEAN,
    INTEGER,
    DECIMAL,
    DOUBLE,
    TEXT,
    BYTES,
    DATE,
    TIME,
    LOCAL_TIMESTAMP,
    TIMESTAMP,
    UUID,
    LIST,
    MAP,
    SET;

    private static final Map<String, ValueType> BY_TEXT =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(ValueType::text, type -> type));

    /** The name as messages show it; the same as {@link Value#kind}. */
    public String text() {
        return this == LOCAL_TIMESTAMP ? "timestamp without zone" : name().toLowerCase(Locale.ROOT);
    }

    /** The type with this name, as {@link Value#kind} and columns say it; any for a name that is none of them. */
    public static ValueType parse(String text) {
        return BY_TEXT.getOrDefault(text, ANY);
    }

    boolean isNumber() {
        return this == INTEGER || this == DECIMAL || this == DOUBLE;
    }

    boolean isMoment() {
        return this == TIMESTAMP || this == LOCAL_TIMESTAMP || this == DATE;
    }

    /** The one type that holds both. */
    static ValueType join(ValueType a, ValueType b) {
        if (a == b || b == NULL) {
            return a;
        }
        return a == NULL ? b : ANY;
    }
}
