package io.waybill.s3endpoint;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Dates as HTTP and as S3's XML write them, to the second as S3 keeps them. Safe for use by several threads. */
final class Moments {
    private static final DateTimeFormatter HTTP = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss'.000Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static volatile Cached lastHttp = new Cached(Long.MIN_VALUE, "");
    private static volatile Cached lastIso = new Cached(Long.MIN_VALUE, "");

    private record Cached(long second, String text) {}

    private Moments() {}

    static String http(long millis) {
        long second = Math.floorDiv(millis, 1000L);
        Cached now = lastHttp;
        if (now.second() != second) {
            now = new Cached(second, HTTP.format(Instant.ofEpochSecond(second)));
            lastHttp = now;
        }
        return now.text();
    }

    static String iso(long millis) {
        long second = Math.floorDiv(millis, 1000L);
        Cached now = lastIso;
        if (now.second() != second) {
            now = new Cached(second, ISO.format(Instant.ofEpochSecond(second)));
            lastIso = now;
        }
        return now.text();
    }

    /** The second that a date in a header names, or null if it names none: HTTP says to ignore those. */
    static @Nullable Long second(@Nullable String date) {
        if (date == null) {
            return null;
        }
        try {
            return Instant.from(HTTP.parse(date.trim())).getEpochSecond();
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
