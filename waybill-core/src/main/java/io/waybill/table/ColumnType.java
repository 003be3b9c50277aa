package io.waybill.table;

import io.waybill.value.Json;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.util.Base64;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the fields of a column of CSV are read as. */
public enum ColumnType {
    TEXT,
    INTEGER,
    DECIMAL,
    DOUBLE,
    BOOLEAN,
    DATE,
    TIME,
    /** A point in time, with a zone or an offset in the text. */
    TIMESTAMP,
    LOCAL_TIMESTAMP,
    UUID,
    /** Base64. */
    BYTES,
    /** Any value as JSON. */
    JSON;

    private static final int LONGEST_NUMBER = 10_000;
    private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+");
    private static final Pattern NUMBER = Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,4})?");

    private static final DateTimeFormatter LOCAL = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendPattern("['T'][' ']")
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);
    private static final DateTimeFormatter ZONED = new DateTimeFormatterBuilder()
            .append(LOCAL)
            .appendPattern("[XXXXX][XXXX][X]")
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    /** The name in plans and messages; that of a kind of {@link Value}, save for {@link #JSON}. */
    String text() {
        return this == LOCAL_TIMESTAMP ? "timestamp without zone" : name().toLowerCase(Locale.ROOT);
    }

    static @Nullable ColumnType find(String text) {
        for (ColumnType type : values()) {
            if (type.text().equals(text) || type.name().equalsIgnoreCase(text)) {
                return type;
            }
        }
        return null;
    }

    /** The value of a field, or null when the text is none of this type. */
    @Nullable
    Value parse(String text) {
        try {
            return switch (this) {
                case TEXT -> Value.of(text);
                case INTEGER -> number(text, WHOLE) ? new Value.Int(new BigInteger(text)) : null;
                case DECIMAL -> number(text, NUMBER) ? new Value.Dec(new BigDecimal(text)) : null;
                case DOUBLE -> real(text);
                case BOOLEAN -> bool(text.toLowerCase(Locale.ROOT));
                case DATE -> new Value.Date(LocalDate.parse(text));
                case TIME -> new Value.Time(LocalTime.parse(text));
                case TIMESTAMP ->
                    new Value.Timestamp(OffsetDateTime.parse(text, ZONED).toInstant());
                case LOCAL_TIMESTAMP -> new Value.LocalTimestamp(LocalDateTime.parse(text, LOCAL));
                case UUID -> text.length() == 36 ? new Value.Uuid(java.util.UUID.fromString(text)) : null;
                case BYTES -> new Value.Bytes(Base64.getDecoder().decode(text));
                case JSON -> Json.parse(text);
            };
        } catch (DateTimeException | IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean number(String text, Pattern form) {
        return text.length() <= LONGEST_NUMBER && form.matcher(text).matches();
    }

    private static @Nullable Value real(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "nan" -> new Value.Dbl(Double.NaN);
            case "infinity", "inf" -> new Value.Dbl(Double.POSITIVE_INFINITY);
            case "-infinity", "-inf" -> new Value.Dbl(Double.NEGATIVE_INFINITY);
            default -> number(text, NUMBER) ? finite(Double.parseDouble(text)) : null;
        };
    }

    /** Digits beyond the largest double are no double; infinity is written as a word. */
    private static @Nullable Value finite(double value) {
        return Double.isInfinite(value) ? null : new Value.Dbl(value);
    }

    private static @Nullable Value bool(String text) {
        return switch (text) {
            case "true", "t", "1" -> Value.Bool.TRUE;
            case "false", "f", "0" -> Value.Bool.FALSE;
            default -> null;
        };
    }

    /** The text that stands for a value, or null when this type has none for it. {@link #parse} gives the stored value. */
    @Nullable
    String write(Value value) {
        String text =
                switch (this) {
                    case TEXT -> PlainText.of(value);
                    case JSON -> json(value);
                    case BYTES -> value instanceof Value.Bytes ? PlainText.of(value) : null;
                    case INTEGER -> whole(value);
                    case DECIMAL -> decimal(value);
                    default -> text().equals(value.kind()) || value instanceof Value.Text ? PlainText.of(value) : null;
                };
        return text == null || parse(text) == null ? null : text;
    }

    private static @Nullable String whole(Value value) {
        try {
            if (value instanceof Value.Int integer) {
                return integer.value().toString();
            } else if (value instanceof Value.Dec decimal
                    && Math.abs((long) decimal.value().scale()) <= LONGEST_NUMBER) {
                return decimal.value().toBigIntegerExact().toString();
            }
            return null;
        } catch (ArithmeticException e) {
            return null;
        }
    }

    private static @Nullable String decimal(Value value) {
        boolean minusZero = value instanceof Value.Dbl dbl && dbl.value() == 0 && Double.compare(dbl.value(), 0.0) != 0;
        boolean number = value instanceof Value.Int || value instanceof Value.Dec || value instanceof Value.Dbl;
        return number && !minusZero ? PlainText.of(value) : null;
    }

    private static @Nullable String json(Value value) {
        try {
            return Json.write(NaturalForm.of(value, 1));
        } catch (UnfitException e) {
            return null;
        }
    }
}
