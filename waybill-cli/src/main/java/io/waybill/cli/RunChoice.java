package io.waybill.cli;

import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Run;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the run that a command is about. */
final class RunChoice {
    private RunChoice() {}

    /** The run with this number. */
    static Run require(LedgerReader ledger, int id) throws LedgerException {
        Run run = ledger.run(id);
        if (run == null) {
            List<Run> runs = ledger.runs();
            String there = runs.isEmpty()
                    ? "There is none yet."
                    : "There are r1 to r" + runs.get(runs.size() - 1).id() + ".";
            throw new CliException(Code.USAGE, "There is no run r" + id + ". " + there + " See: waybill runs");
        }
        return run;
    }

    /** The run with this number, or the newest one that is no rollback, or null when there is none. */
    static @Nullable Run orNewest(LedgerReader ledger, @Nullable Integer id) throws LedgerException {
        if (id != null) {
            return require(ledger, id);
        }
        Run newest = null;
        for (Run run : ledger.runs()) {
            newest = run.kind().equals("run") ? run : newest;
        }
        return newest;
    }
}
