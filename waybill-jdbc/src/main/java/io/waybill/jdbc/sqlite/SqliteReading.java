package io.waybill.jdbc.sqlite;

import io.waybill.value.Doubles;
import io.waybill.value.Json;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns what SQLite stores into values. What does not fit the declared type is given as it is stored. */
final class SqliteReading {
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,9999})(\\.[0-9]{1,9999})?");
    private static final Pattern UUIDS = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private SqliteReading() {}

    /** A stored value: null, Long, Double, String or byte array. */
    static @Nullable Object stored(ResultSet rows, int number) throws SQLException, BadValue {
        Object value = rows.getObject(number);
        if (value instanceof Integer small) {
            return small.longValue();
        } else if (value instanceof String text
                && text.indexOf('\ufffd') >= 0
                && !Arrays.equals(rows.getBytes(number), text.getBytes(java.nio.charset.StandardCharsets.UTF_8))) {
            throw new BadValue("holds a text that is not UTF-8");
        }
        return value;
    }

    /** As it is stored, whatever the column means. */
    static Value plain(@Nullable Object stored) {
        if (stored == null) {
            return Value.NULL;
        } else if (stored instanceof Long integer) {
            return Value.of(integer);
        } else if (stored instanceof Double real) {
            return new Value.Dbl(real);
        } else if (stored instanceof String text) {
            return Value.of(text);
        }
        return new Value.Bytes((byte[]) stored);
    }

    /** As the column means it; of a key, only if writing the value makes the very same again. */
    static Value of(@Nullable Object stored, SqliteTable.Column column) throws BadValue {
        Value meant = meant(stored, column.type().meaning());
        if (meant == null) {
            return plain(stored);
        } else if (column.inKey()) {
            try {
                return java.util.Objects.equals(SqliteStorage.of(meant, column.type()), stored) ? meant : plain(stored);
            } catch (BadValue e) {
                return plain(stored);
            }
        }
        return meant;
    }

    private static @Nullable Value meant(@Nullable Object stored, SqliteType.Meaning meaning) throws BadValue {
        if (stored instanceof Long integer) {
            boolean bit = meaning == SqliteType.Meaning.BOOLEAN && (integer == 0 || integer == 1);
            return bit ? Value.of(integer == 1) : null;
        } else if (stored instanceof Double real) {
            boolean decimal = meaning == SqliteType.Meaning.DECIMAL && Double.isFinite(real);
            return decimal ? Value.of(new BigDecimal(Doubles.text(real))) : null;
        } else if (!(stored instanceof String text)) {
            return null;
        } else {
            try {
                return meant(text, meaning);
            } catch (Json.SyntaxException e) {
                throw new BadValue("holds JSON that no value can be (" + e.what() + ")");
            } catch (DateTimeException | IllegalArgumentException e) {
                return null;
            }
        }
    }

    private static @Nullable Value meant(String text, SqliteType.Meaning meaning) {
        return switch (meaning) {
            case PLAIN, BOOLEAN -> null;
            case DECIMAL -> NUMBER.matcher(text).matches() ? number(text) : null;
            case DATE -> new Value.Date(LocalDate.parse(text));
            case TIME -> new Value.Time(LocalTime.parse(text));
            case TIMESTAMP -> timestamp(text);
            case UUID -> UUIDS.matcher(text).matches() ? new Value.Uuid(UUID.fromString(text)) : null;
            case JSON -> text.startsWith("{") || text.startsWith("[") ? Json.parse(text) : null;
        };
    }

    private static Value number(String text) {
        return text.indexOf('.') < 0 ? new Value.Int(new BigInteger(text)) : Value.of(new BigDecimal(text));
    }

    /** With or without a zone; a blank or a T between date and time. */
    private static @Nullable Value timestamp(String text) {
        int blank = text.indexOf(' ');
        String iso = blank < 0 ? text : text.substring(0, blank) + "T" + text.substring(blank + 1);
        int time = iso.indexOf('T');
        if (time < 0) {
            return null;
        }
        boolean zone = iso.endsWith("Z") || iso.indexOf('+', time) > 0 || iso.indexOf('-', time) > 0;
        return zone
                ? new Value.Timestamp(OffsetDateTime.parse(iso).toInstant())
                : new Value.LocalTimestamp(LocalDateTime.parse(iso));
    }
}
