package io.waybill.plan;

import io.waybill.value.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What makes a plan this plan. */
public final class Fingerprint {
    private Fingerprint() {}

    public static String of(Plan plan, Map<String, String> identities) {
        return Digest.sha256((plan.json() + new TreeMap<>(identities)).getBytes(StandardCharsets.UTF_8))
                .hex();
    }

    public static List<String> difference(String before, String after) {
        return before.equals(after) ? List.of() : List.of("the plan");
    }
}
