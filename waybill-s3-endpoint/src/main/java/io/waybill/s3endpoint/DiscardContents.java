package io.waybill.s3endpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Throws bytes away; reading answers zeros. */
final class DiscardContents implements Contents {
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(128 * 1024).asReadOnlyBuffer();
    private static final Blob NOWHERE = new Blob() {
        @Override
        public long content() {
            return 0;
        }

        @Override
        public void write(ByteBuffer bytes) {}

        @Override
        public void seal() {}

        @Override
        public void discard() {}
    };

    @Override
    public boolean keeps() {
        return false;
    }

    @Override
    public Blob stage() {
        return NOWHERE;
    }

    @Override
    public Payload open(List<Segment> segments, long offset, long length) {
        return new Payload() {
            @Override
            public long length() {
                return length;
            }

            @Override
            public void writeTo(Out out) throws IOException {
                for (long left = length; left > 0; ) {
                    int now = (int) Math.min(left, ZEROS.capacity());
                    out.write(ZEROS.duplicate().limit(now));
                    left -= now;
                }
            }
        };
    }

    @Override
    public void drop(long content) {}

    @Override
    public void close() {}
}
