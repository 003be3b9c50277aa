package io.waybill.s3endpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The body of an answer. Written at most once, by one thread, and closed in any case. */
interface Payload extends Closeable {
    long length();

    void writeTo(Out out) throws IOException;

    @Override
    default void close() throws IOException {}

    static Payload of(byte[] bytes) {
        return new Payload() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public void writeTo(Out out) throws IOException {
                out.write(ByteBuffer.wrap(bytes));
            }
        };
    }
}
