package io.waybill.engine;

import java.util.List;

/**
 * What a rollback would do or did.
 *
 * @param run the run it undoes
 * @param preview whether it is only what would happen
 * @param removeItems created by the run, to be removed
 * @param restoreItems replaced by the run, to be restored from before-images
 * @param keepItems kept, with a reason each
 * @param untouchedItems were there before the run or were never written
 * @param undoneItems rolled back by now
 * @param reasons the reasons for keeping with a sample key, most frequent first
 * @param unfinished whether a rollback must be carried out even though nothing is left to remove or restore: an earlier
 *     one did not come to its end, or an interrupted run left uploads or temporary files
 * @param complete false when it was stopped; the same command goes on
 */
public record RollbackReport(
        String run,
        boolean preview,
        long removeItems,
        long removeBytes,
        long restoreItems,
        long keepItems,
        long untouchedItems,
        long undoneItems,
        List<String> reasons,
        long millis,
        boolean complete,
        boolean unfinished) {
    public RollbackReport {
        reasons = List.copyOf(reasons);
    }
}
