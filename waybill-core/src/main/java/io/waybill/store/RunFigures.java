package io.waybill.store;

import java.time.Instant;
import java.util.List;

/**
 * How a run stands, for a service that draws it; taken from the counters of the ledger.
 *
 * @param run its number: 1 is r1
 * @param at when this was so
 * @param active whether the run is at work
 * @param millis how long the run has worked, over all its processes
 * @param retries how many calls were repeated, over all its processes
 * @param moves in the order of the plan
 */
public record RunFigures(
        String plan, int run, Instant at, boolean active, long millis, long retries, List<OfMove> moves) {
    public RunFigures {
        moves = List.copyOf(moves);
    }

    /**
     * How a move stands.
     *
     * @param millis how long this process has worked on it
     * @param states every state that there is, in a fixed order
     * @param timed the items that this process wrote, or tried to, and {@code nanos} how long that took its workers
     */
    public record OfMove(String name, long millis, List<InState> states, long timed, long nanos) {
        public OfMove {
            states = List.copyOf(states);
        }

        /** Items that the run is through with and that need nobody. */
        public long processed() {
            return states.stream()
                    .filter(state -> state.done() && !state.needsYou())
                    .mapToLong(InState::items)
                    .sum();
        }

        /** Items that need somebody. */
        public long errors() {
            return states.stream()
                    .filter(InState::needsYou)
                    .mapToLong(InState::items)
                    .sum();
        }
    }

    /**
     * The items of a move in one state.
     *
     * @param name of the state, as in JSON
     * @param done whether the run is through with them
     * @param needsYou whether they need somebody
     */
    public record InState(String name, boolean done, boolean needsYou, long items, long bytes) {}
}
