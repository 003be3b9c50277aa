package io.waybill.jdbc.postgresql;

import io.waybill.value.Json;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.UUID;

/** Reads values from PostgreSQL's own text output (ISO dates, hex bytes, shortest exact floats). */
final class PostgresText {
    private static final String BC = " BC";

    private PostgresText() {}

    static Value integer(String text) {
        return text.length() < 19 ? Value.of(Long.parseLong(text)) : new Value.Int(new BigInteger(text));
    }

    static Value decimal(String text) throws BadValue {
        char last = text.charAt(text.length() - 1);
        if (last == 'N' || last == 'y') {
            throw new BadValue("holds " + (last == 'N' ? "NaN" : "infinity") + ", which no decimal can be");
        }
        return new Value.Dec(new BigDecimal(text));
    }

    static Value real(String text) {
        return new Value.Dbl(Double.parseDouble(text));
    }

    static Value bool(String text) {
        return Value.of(text.equals("t"));
    }

    static Value bytes(String text) throws BadValue {
        if (!text.startsWith("\\x")) {
            throw new BadValue("was not sent as hexadecimal");
        }
        return new Value.Bytes(HexFormat.of().parseHex(text, 2, text.length()));
    }

    static Value json(String text) throws BadValue {
        try {
            return Json.parse(text);
        } catch (IllegalArgumentException e) {
            throw new BadValue("holds JSON that no value can be (" + e.getMessage() + ")");
        }
    }

    static Value uuid(String text) {
        return new Value.Uuid(UUID.fromString(text));
    }

    static Value date(String text) throws BadValue {
        finite(text);
        try {
            boolean bc = text.endsWith(BC);
            return new Value.Date(day(text, bc ? text.length() - BC.length() : text.length(), bc));
        } catch (DateTimeException | NumberFormatException | IndexOutOfBoundsException e) {
            throw strange();
        }
    }

    static Value time(String text) throws BadValue {
        if (text.startsWith("24:")) {
            throw new BadValue("holds the time 24:00, which is the next day elsewhere");
        }
        try {
            return new Value.Time(clock(text, 0, text.length()));
        } catch (DateTimeException | NumberFormatException | IndexOutOfBoundsException e) {
            throw strange();
        }
    }

    static Value localTimestamp(String text) throws BadValue {
        finite(text);
        try {
            boolean bc = text.endsWith(BC);
            int end = bc ? text.length() - BC.length() : text.length();
            int space = text.indexOf(' ');
            LocalDate date = day(text, space, bc);
            return new Value.LocalTimestamp(LocalDateTime.of(date, clock(text, space + 1, end)));
        } catch (DateTimeException | NumberFormatException | IndexOutOfBoundsException e) {
            throw strange();
        }
    }

    static Value timestamp(String text) throws BadValue {
        finite(text);
        try {
            boolean bc = text.endsWith(BC);
            int end = bc ? text.length() - BC.length() : text.length();
            int space = text.indexOf(' ');
            int sign = space + 1;
            while (text.charAt(sign) != '+' && text.charAt(sign) != '-') {
                sign++;
            }
            LocalDateTime local = LocalDateTime.of(day(text, space, bc), clock(text, space + 1, sign));
            Instant instant = local.toInstant(ZoneOffset.ofTotalSeconds(offset(text, sign, end)));
            return new Value.Timestamp(instant);
        } catch (DateTimeException | NumberFormatException | IndexOutOfBoundsException e) {
            throw strange();
        }
    }

    private static void finite(String text) throws BadValue {
        if (text.endsWith("infinity")) {
            throw new BadValue("holds infinity, which no point in time can be");
        }
    }

    private static BadValue strange() {
        return new BadValue("holds a date or time that is beyond what is read");
    }

    /** {@code Y-MM-DD} from the beginning to {@code end}; year 1 BC is the year 0. */
    private static LocalDate day(String text, int end, boolean bc) {
        int dash = text.indexOf('-');
        int year = number(text, 0, dash);
        int month = number(text, dash + 1, dash + 3);
        return LocalDate.of(bc ? 1 - year : year, month, number(text, dash + 4, end));
    }

    /** {@code HH:MM:SS[.f]}. */
    private static LocalTime clock(String text, int from, int to) {
        int nanos = 0;
        if (to > from + 8) {
            int digits = to - from - 9;
            nanos = number(text, from + 9, to);
            for (int i = digits; i < 9; i++) {
                nanos *= 10;
            }
        }
        return LocalTime.of(
                number(text, from, from + 2),
                number(text, from + 3, from + 5),
                number(text, from + 6, from + 8),
                nanos);
    }

    /** {@code +HH[:MM[:SS]]} in seconds. */
    private static int offset(String text, int from, int to) {
        int seconds = 0;
        int unit = 3600;
        for (int i = from + 1; i < to; i += 3) {
            seconds += unit * number(text, i, i + 2);
            unit /= 60;
        }
        return text.charAt(from) == '-' ? -seconds : seconds;
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }
}
