package io.waybill.s3endpoint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of an endpoint, in the order in which the work ended. A request is in it before its answer leaves. Counts
 * cover everything; entries only the newest so many, see {@link EndpointOptions#logged}. Safe for use by several threads.
 */
public final class RequestLog {
    private final int most;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Map<Operation, LongAdder> counts = counters();
    private final Map<Operation, LongAdder> applied = counters();

    /**
     * One request.
     *
     * @param bucket null where none was named
     * @param key null where none was named
     * @param status of the answer, 0 where there was none
     * @param applied whether the work was done, whatever was answered
     */
    public record Entry(
            String method,
            Operation operation,
            @Nullable String bucket,
            @Nullable String key,
            int status,
            boolean applied) {}

    RequestLog(int most) {
        this.most = most;
    }

    private static Map<Operation, LongAdder> counters() {
        Map<Operation, LongAdder> counters = new EnumMap<>(Operation.class);
        for (Operation operation : Operation.values()) {
            counters.put(operation, new LongAdder());
        }
        return counters;
    }

    private static LongAdder counter(Map<Operation, LongAdder> counters, Operation operation) {
        return Objects.requireNonNull(counters.get(operation), "every operation has a counter");
    }

    void add(Entry entry) {
        counter(counts, entry.operation()).increment();
        if (entry.applied()) {
            counter(applied, entry.operation()).increment();
        }
        if (most > 0) {
            synchronized (entries) {
                entries.add(entry);
                if (entries.size() > most) {
                    entries.remove();
                }
            }
        }
    }

    /** The newest entries, oldest first. */
    public List<Entry> entries() {
        synchronized (entries) {
            return new ArrayList<>(entries);
        }
    }

    /** How often this was asked. */
    public long count(Operation operation) {
        return counter(counts, operation).sum();
    }

    /** How many requests there were. */
    public long count() {
        long sum = 0;
        for (LongAdder counter : counts.values()) {
            sum += counter.sum();
        }
        return sum;
    }

    /** How many requests asked for a change, granted or not. */
    public long mutations() {
        return sum(counts);
    }

    /** How many requests for a change were carried out, whatever was answered; removing what is not there counts too. */
    public long appliedMutations() {
        return sum(applied);
    }

    private static long sum(Map<Operation, LongAdder> counters) {
        long sum = 0;
        for (Operation operation : Operation.values()) {
            if (operation.mutating()) {
                sum += counter(counters, operation).sum();
            }
        }
        return sum;
    }

    /** Forgets everything. */
    public void clear() {
        synchronized (entries) {
            entries.clear();
        }
        counts.values().forEach(LongAdder::reset);
        applied.values().forEach(LongAdder::reset);
    }
}
