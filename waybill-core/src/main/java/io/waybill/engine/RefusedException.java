package io.waybill.engine;

import java.util.List;

/** A safety rule forbids what was asked; nothing was changed. Exit code 8. */
public final class RefusedException extends Exception {
    private final transient List<String> lines;

    public RefusedException(String message, List<String> lines) {
        super(message);
        this.lines = List.copyOf(lines);
    }

    /** What it is about, one line each, for example the keys that collide. */
    public List<String> lines() {
        return lines;
    }
}
