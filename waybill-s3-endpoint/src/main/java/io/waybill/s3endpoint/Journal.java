package io.waybill.s3endpoint;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/** Where changes are written down, and the lock under which they are made. Safe for use by several threads. */
interface Journal extends Closeable {
    /** Takes in what other processes wrote. */
    void refresh() throws IOException;

    /** Waits for the lock, against other threads and other processes, and takes in what others wrote. */
    Hold hold() throws IOException;

    /** Makes everything appended so far survive a loss of power. */
    void sync() throws IOException;

    /** The lock, held. Closing it gives it back. */
    interface Hold extends AutoCloseable {
        /** Writes a change down; whole, or not at all when it throws. */
        void append(Change change) throws IOException;

        @Override
        void close() throws IOException;
    }

    /** A journal of nothing: what the endpoint holds dies with it. */
    static Journal none() {
        ReentrantLock lock = new ReentrantLock();
        Hold hold = new Hold() {
            @Override
            public void append(Change change) {}

            @Override
            public void close() {
                lock.unlock();
            }
        };
        return new Journal() {
            @Override
            public void refresh() {}

            @Override
            public Hold hold() {
                lock.lock();
                return hold;
            }

            @Override
            public void sync() {}

            @Override
            public void close() {}
        };
    }
}
