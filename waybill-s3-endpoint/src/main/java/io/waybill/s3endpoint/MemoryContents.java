package io.waybill.s3endpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Keeps bytes in the heap, for small tests. */
final class MemoryContents implements Contents {
    private final Map<Long, List<byte[]>> contents = new ConcurrentHashMap<>();
    private final AtomicLong next = new AtomicLong(1);

    @Override
    public boolean keeps() {
        return true;
    }

    @Override
    public Blob stage() {
        long content = next.getAndIncrement();
        List<byte[]> pieces = new ArrayList<>();
        return new Blob() {
            @Override
            public long content() {
                return content;
            }

            @Override
            public void write(ByteBuffer bytes) {
                byte[] piece = new byte[bytes.remaining()];
                bytes.get(piece);
                pieces.add(piece);
            }

            @Override
            public void seal() {
                contents.put(content, List.copyOf(pieces));
            }

            @Override
            public void discard() {
                contents.remove(content);
            }
        };
    }

    @Override
    public @Nullable Payload open(List<Segment> segments, long offset, long length) {
        List<byte[]> pieces = new ArrayList<>();
        for (Segment segment : segments) {
            List<byte[]> found = contents.get(segment.content());
            if (found == null) {
                return null;
            }
            pieces.addAll(found);
        }
        return new Payload() {
            @Override
            public long length() {
                return length;
            }

            @Override
            public void writeTo(Out out) throws IOException {
                long skip = offset;
                long left = length;
                for (byte[] piece : pieces) {
                    if (skip >= piece.length) {
                        skip -= piece.length;
                    } else if (left > 0) {
                        int now = (int) Math.min(left, piece.length - skip);
                        out.write(ByteBuffer.wrap(piece, (int) skip, now));
                        skip = 0;
                        left -= now;
                    }
                }
            }
        };
    }

    @Override
    public void drop(long content) {
        contents.remove(content);
    }

    @Override
    public void close() {
        contents.clear();
    }
}
