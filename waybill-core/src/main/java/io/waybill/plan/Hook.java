package io.waybill.plan;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something outside that is told of a run: a program with its arguments, or an address that is called. One of the two.
 *
 * @param command a program and its arguments, given to no shell; empty when an address is called
 * @param call an http or https address, or null when a program is run
 */
public record Hook(List<String> command, @Nullable URI call, Duration timeout) {
    static final Duration TIMEOUT = Duration.ofMinutes(5);

    public Hook {
        command = List.copyOf(command);
    }

    /** The hooks of a plan or a move; each may be missing. */
    public record Pair(@Nullable Hook before, @Nullable Hook after) {
        public static final Pair NONE = new Pair(null, null);
    }

    /** Reads {@code hooks} of a plan or a move. */
    static Pair read(Node.Mapping of, References references, Problems problems) {
        return of.find("hooks") instanceof Node.Mapping map
                ? new Pair(one(map.find("before"), references, problems), one(map.find("after"), references, problems))
                : Pair.NONE;
    }

    private static @Nullable Hook one(@Nullable Node node, References references, Problems problems) {
        if (!(node instanceof Node.Mapping map)) {
            return null;
        }
        List<Node.Scalar> words = Moves.scalars(map.find("run"));
        if (words.isEmpty() == (map.find("call") == null)) {
            problems.add(map, "a hook has either \"run\" or \"call\"");
            return null;
        }
        String written = PlanReader.text(map.find("timeout"));
        Duration given = written == null ? null : Amounts.duration(written);
        Duration timeout = given == null ? TIMEOUT : given;
        if (!words.isEmpty()) {
            List<String> command =
                    words.stream().map(references::resolve).map(String::valueOf).toList();
            return new Hook(command, null, timeout);
        }
        String address = map.find("call") instanceof Node.Scalar scalar ? references.resolve(scalar) : null;
        if (address == null) {
            return null;
        }
        try {
            URI uri = URI.create(address);
            if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
                return new Hook(List.of(), uri, timeout);
            }
        } catch (IllegalArgumentException e) {
            // said below, without the address: it may hold a secret
        }
        Node at = map.find("call");
        problems.add(at == null ? map : at, "\"call\" must be an http or https address");
        return null;
    }
}
