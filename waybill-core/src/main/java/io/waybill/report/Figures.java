package io.waybill.report;

import java.util.Locale;

/** Figures as people read them. */
public final class Figures {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private Figures() {}

    /** A count, with commas from ten thousand on: 9999, 12,345. */
    public static String count(long count) {
        return Math.abs(count) < 10_000 ? Long.toString(count) : String.format(Locale.ROOT, "%,d", count);
    }

    /** A count and its noun, which takes an s unless it is one: 1 file, 2 files. */
    public static String count(long count, String noun) {
        return count(count) + " " + noun + (count == 1 ? "" : "s");
    }

    /** A size in decimal units: 512 B, 12.1 MB. */
    public static String bytes(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        String form = value < 99.95 ? "%.1f %s" : "%.0f %s";
        return String.format(Locale.ROOT, form, value, UNITS[unit]);
    }

    /** A duration: 340 ms, 3 s, 2 min 5 s, 1 h 20 min, 2 d 3 h. */
    public static String duration(long millis) {
        if (millis < 1000) {
            return Math.max(0, millis) + " ms";
        }
        long seconds = Math.round(millis / 1000.0);
        if (seconds < 60) {
            return seconds + " s";
        } else if (seconds < 3600) {
            return pair(seconds / 60, "min", seconds % 60, "s");
        } else if (seconds < 86_400) {
            return pair(seconds / 3600, "h", seconds % 3600 / 60, "min");
        }
        return pair(seconds / 86_400, "d", seconds % 86_400 / 3600, "h");
    }

    private static String pair(long large, String largeUnit, long small, String smallUnit) {
        return large + " " + largeUnit + (small == 0 ? "" : " " + small + " " + smallUnit);
    }

    /** How long ago something was: just now, 2 minutes ago, 3 days ago. */
    public static String ago(long millis) {
        long seconds = millis / 1000;
        if (seconds < 10) {
            return "just now";
        } else if (seconds < 60) {
            return seconds + " seconds ago";
        } else if (seconds < 3600) {
            return count(seconds / 60, "minute") + " ago";
        } else if (seconds < 2 * 86_400) {
            return count(seconds / 3600, "hour") + " ago";
        }
        return count(seconds / 86_400, "day") + " ago";
    }

    /** A share of a whole in percent, never 100 before it is whole and never 0 once it began. */
    public static int percent(long part, long whole) {
        if (whole <= 0 || part >= whole) {
            return 100;
        }
        int percent = (int) (100.0 * part / whole);
        return part > 0 && percent == 0 ? 1 : Math.min(99, percent);
    }
}
