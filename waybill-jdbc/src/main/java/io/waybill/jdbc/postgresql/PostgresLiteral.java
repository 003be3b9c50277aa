package io.waybill.jdbc.postgresql;

import io.waybill.value.Doubles;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Spells single values as text that PostgreSQL reads back exactly. */
final class PostgresLiteral {
    private static final int MOST_DIGITS = 150_000;

    private PostgresLiteral() {}

    /** The text, or null when no column of PostgreSQL can hold just this value, or it is no single value. */
    static @Nullable String of(Value value) {
        if (value instanceof Value.Text text) {
            return text.value().indexOf('\0') >= 0 || !isWhole(text.value()) ? null : text.value();
        } else if (value instanceof Value.Int integer) {
            return integer.value().toString();
        } else if (value instanceof Value.Dec decimal) {
            return decimal(decimal.value());
        } else if (value instanceof Value.Dbl dbl) {
            return Doubles.text(dbl.value());
        } else if (value instanceof Value.Bool bool) {
            return Boolean.toString(bool.value());
        } else if (value instanceof Value.Uuid uuid) {
            return uuid.value().toString();
        } else if (value instanceof Value.Bytes bytes) {
            return "\\x" + HexFormat.of().formatHex(bytes.value());
        } else if (value instanceof Value.Date date) {
            return era(date.value(), "");
        } else if (value instanceof Value.Time time) {
            return isMicros(time.value()) ? time.value().toString() : null;
        } else if (value instanceof Value.LocalTimestamp local) {
            return timestamp(local.value(), "");
        } else if (value instanceof Value.Timestamp instant) {
            return timestamp(LocalDateTime.ofInstant(instant.value(), ZoneOffset.UTC), "+00");
        }
        return null;
    }

    /** Whole numbers without decimals, so that an integer column takes them too. */
    private static @Nullable String decimal(BigDecimal value) {
        BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        if (Math.abs((long) plain.scale()) > MOST_DIGITS) {
            return null;
        }
        return plain.toPlainString();
    }

    private static @Nullable String timestamp(LocalDateTime value, String zone) {
        return isMicros(value.toLocalTime()) ? era(value.toLocalDate(), " " + value.toLocalTime() + zone) : null;
    }

    /** Year 0 is 1 BC. */
    private static String era(LocalDate date, String rest) {
        int year = date.getYear();
        StringBuilder out = new StringBuilder(32);
        digits(year > 0 ? year : 1 - year, 1_000, out);
        digits(date.getMonthValue(), 10, out.append('-'));
        digits(date.getDayOfMonth(), 10, out.append('-'));
        return out.append(rest).append(year > 0 ? "" : " BC").toString();
    }

    /** With leading zeros up to the place of {@code unit}. */
    private static void digits(int number, int unit, StringBuilder out) {
        for (int place = unit; place > Math.max(1, number); place /= 10) {
            out.append('0');
        }
        out.append(number);
    }

    private static boolean isMicros(LocalTime time) {
        return time.toNanoOfDay() % 1000 == 0;
    }

    private static boolean isWhole(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
