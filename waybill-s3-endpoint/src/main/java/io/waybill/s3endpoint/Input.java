package io.waybill.s3endpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** The bytes that arrive on a connection, through one buffer outside the heap. Used by one thread. */
final class Input {
    private static final int CAPACITY = 128 * 1024;
    private static final int LONGEST_HEAD = 64 * 1024;

    private final SocketChannel channel;
    /** Always ready for reading out of. */
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(CAPACITY).limit(0);

    Input(SocketChannel channel) {
        this.channel = channel;
    }

    /** Reads more behind what is there; answers false at the end. */
    private boolean fill() throws PeerGone {
        if (buffer.hasRemaining()) {
            buffer.compact();
        } else {
            buffer.clear();
        }
        try {
            return channel.read(buffer) >= 0;
        } catch (IOException e) {
            throw new PeerGone(e);
        } finally {
            buffer.flip();
        }
    }

    /** Reads up to and with the empty line that ends a head; null when the peer closed before the first byte. */
    byte @Nullable [] head() throws PeerGone {
        while (buffer.hasRemaining()
                && (buffer.get(buffer.position()) == '\r' || buffer.get(buffer.position()) == '\n')) {
            buffer.get();
        }
        int seen = 0;
        while (true) {
            int start = buffer.position();
            int limit = buffer.limit();
            for (int i = start + seen; i < limit; i++) {
                if (buffer.get(i) == '\n'
                        && i - start >= 3
                        && (buffer.get(i - 1) == '\n' || (buffer.get(i - 1) == '\r' && buffer.get(i - 2) == '\n'))) {
                    byte[] head = new byte[i + 1 - start];
                    buffer.get(head);
                    return head;
                }
            }
            seen = limit - start;
            if (seen > LONGEST_HEAD) {
                throw new PeerGone("the head of a request is longer than " + LONGEST_HEAD + " bytes");
            }
            if (!fill()) {
                if (seen > 0) {
                    throw new PeerGone("the connection ended inside a head");
                }
                return null;
            }
        }
    }

    /** Up to {@code most} bytes that have arrived, waiting for the first; valid until the next call. */
    ByteBuffer take(long most) throws PeerGone {
        if (!buffer.hasRemaining() && !fill()) {
            throw new PeerGone("the connection ended inside a body");
        }
        int length = (int) Math.min(most, buffer.remaining());
        ByteBuffer piece = buffer.slice(buffer.position(), length);
        buffer.position(buffer.position() + length);
        return piece;
    }

    byte octet() throws PeerGone {
        if (!buffer.hasRemaining() && !fill()) {
            throw new PeerGone("the connection ended inside a body");
        }
        return buffer.get();
    }
}
