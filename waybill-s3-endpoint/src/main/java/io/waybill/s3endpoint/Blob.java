package io.waybill.s3endpoint;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Bytes being taken in. Used by one thread; ends with {@link #seal} or {@link #discard}. */
interface Blob {
    /** The number under which the bytes will be found; 0 if they are thrown away. */
    long content();

    /** Takes in the bytes from position to limit. */
    void write(ByteBuffer bytes) throws IOException;

    /** Ends it; after this the bytes survive what the storage survives. */
    void seal() throws IOException;

    /** Gives it up and leaves nothing behind. */
    void discard() throws IOException;
}
