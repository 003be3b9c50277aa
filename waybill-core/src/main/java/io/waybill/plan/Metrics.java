package io.waybill.plan;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the figures of runs are published.
 *
 * @param type of the service
 * @param options by name; none of them is secret
 * @param every how long to wait before they are published again
 * @param text its short form, for messages
 */
public record Metrics(String type, Map<String, String> options, Duration every, String text) {
    public Metrics {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }
}
