package io.waybill.engine;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How far the rows of a plan are carried without anything being written to a target. */
public enum Phase {
    /** Rows as they were read, those that {@code where} takes. */
    READ("read.jsonl"),
    /** Rows as the mapping makes them. */
    MAP("mapped.jsonl"),
    /** Mapped rows that hold every check. */
    CHECK("checked.jsonl");

    private final String file;

    Phase(String file) {
        this.file = file;
    }

    /** The word that commands use. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    String file() {
        return file;
    }

    /** The phase with this word, or null when it is none of these. */
    public static @Nullable Phase find(String word) {
        for (Phase phase : values()) {
            if (phase.word().equals(word)) {
                return phase;
            }
        }
        return null;
    }
}
