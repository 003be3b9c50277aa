package io.waybill.plan;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is told how a run ended: addresses that are called once it is over. Each may be missing.
 *
 * @param failed when something needs somebody, the run was refused or stopped, or a store did not answer
 * @param done when all is well
 */
public record Notify(@Nullable Hook failed, @Nullable Hook done) {
    public static final Notify NONE = new Notify(null, null);

    static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** The addresses that it knows. */
    public List<URI> addresses() {
        return java.util.stream.Stream.of(failed, done)
                .filter(java.util.Objects::nonNull)
                .map(Hook::call)
                .filter(java.util.Objects::nonNull)
                .toList();
    }

    /** Reads {@code notify} of a plan. */
    static Notify read(Node.Mapping top, References references, Problems problems) {
        if (!(top.find("notify") instanceof Node.Mapping map)) {
            return NONE;
        }
        if (map.find("failed") == null && map.find("done") == null) {
            problems.add(map, "\"notify\" has neither \"failed\" nor \"done\"");
            return NONE;
        }
        String limit = PlanReader.text(map.find("timeout"));
        Duration given = limit == null ? null : Amounts.duration(limit);
        Duration timeout = given == null ? TIMEOUT : given;
        return new Notify(
                one(map, "failed", timeout, references, problems), one(map, "done", timeout, references, problems));
    }

    private static @Nullable Hook one(
            Node.Mapping map, String key, Duration timeout, References references, Problems problems) {
        return map.find(key) instanceof Node.Scalar written && !written.isNull()
                ? HookAddress.read(written, key, timeout, references, problems)
                : null;
    }
}
