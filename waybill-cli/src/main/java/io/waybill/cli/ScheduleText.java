package io.waybill.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times of a schedule for people. */
final class ScheduleText {
    private static final DateTimeFormatter WHOLE = DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm", Locale.ENGLISH);

    private ScheduleText() {}

    /** By the clock of this zone, which is named. */
    static String time(Instant at, ZoneId zone) {
        return WHOLE.format(at.atZone(zone)) + " " + zone;
    }

    /** By the clock of this zone, and by the one here if that shows another time. */
    static String both(Instant at, ZoneId zone) {
        ZonedDateTime here = at.atZone(ZoneId.systemDefault());
        boolean same = here.toLocalDateTime().equals(at.atZone(zone).toLocalDateTime());
        return time(at, zone) + (same ? "" : " (" + WHOLE.format(here) + " here)");
    }
}
