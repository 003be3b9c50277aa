package io.waybill.plan;

import io.waybill.mapping.MappingException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Times by the clock on the wall, as cron reads them: minute, hour, day of the month, month, day of the week. When both days are
 * restricted, either is enough; a day that begins with a star restricts nothing by itself. Immutable.
 */
public final class Cron {
    private static final Map<String, String> SHORT = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@hourly", "0 * * * *");
    private static final Pattern PART = Pattern.compile("(\\*|(\\w+)(?:-(\\w+))?)(?:/(\\w+))?");
    private static final int YEARS = 9; // from one 29th of February to the next are up to eight

    private enum Field {
        MINUTE("a minute", 0, 59, ""),
        HOUR("an hour", 0, 23, ""),
        DAY("a day of the month", 1, 31, ""),
        MONTH("a month", 1, 12, "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"),
        WEEKDAY("a day of the week", 0, 7, "SUN MON TUE WED THU FRI SAT");

        private final String text;
        private final int least;
        private final int most;
        private final String names;

        Field(String text, int least, int most, String names) {
            this.text = text;
            this.least = least;
            this.most = most;
            this.names = names;
        }

        private List<String> names() {
            return names.isEmpty() ? List.of() : List.of(names.split(" "));
        }
    }

    private final String text;
    private final long[] sets = new long[Field.values().length];
    private final boolean bothDays;

    private Cron(String text) throws MappingException {
        this.text = text;
        String written = text.strip();
        String line = SHORT.getOrDefault(written.toLowerCase(Locale.ROOT), text);
        if (line.strip().startsWith("@")) {
            String near = io.waybill.mapping.Nearest.hint(written, SHORT.keySet());
            throw new MappingException(
                    0, "no \"" + written + "\"", near == null ? "@hourly, @daily, @weekly, @monthly, @yearly" : near);
        }
        Matcher words = Pattern.compile("\\S+").matcher(line);
        List<String> fields = new ArrayList<>();
        List<MappingException.Fault> faults = new ArrayList<>();
        while (words.find()) {
            if (fields.size() < sets.length) {
                sets[fields.size()] = set(Field.values()[fields.size()], words.group(), words.start(), faults);
            }
            fields.add(words.group());
        }
        if (fields.size() != sets.length) {
            String hint = fields.size() == 6 ? "there are no seconds and no years" : "for example \"0 2 * * *\"";
            throw new MappingException(
                    0,
                    "it has five fields, minute, hour, day of the month, month and day of the week, not "
                            + fields.size(),
                    hint);
        } else if (!faults.isEmpty()) {
            throw new MappingException(faults);
        }
        sets[4] |= (sets[4] >>> 7) & 1; // Sunday is 0 and 7
        bothDays = fields.get(2).startsWith("*") || fields.get(4).startsWith("*");
    }

    /** Understands a line; what is wrong with it is said with its places. */
    public static Cron parse(String text) throws MappingException {
        Cron cron = new Cron(text);
        if (cron.next(Instant.EPOCH, ZoneOffset.UTC) == null) {
            throw new MappingException(0, "it never comes", "no such month has such a day");
        }
        return cron;
    }

    private static long set(Field field, String word, int at, List<MappingException.Fault> faults) {
        long set = 0;
        int position = at;
        for (String part : word.split(",", -1)) {
            try {
                set |= part(field, part, position);
            } catch (MappingException e) {
                faults.addAll(e.faults());
            }
            position += part.length() + 1;
        }
        return set;
    }

    private static long part(Field field, String part, int at) throws MappingException {
        Matcher form = PART.matcher(part);
        if (!form.matches()) {
            throw wrong(field, part, at);
        }
        boolean all = form.group(1).equals("*");
        String last = form.group(3);
        int from = all ? field.least : value(field, form.group(2), at);
        int to = all ? field.most : last == null ? from : value(field, last, at + form.start(3));
        if (field == Field.WEEKDAY && to == 0 && last != null && from > 0) {
            to = 7; // up to Sunday
        }
        if (to < from) {
            throw new MappingException(at, "\"" + part + "\" ends before it begins", "write two ranges, with a comma");
        }
        String step = form.group(4);
        if (step != null && !all && last == null) {
            String meant = form.group(2) + "-" + field.most + "/" + step;
            throw new MappingException(
                    at, "\"" + part + "\" has steps and no range", "did you mean \"" + meant + "\"?");
        } else if (step != null && (!step.matches("[0-9]{1,4}") || Integer.parseInt(step) == 0)) {
            throw new MappingException(at + form.start(4), "\"" + step + "\" is no step", "a number of at least 1");
        }
        long set = 0;
        for (int i = from; i <= to; i += step == null ? 1 : Integer.parseInt(step)) {
            set |= 1L << i;
        }
        return set;
    }

    private static int value(Field field, String word, int at) throws MappingException {
        int name = field.names().indexOf(word.toUpperCase(Locale.ROOT));
        int value = name >= 0 ? name + field.least : word.matches("[0-9]{1,4}") ? Integer.parseInt(word) : -1;
        if (value < field.least || value > field.most) {
            throw wrong(field, word, at);
        }
        return value;
    }

    private static MappingException wrong(Field field, String word, int at) {
        List<String> known = field.names();
        String names = known.isEmpty() ? "" : " or " + known.get(0) + " to " + known.get(known.size() - 1);
        return new MappingException(
                at, "\"" + word + "\" is not " + field.text, field.least + " to " + field.most + names);
    }

    /**
     * The first time after this one; null when there is none for years. A time that the clock passes over is the moment at which
     * it goes on, and one that it shows twice is the first of the two.
     */
    @Nullable
    Instant next(Instant after, ZoneId zone) {
        LocalDateTime from = after.atZone(zone)
                .toLocalDateTime()
                .truncatedTo(ChronoUnit.MINUTES)
                .plusMinutes(1);
        LocalDate end = from.toLocalDate().plusYears(YEARS);
        for (LocalDate date = from.toLocalDate(); date.isBefore(end); date = date.plusDays(1)) {
            if (isDay(date)) {
                LocalTime begin = date.equals(from.toLocalDate()) ? from.toLocalTime() : LocalTime.MIDNIGHT;
                Instant found = next(date, begin, after, zone);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private @Nullable Instant next(LocalDate date, LocalTime begin, Instant after, ZoneId zone) {
        for (int hour = next(sets[1], begin.getHour()); hour < 24; hour = next(sets[1], hour + 1)) {
            int first = hour == begin.getHour() ? begin.getMinute() : 0;
            for (int minute = next(sets[0], first); minute < 60; minute = next(sets[0], minute + 1)) {
                Instant found = instant(date.atTime(hour, minute), zone);
                if (found.isAfter(after)) {
                    return found;
                }
            }
        }
        return null;
    }

    private static Instant instant(LocalDateTime time, ZoneId zone) {
        List<ZoneOffset> offsets = zone.getRules().getValidOffsets(time);
        return offsets.isEmpty() ? zone.getRules().getTransition(time).getInstant() : time.toInstant(offsets.get(0));
    }

    /** The first number of the set from this one on; 64 when there is none. */
    private static int next(long set, int from) {
        long rest = set >>> from << from;
        return Long.numberOfTrailingZeros(rest);
    }

    private boolean isDay(LocalDate date) {
        boolean day = has(sets[2], date.getDayOfMonth());
        boolean weekday = has(sets[4], date.getDayOfWeek().getValue() % 7);
        return has(sets[3], date.getMonthValue()) && (bothDays ? day && weekday : day || weekday);
    }

    private static boolean has(long set, int value) {
        return (set >>> value & 1) == 1;
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
