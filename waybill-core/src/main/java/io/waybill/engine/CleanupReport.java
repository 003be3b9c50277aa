package io.waybill.engine;

import java.util.List;

/** What a cleanup removed or, as a preview, would remove: one line each, for example an abandoned upload. */
public record CleanupReport(boolean preview, List<String> lines) {
    public CleanupReport {
        lines = List.copyOf(lines);
    }
}
