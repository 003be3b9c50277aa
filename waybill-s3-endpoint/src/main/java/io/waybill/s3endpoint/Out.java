package io.waybill.s3endpoint;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Where a payload writes itself to. */
interface Out {
    /** Writes everything from position to limit. */
    void write(ByteBuffer bytes) throws IOException;

    /** Writes a region of a file. */
    default void transfer(FileChannel file, long position, long length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect((int) Math.min(64 * 1024, Math.max(length, 1)));
        long at = position;
        long left = length;
        while (left > 0) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), left));
            int read = file.read(buffer, at);
            if (read < 0) {
                throw new EOFException("the stored file is shorter than it should be");
            }
            buffer.flip();
            write(buffer);
            at += read;
            left -= read;
        }
    }
}
