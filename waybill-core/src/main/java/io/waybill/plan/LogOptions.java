package io.waybill.plan;

import org.jspecify.annotations.Nullable;

/**
 * How the logs of a plan's commands are written, as far as the plan says it.
 *
 * @param format {@code text} or {@code json}
 * @param level how much, for example {@code info}
 * @param folder where the file of each command goes, as written
 */
public record LogOptions(
        @Nullable String format,
        @Nullable String level,
        @Nullable String folder) {
    public static final LogOptions NONE = new LogOptions(null, null, null);

    /** What a log may look like. */
    public enum Format implements Word {
        TEXT,
        JSON
    }

    /** How much a log may hold. */
    public enum Level implements Word {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /** Reads {@code log} of a plan. */
    static LogOptions read(Node.Mapping top, References references) {
        if (!(top.find("log") instanceof Node.Mapping map)) {
            return NONE;
        }
        String folder = map.find("folder") instanceof Node.Scalar written && !written.isNull()
                ? references.resolve(written)
                : null;
        return new LogOptions(PlanReader.text(map.find("format")), PlanReader.text(map.find("level")), folder);
    }
}
