package io.waybill.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/** How fast something has been growing lately. Used by one thread. */
final class Speed {
    private static final long WINDOW = 8_000_000_000L;
    private static final long ENOUGH = 900_000_000L;
    private static final double APART = 3;

    private record Sample(long nanos, long items, long bytes) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    void add(long nanos, long items, long bytes) {
        samples.addLast(new Sample(nanos, items, bytes));
        while (samples.size() > 2
                && samples.getLast().nanos() - samples.getFirst().nanos() > WINDOW) {
            samples.removeFirst();
        }
    }

    private double seconds() {
        return samples.isEmpty()
                ? 0
                : (samples.getLast().nanos() - samples.getFirst().nanos()) / 1e9;
    }

    private boolean isKnown() {
        return samples.size() > 1
                && samples.getLast().nanos() - samples.getFirst().nanos() >= ENOUGH;
    }

    /** Bytes a second, or 0 as long as too little was seen. */
    double bytes() {
        return isKnown() ? (samples.getLast().bytes() - samples.getFirst().bytes()) / seconds() : 0;
    }

    /** Items a second, or 0 as long as too little was seen. */
    double items() {
        return isKnown() ? (samples.getLast().items() - samples.getFirst().items()) / seconds() : 0;
    }

    /**
     * Milliseconds until the rest is done at this speed: the longer of what its bytes and its items will take. Empty when
     * nothing moved lately, when the two are so far apart that what comes is unlike what came, or when the answer would be
     * beyond a month: then nobody knows.
     */
    OptionalLong left(long items, long bytes) {
        double byBytes = bytes <= 0 ? 0 : bytes() > 0 ? bytes / bytes() : Double.NaN;
        double byItems = items <= 0 ? 0 : items() > 0 ? items / items() : Double.NaN;
        boolean onlyItems = bytes <= 0 && !Double.isNaN(byItems);
        boolean onlyBytes = items() <= 0 && !Double.isNaN(byBytes);
        if (!onlyItems && !onlyBytes) {
            double longer = Math.max(byBytes, byItems);
            double shorter = Math.min(byBytes, byItems);
            if (Double.isNaN(longer) || longer > APART * shorter + 2) {
                return OptionalLong.empty();
            }
        }
        double seconds = onlyItems ? byItems : onlyBytes ? byBytes : Math.max(byBytes, byItems);
        return seconds > 30 * 86_400.0 ? OptionalLong.empty() : OptionalLong.of((long) (seconds * 1000));
    }
}
