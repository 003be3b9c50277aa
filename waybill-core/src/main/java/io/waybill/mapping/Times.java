package io.waybill.mapping;

import static io.waybill.mapping.ValueType.DATE;
import static io.waybill.mapping.ValueType.LOCAL_TIMESTAMP;
import static io.waybill.mapping.ValueType.TEXT;
import static io.waybill.mapping.ValueType.TIMESTAMP;

import io.waybill.value.Value;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;

/** Dates and timestamps. Nothing reads a clock or the machine's zone; a date that does not exist is an error. */
final class Times {
    private Times() {}

    static List<Function> functions() {
        EnumSet<ValueType> zoneless = EnumSet.of(LOCAL_TIMESTAMP, DATE, TEXT);
        EnumSet<ValueType> moments = EnumSet.of(TIMESTAMP, LOCAL_TIMESTAMP, DATE);
        return List.of(
                Function.named(
                                "date",
                                "A date from a text (with a pattern if it is not 2024-12-31) or of a timestamp (with its zone).")
                        .form(DATE, Times::date, EnumSet.of(TEXT, DATE, LOCAL_TIMESTAMP, TIMESTAMP))
                        .form(DATE, Times::datePattern, EnumSet.of(TEXT, TIMESTAMP), TEXT),
                Function.named(
                                "timestamp",
                                "A point in time from a text, or from a date or time without zone and the zone.")
                        .form(TIMESTAMP, Times::timestamp, EnumSet.of(TEXT, TIMESTAMP))
                        .form(TIMESTAMP, Times::zoned, zoneless, TEXT)
                        .form(TIMESTAMP, Times::parsed, TEXT, TEXT, TEXT),
                Function.named(
                                "text",
                                "Any single value as text; dates and timestamps with a pattern, and timestamps with a zone.")
                        .form(TEXT, Functions::text, Functions.SCALAR)
                        .form(TEXT, Times::format, moments, TEXT)
                        .form(TEXT, Times::format, TIMESTAMP, TEXT, TEXT));
    }

    private interface Computation {
        Value get();
    }

    private static Value guarded(Function.Call call, Computation computation) throws MappingException {
        try {
            return computation.get();
        } catch (DateTimeException | IllegalArgumentException e) {
            throw call.fault(String.valueOf(e.getMessage()));
        }
    }

    private static Value date(Function.Call call) throws MappingException {
        Value value = call.values().get(0);
        return guarded(call, () -> {
            if (value instanceof Value.Timestamp timestamp) {
                return new Value.Date(timestamp.value().atOffset(ZoneOffset.UTC).toLocalDate());
            } else if (value instanceof Value.LocalTimestamp local) {
                return new Value.Date(local.value().toLocalDate());
            }
            return value instanceof Value.Text text ? new Value.Date(LocalDate.parse(text.value())) : value;
        });
    }

    /** {@code date(text, pattern)} or {@code date(timestamp, zone)}. */
    private static Value datePattern(Function.Call call) throws MappingException {
        Value value = call.values().get(0);
        return guarded(call, () -> {
            if (value instanceof Value.Timestamp timestamp) {
                ZoneId zone = ZoneId.of(call.text(1));
                return new Value.Date(timestamp.value().atZone(zone).toLocalDate());
            }
            return new Value.Date(LocalDate.parse(call.text(0), formatter(call.text(1))));
        });
    }

    private static Value timestamp(Function.Call call) throws MappingException {
        Value value = call.values().get(0);
        return guarded(
                call,
                () -> value instanceof Value.Text text
                        ? new Value.Timestamp(OffsetDateTime.parse(text.value()).toInstant())
                        : value);
    }

    private static Value zoned(Function.Call call) throws MappingException {
        Value value = call.values().get(0);
        return guarded(call, () -> {
            LocalDateTime local;
            if (value instanceof Value.LocalTimestamp given) {
                local = given.value();
            } else if (value instanceof Value.Date date) {
                local = date.value().atStartOfDay();
            } else {
                local = LocalDateTime.parse(call.text(0).replace(' ', 'T'));
            }
            return new Value.Timestamp(instant(local, ZoneId.of(call.text(1))));
        });
    }

    private static Value parsed(Function.Call call) throws MappingException {
        return guarded(call, () -> {
            TemporalAccessor parsed = formatter(call.text(1)).parse(call.text(0));
            ZoneId own = parsed.query(TemporalQueries.zone());
            LocalDate date = LocalDate.from(parsed);
            LocalTime time = parsed.query(TemporalQueries.localTime());
            LocalDateTime local = time == null ? date.atStartOfDay() : date.atTime(time);
            return new Value.Timestamp(instant(local, own == null ? ZoneId.of(call.text(2)) : own));
        });
    }

    /** A time that the zone leaves out is an error; of one that it has twice, the first counts. */
    private static Instant instant(LocalDateTime local, ZoneId zone) {
        if (zone.getRules().getValidOffsets(local).isEmpty()) {
            throw new DateTimeException(local + " does not exist in " + zone + " (clocks go forward)");
        }
        return local.atZone(zone).toInstant();
    }

    private static Value format(Function.Call call) throws MappingException {
        Value value = call.values().get(0);
        Value formatted = guarded(call, () -> {
            DateTimeFormatter formatter = formatter(call.text(1));
            if (value instanceof Value.Timestamp timestamp) {
                ZoneId zone = call.values().size() > 2 ? ZoneId.of(call.text(2)) : ZoneOffset.UTC;
                return Value.of(formatter.format(timestamp.value().atZone(zone)));
            } else if (value instanceof Value.LocalTimestamp local) {
                return Value.of(formatter.format(local.value()));
            }
            return Value.of(formatter.format(((Value.Date) value).value()));
        });
        return formatted;
    }

    /** {@code y} means the year as people count, so that a strict reading needs no era. */
    private static DateTimeFormatter formatter(String pattern) {
        StringBuilder strict = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            quoted ^= c == '\'';
            strict.append(c == 'y' && !quoted ? 'u' : c);
        }
        return DateTimeFormatter.ofPattern(strict.toString(), Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
    }
}
