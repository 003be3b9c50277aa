package io.waybill.plan;

import io.waybill.mapping.MappingException;
import io.waybill.mapping.Nearest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * When a plan is run by itself.
 *
 * @param zone whose clock on the wall tells the time
 */
public record Schedule(Cron cron, ZoneId zone, Missed missed) {
    /** What becomes of times at which nobody was there to run the plan. */
    public enum Missed implements Word {
        /** They are said, and the next time is waited for. */
        SKIP,
        /** They are said, and the plan is run once for all of them. */
        RUN
    }

    /** The first time after this one; null when there is none for years. */
    public @Nullable Instant next(Instant after) {
        return cron.next(after, zone);
    }

    /** The schedule of a plan, or null when it has none. */
    static @Nullable Schedule read(Node.Mapping top, Problems problems) {
        if (!(top.find("schedule") instanceof Node.Mapping map)) {
            return null;
        }
        Cron cron = map.find("cron") instanceof Node.Scalar written ? cron(written, problems) : null;
        ZoneId zone = map.find("zone") instanceof Node.Scalar written ? zone(written, problems) : ZoneId.of("UTC");
        String missed = PlanReader.text(map.find("missed"));
        return cron == null || zone == null
                ? null
                : new Schedule(
                        cron,
                        zone,
                        missed == null || !Word.all(Missed.class).contains(missed)
                                ? Missed.SKIP
                                : Word.parse(Missed.class, missed));
    }

    private static @Nullable Cron cron(Node.Scalar written, Problems problems) {
        try {
            return Cron.parse(written.text());
        } catch (MappingException e) {
            problems.addAll(written, "cron", e);
            return null;
        }
    }

    private static @Nullable ZoneId zone(Node.Scalar written, Problems problems) {
        try {
            return ZoneId.of(written.text());
        } catch (DateTimeException e) {
            String near = Nearest.find(written.text(), ZoneId.getAvailableZoneIds());
            String known = near != null
                    ? near
                    : ZoneId.getAvailableZoneIds().stream()
                            .filter(id -> id.toLowerCase(Locale.ROOT)
                                    .endsWith("/" + written.text().toLowerCase(Locale.ROOT)))
                            .sorted()
                            .findFirst()
                            .orElse(null);
            problems.add(
                    written,
                    "no zone \"" + written.text() + "\"",
                    known == null
                            ? "a name such as UTC, Europe/Berlin or America/New_York"
                            : "did you mean \"" + known + "\"?");
            return null;
        }
    }
}
