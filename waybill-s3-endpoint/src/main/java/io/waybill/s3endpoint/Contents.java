package io.waybill.s3endpoint;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where bytes are: in files, in memory, or nowhere. Safe for use by several threads. */
interface Contents extends Closeable {
    /** Whether bytes can be read again as they were written. */
    boolean keeps();

    /** Begins to take in bytes. */
    Blob stage() throws IOException;

    /**
     * Opens bytes for reading, across segments.
     *
     * @return null if the first of the segments is gone
     */
    @Nullable
    Payload open(List<Segment> segments, long offset, long length) throws IOException;

    /** Removes bytes; does nothing if they are gone. */
    void drop(long content) throws IOException;
}
