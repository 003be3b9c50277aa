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

    /** Whether neither is known: the plan is one out of a ledger, and the address held a secret. */
    public boolean isUnknown() {
        return command.isEmpty() && call == null;
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
        String limit = PlanReader.text(map.find("timeout"));
        Duration given = limit == null ? null : Amounts.duration(limit);
        Duration timeout = given == null ? TIMEOUT : given;
        if (!words.isEmpty()) {
            List<String> command =
                    words.stream().map(references::resolve).map(String::valueOf).toList();
            return new Hook(command, null, timeout);
        }
        return map.find("call") instanceof Node.Scalar written
                ? HookAddress.read(written, "call", timeout, references, problems)
                : null;
    }
}
