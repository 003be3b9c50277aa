package io.waybill.store;

import java.io.Closeable;

/** Where the figures of one run go. Used by one thread; no call takes longer than some seconds. */
public interface Metrics extends Closeable {
    /**
     * Takes how the run stands now.
     *
     * @throws StoreException when that cannot be published; the next call makes up for it
     */
    void publish(RunFigures now) throws StoreException;
}
