package io.waybill.engine;

import io.waybill.ledger.State;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @param run for example {@code r1}; empty when there was nothing to do
 * @param finished whether nothing of the run is left to do
 * @param stopped whether it was stopped before its end: on request, by trouble, by {@code on_error}; not when all that was
 *     asked for is done, and there is more in the plan
 * @param why the reason when the plan itself ended it, by {@code on_error} or {@code budget}, or null
 * @param rolledBack what was rolled back since the plan wants it, or null
 * @param errors the log of errors of the run, or null when it has none
 * @param trouble the store trouble that ended it, or null
 * @param items how many items of the whole run stand in each state; absent is none
 * @param bytes their sizes
 * @param wroteItems what this process wrote
 * @param wroteBytes what this process wrote
 * @param millis how long this process worked, {@code took} the same of each move that it worked on
 * @param retries how many calls were repeated
 * @param balanced whether the books balance: everything listed is in exactly one state
 * @param keptConflicts conflicts of earlier runs that still stand, whose sources were not listed again
 * @param notes what else is to be said, for example a sequence that was advanced, or metrics that were not published
 */
public record RunReport(
        String run,
        boolean finished,
        boolean stopped,
        @Nullable String why,
        @Nullable RollbackReport rolledBack,
        @Nullable Path errors,
        @Nullable Exception trouble,
        Map<State, Long> items,
        Map<State, Long> bytes,
        long wroteItems,
        long wroteBytes,
        long millis,
        Map<String, Long> took,
        long retries,
        boolean balanced,
        long keptConflicts,
        List<String> notes) {
    public RunReport {
        notes = List.copyOf(notes);
        items = Map.copyOf(items);
        bytes = Map.copyOf(bytes);
        took = Map.copyOf(took);
    }

    RunReport with(List<String> more) {
        return new RunReport(
                run,
                finished,
                stopped,
                why,
                rolledBack,
                errors,
                trouble,
                items,
                bytes,
                wroteItems,
                wroteBytes,
                millis,
                took,
                retries,
                balanced,
                keptConflicts,
                more);
    }

    public long items(State state) {
        return items.getOrDefault(state, 0L);
    }

    /** How many items need somebody. */
    public long needYou() {
        return keptConflicts
                + items.entrySet().stream()
                        .filter(count -> count.getKey().needsYou())
                        .mapToLong(Map.Entry::getValue)
                        .sum();
    }
}
