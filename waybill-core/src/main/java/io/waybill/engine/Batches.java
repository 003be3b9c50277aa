package io.waybill.engine;

import io.waybill.plan.Limits;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Numbers the batches of a run in which every batch holds items of one group: so many, and of so many bytes, at most. */
final class Batches {
    private static final class Open {
        int number;
        int items;
        long bytes;
    }

    private final int most;
    private final @Nullable Long mostBytes;
    private final Map<String, Open> open = new HashMap<>();
    private int last;

    Batches(Limits limits, int last) {
        Integer wanted = limits.batch();
        this.most = wanted == null ? Limits.BATCH_OF_NAMED : wanted;
        this.mostBytes = limits.batchBytes();
        this.last = last;
    }

    /** The number of the batch that the next item of a group goes into. */
    int next(String group, long bytes) {
        Open batch = open.computeIfAbsent(group, name -> new Open());
        boolean full =
                batch.items == 0 || batch.items >= most || (mostBytes != null && batch.bytes + bytes > mostBytes);
        if (full) {
            batch.number = ++last;
            batch.items = 0;
            batch.bytes = 0;
        }
        batch.items++;
        batch.bytes += bytes;
        return batch.number;
    }

    /** The number that was given last. */
    int last() {
        return last;
    }
}
