package io.waybill.engine;

import io.waybill.ledger.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts what a rollback does or would do. Safe for use by many threads. */
final class RollbackSums {
    private static final int REASONS = 50;

    private long remove;
    private long removeBytes;
    private long restore;
    private long keep;
    private long untouched;
    private long undone;
    private long sourcesEqual;
    private long sourcesBack;
    private boolean unfinished;
    private long rowsBack;
    private final List<String> notes = new ArrayList<>();
    private final Map<String, long[]> reasons = new LinkedHashMap<>();
    private final Map<String, String> samples = new LinkedHashMap<>();
    private final List<String> leftOut = new ArrayList<>();

    /** There is something to carry out besides removing and restoring. */
    synchronized void unfinished() {
        unfinished = true;
    }

    /** Rows that were told of files got their values back, or would. */
    synchronized void rowsBack(long rows) {
        rowsBack += rows;
    }

    /** Something that people want to know. */
    synchronized void note(String line) {
        notes.add(line);
    }

    /** A move was left out. */
    synchronized void leftOut(String move, String reason) {
        leftOut.add(move + ": " + reason);
    }

    /** Counts a decision that was not carried out. */
    synchronized void add(Entry entry, Undo.Decision decision) {
        if (decision.step() == Undo.Step.REMOVE || decision.step() == Undo.Step.RESTORE) {
            sourcesBack += decision.sourceRemoved() ? 1 : 0;
            sourcesEqual += decision.sourceRemoved() ? 0 : 1;
        }
        switch (decision.step()) {
            case REMOVE -> {
                remove++;
                removeBytes += entry.size();
            }
            case RESTORE -> restore++;
            case KEEP -> kept(entry, String.valueOf(decision.reason()));
            case UNTOUCHED -> untouched++;
            case DONE -> {
                undone++;
                unfinished = true; // that it is as before is to be recorded
            }
        }
    }

    synchronized void undone(Entry entry, Undo.Decision decision) {
        undone++;
        if (decision.step() == Undo.Step.RESTORE) {
            restore++;
        } else if (decision.step() == Undo.Step.REMOVE) {
            remove++;
            removeBytes += entry.size();
        }
    }

    synchronized void kept(Entry entry, String reason) {
        kept(entry.effect().targetKey().display(), reason);
    }

    synchronized void kept(String key, String reason) {
        keep++;
        if (reasons.size() < REASONS || reasons.containsKey(reason)) {
            reasons.computeIfAbsent(reason, each -> new long[1])[0]++;
            samples.putIfAbsent(reason, key);
        }
    }

    /** Counts the effects of a batch of rows that were, or would be, undone, and those that are not ours. */
    synchronized void rows(long removed, long restored, long left) {
        remove += removed;
        restore += restored;
        untouched += left;
    }

    synchronized void undoneRows(long effects) {
        undone += effects;
    }

    /** What it came to, in words. */
    synchronized String text() {
        return undone + " rolled back, " + keep + " kept" + (rowsBack == 0 ? "" : ", " + rowsBack + " rows put back");
    }

    synchronized RollbackReport report(String run, boolean preview, long millis, boolean complete) {
        List<String> lines = new ArrayList<>();
        reasons.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, long[]> each) -> -each.getValue()[0]))
                .forEach(each -> lines.add(each.getValue()[0] + " kept: " + each.getKey() + ", for example "
                        + samples.get(each.getKey())));
        return new RollbackReport(
                run,
                preview,
                remove,
                removeBytes,
                restore,
                keep,
                sourcesEqual,
                sourcesBack,
                untouched,
                undone,
                rowsBack,
                lines,
                leftOut,
                notes,
                millis,
                complete && leftOut.isEmpty(),
                unfinished);
    }
}
