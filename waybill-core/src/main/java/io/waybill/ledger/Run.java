package io.waybill.ledger;

import org.jspecify.annotations.Nullable;

/**
 * One carrying-out of a plan.
 *
 * @param kind run, rollback
 * @param ofRun of a rollback, the run it undoes
 * @param state listing, planned, running, stopped, finished
 * @param plan the plan as JSON, without secrets
 * @param selector what it was restricted to, as text; empty for everything
 * @param created milliseconds since 1970; {@code started} and {@code ended} 0 when not yet
 * @param worked milliseconds of work over all its processes
 * @param message why it stopped, or null
 */
public record Run(
        int id,
        String kind,
        @Nullable Integer ofRun,
        String state,
        String fingerprint,
        String plan,
        String selector,
        long created,
        long started,
        long ended,
        long worked,
        long retries,
        @Nullable String message) {
    /** The id people use, for example {@code r1}. */
    public String name() {
        return "r" + id;
    }

    public boolean isUnfinished() {
        return state.equals("running") || state.equals("stopped") || state.equals("planned");
    }
}
