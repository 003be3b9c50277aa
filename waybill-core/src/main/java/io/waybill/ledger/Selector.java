package io.waybill.ledger;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which entries a verb is about: all conditions together.
 *
 * @param run the run that planned them, or null for all
 * @param moves names of moves, empty for all; likewise groups, batches and states
 * @param since milliseconds since 1970 of the source's last change, inclusive; null for no bound
 * @param before the same, exclusive
 * @param where a condition on the entry that SQL cannot express; {@code text} says it for people
 * @param limit the most entries
 */
public record Selector(
        @Nullable Integer run,
        List<String> moves,
        List<String> groups,
        List<Integer> batches,
        Set<State> states,
        @Nullable Long since,
        @Nullable Long before,
        Predicate<Entry> where,
        long limit,
        String text) {
    /** Everything. */
    public static final Selector ALL = new Selector(
            null, List.of(), List.of(), List.of(), Set.of(), null, null, entry -> true, Long.MAX_VALUE, "");

    public Selector {
        moves = List.copyOf(moves);
        groups = List.copyOf(groups);
        batches = List.copyOf(batches);
        states = states.isEmpty() ? Set.of() : Set.copyOf(states);
    }

    public Selector withRun(int chosen) {
        return new Selector(chosen, moves, groups, batches, states, since, before, where, limit, text);
    }

    public Selector withMove(String chosen) {
        return new Selector(run, List.of(chosen), groups, batches, states, since, before, where, limit, text);
    }

    /** About these moves; for people it says the same. */
    public Selector withMoves(List<String> chosen) {
        return new Selector(run, chosen, groups, batches, states, since, before, where, limit, text);
    }

    public Selector withStates(EnumSet<State> chosen) {
        return new Selector(run, moves, groups, batches, chosen, since, before, where, limit, text);
    }

    public Selector withLimit(long most) {
        return new Selector(run, moves, groups, batches, states, since, before, where, most, text);
    }

    /** Whether it leaves anything out besides by run. */
    public boolean isPartial() {
        return !text.isEmpty();
    }
}
