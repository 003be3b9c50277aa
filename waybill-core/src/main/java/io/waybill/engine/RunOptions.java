package io.waybill.engine;

import io.waybill.ledger.Selector;
import org.jspecify.annotations.Nullable;

/**
 * How a run is carried out.
 *
 * @param selector which entries; what is left out leaves the run unfinished
 * @param failed take up again what needs somebody, in the newest run that has such: failed, conflicted, quarantined
 * @param anew give up an unfinished run and begin another
 * @param until the last phase: {@code write} leaves what was written unverified for a later run, {@code verify} leaves rows
 *     untold of their files, {@code link} is all
 * @param where a condition on rows that are carried now, as written, or null; the others stay open
 */
public record RunOptions(
        Selector selector,
        boolean failed,
        boolean anew,
        String until,
        @Nullable String where) {
    public static final RunOptions ALL = new RunOptions(Selector.ALL, false, false, "link");

    /** Whether what is written is verified. */
    boolean verifies() {
        return until.equals("verify") || links();
    }

    /** Whether rows are told of files. */
    boolean links() {
        return until.equals("link");
    }

    /** The same about other entries. */
    RunOptions with(Selector chosen) {
        return new RunOptions(chosen, failed, anew, until, where);
    }

    public RunOptions(Selector selector, boolean failed, boolean anew, String until) {
        this(selector, failed, anew, until, null);
    }
}
