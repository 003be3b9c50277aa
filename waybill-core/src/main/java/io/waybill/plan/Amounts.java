package io.waybill.plan;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sizes and durations as people write them. */
final class Amounts {
    static final String SIZE = "a size, for example 64MB or 16 MiB";
    static final String DURATION = "a duration, for example 500ms, 30s or 1h30m";

    private static final Pattern SIZE_FORM = Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,6})?) ?([kKMGT]i?B|B)?");
    private static final Pattern DURATION_PART = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final Map<String, Long> UNITS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

    private Amounts() {}

    /** Bytes; 1 MB is a million, 1 MiB is 1024 times 1024. Null when the text is no size. */
    static @Nullable Long size(String text) {
        Matcher form = SIZE_FORM.matcher(text);
        if (!form.matches()) {
            return null;
        }
        String unit = form.group(2) == null ? "B" : form.group(2);
        int power = "BKMGT".indexOf(Character.toUpperCase(unit.charAt(0)));
        BigDecimal factor = BigDecimal.valueOf(unit.length() == 3 ? 1024 : 1000).pow(power);
        BigDecimal bytes = new BigDecimal(form.group(1)).multiply(factor);
        boolean fits =
                bytes.stripTrailingZeros().scale() <= 0 && bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
        return fits ? bytes.longValueExact() : null;
    }

    /** Null when the text is no duration. */
    static @Nullable Duration duration(String text) {
        Matcher part = DURATION_PART.matcher(text);
        long millis = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            millis += Long.parseLong(part.group(1)) * UNITS.getOrDefault(part.group(2), 0L);
            end = part.end();
        }
        return end == 0 || end != text.length() ? null : Duration.ofMillis(millis);
    }
}
