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
 * @param sourcesEqual how many of those to be removed or restored are files whose sources were just found present and equal
 * @param sourcesBack how many are files whose sources the run removed; they are put back first
 * @param untouchedItems were there before the run or were never written
 * @param undoneItems rolled back by now
 * @param rowsBack rows that were told of files and get their old values back, or are removed again
 * @param reasons the reasons for keeping with a sample key, most frequent first
 * @param unfinished whether a rollback must be carried out even though nothing is left to remove or restore: an earlier
 *     one did not come to its end, an interrupted run left uploads or temporary files, or a target is gone already
 * @param leftOut moves that could not be rolled back now, with the reason; the same command takes them up
 * @param notes what else was done, in words
 * @param complete false when it was stopped or left something out; the same command goes on
 */
public record RollbackReport(
        String run,
        boolean preview,
        long removeItems,
        long removeBytes,
        long restoreItems,
        long keepItems,
        long sourcesEqual,
        long sourcesBack,
        long untouchedItems,
        long undoneItems,
        long rowsBack,
        List<String> reasons,
        List<String> leftOut,
        List<String> notes,
        long millis,
        boolean complete,
        boolean unfinished) {
    public RollbackReport {
        reasons = List.copyOf(reasons);
        leftOut = List.copyOf(leftOut);
        notes = List.copyOf(notes);
    }
}
