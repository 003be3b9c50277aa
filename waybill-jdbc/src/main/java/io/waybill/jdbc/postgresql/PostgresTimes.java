package io.waybill.jdbc.postgresql;

import io.waybill.value.Value;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;

/** The forms of dates and times. A fraction of a second finer than the type keeps is refused, not rounded. */
final class PostgresTimes {
    private static final LocalDate FIRST = LocalDate.of(-4713, 11, 24);
    private static final LocalDate LAST = LocalDate.of(5_874_897, 12, 31);
    private static final LocalDateTime FIRST_TIME = FIRST.atStartOfDay();
    private static final LocalDateTime END_OF_TIME = LocalDateTime.of(294_277, 1, 1, 0, 0);
    private static final Instant FIRST_INSTANT = FIRST_TIME.toInstant(ZoneOffset.UTC);
    private static final Instant END_OF_INSTANTS = END_OF_TIME.toInstant(ZoneOffset.UTC);

    private PostgresTimes() {}

    static Value date(Value value) throws BadValue {
        if (value instanceof Value.Date date) {
            if (date.value().isBefore(FIRST) || date.value().isAfter(LAST)) {
                throw new BadValue("it is not between 4714-11-24 BC and 5874897-12-31");
            }
            return date;
        }
        return date(new Value.Date(PostgresForms.parse(value, LocalDate::parse, "date")));
    }

    static Value time(Value value, int precision) throws BadValue {
        if (value instanceof Value.Time time) {
            fraction(time.value().get(ChronoField.NANO_OF_SECOND), precision);
            return time;
        }
        return time(new Value.Time(PostgresForms.parse(value, LocalTime::parse, "time of day")), precision);
    }

    static Value localTimestamp(Value value, int precision) throws BadValue {
        if (value instanceof Value.LocalTimestamp local) {
            if (local.value().isBefore(FIRST_TIME) || !local.value().isBefore(END_OF_TIME)) {
                throw outside();
            }
            fraction(local.value().get(ChronoField.NANO_OF_SECOND), precision);
            return local;
        }
        return localTimestamp(
                new Value.LocalTimestamp(
                        PostgresForms.parse(value, LocalDateTime::parse, "date and time without a zone")),
                precision);
    }

    static Value timestamp(Value value, int precision) throws BadValue {
        if (value instanceof Value.Timestamp instant) {
            if (instant.value().isBefore(FIRST_INSTANT) || !instant.value().isBefore(END_OF_INSTANTS)) {
                throw outside();
            }
            fraction(instant.value().getNano(), precision);
            return instant;
        }
        return timestamp(
                new Value.Timestamp(PostgresForms.parse(value, OffsetDateTime::parse, "point in time")
                        .toInstant()),
                precision);
    }

    private static BadValue outside() {
        return new BadValue("it is not between 4714-11-24 BC and 294276-12-31");
    }

    private static void fraction(int nanos, int precision) throws BadValue {
        int digits = precision < 0 ? 6 : precision;
        int unit = 1_000_000_000;
        for (int i = 0; i < digits; i++) {
            unit /= 10;
        }
        if (nanos % unit != 0) {
            throw new BadValue("its fraction of a second has more than " + digits + " digits");
        }
    }
}
