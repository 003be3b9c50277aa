package io.waybill.aws.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import software.amazon.awssdk.http.ContentStreamProvider;

/**
 * A request body straight out of a buffer, as often as it is asked for, without a copy. Remembers whether it was handed out
 * to the last byte: a request whose body was not cannot have been carried out.
 */
final class SdkBody implements ContentStreamProvider {
    private final ByteBuffer bytes;
    private volatile boolean drained;

    SdkBody(ByteBuffer bytes) {
        this.bytes = bytes;
        this.drained = !bytes.hasRemaining();
    }

    boolean isDrained() {
        return drained;
    }

    @Override
    public InputStream newStream() {
        return new BufferStream(bytes.duplicate());
    }

    private final class BufferStream extends InputStream {
        private final ByteBuffer left;

        BufferStream(ByteBuffer left) {
            this.left = left;
        }

        @Override
        public int read() {
            if (!left.hasRemaining()) {
                return -1;
            }
            int value = left.get() & 0xff;
            note();
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (!left.hasRemaining()) {
                return -1;
            }
            int count = Math.min(length, left.remaining());
            left.get(target, offset, count);
            note();
            return count;
        }

        @Override
        public int available() {
            return left.remaining();
        }

        @Override
        public long transferTo(OutputStream out) throws IOException {
            if (!left.hasArray()) {
                return super.transferTo(out);
            }
            int count = left.remaining();
            out.write(left.array(), left.arrayOffset() + left.position(), count);
            left.position(left.limit());
            note();
            return count;
        }

        private void note() {
            if (!left.hasRemaining()) {
                drained = true;
            }
        }
    }
}
