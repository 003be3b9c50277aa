package io.waybill.engine;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Pooled buffers within one limit on bytes, so that memory depends on the limit and not on the data. A request waits until
 * there is room. Safe for use by many threads; a thread must not wait for a second buffer while it keeps others from being
 * given back.
 */
final class Buffers {
    private static final int SMALLEST = 64 << 10;

    private final long limit;
    private final Map<Integer, Deque<ByteBuffer>> free = new HashMap<>();
    private long taken;
    private long idle;

    Buffers(long limit) {
        this.limit = limit;
    }

    /** A cleared buffer that holds {@code size} bytes or more; its limit is {@code size}. */
    ByteBuffer take(int size) throws InterruptedException {
        if (size < 0) {
            throw new IllegalArgumentException("size is " + size);
        }
        int capacity = capacity(size);
        synchronized (this) {
            while (taken > 0 && taken + capacity > limit) {
                wait();
            }
            taken += capacity;
            Deque<ByteBuffer> pool = free.get(capacity);
            ByteBuffer pooled = pool == null ? null : pool.poll();
            if (pooled != null) {
                idle -= capacity;
                return pooled.clear().limit(size);
            }
            if (taken + idle > limit) {
                free.clear();
                idle = 0;
            }
        }
        try {
            return ByteBuffer.allocate(capacity).limit(size);
        } catch (OutOfMemoryError e) {
            synchronized (this) {
                taken -= capacity;
                notifyAll();
            }
            throw e;
        }
    }

    /** Gives a buffer back. */
    synchronized void give(ByteBuffer buffer) {
        taken -= buffer.capacity();
        if (taken + idle + buffer.capacity() <= limit) {
            free.computeIfAbsent(buffer.capacity(), capacity -> new ArrayDeque<>())
                    .push(buffer);
            idle += buffer.capacity();
        }
        notifyAll();
    }

    private static int capacity(int size) {
        if (size <= SMALLEST) {
            return SMALLEST;
        }
        int power = Integer.highestOneBit(size - 1) << 1;
        // parts are often a little over a power of two: round those to the next megabyte instead
        return power - size > size / 4 ? (size + (1 << 20) - 1) >>> 20 << 20 : power;
    }
}
