package io.waybill.s3endpoint;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** The bytes that leave on a connection; small answers leave in one piece. Used by one thread. */
final class SocketOut implements Out {
    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(32 * 1024);

    SocketOut(SocketChannel channel) {
        this.channel = channel;
    }

    /** Text of one byte to a char. */
    void text(String text) throws IOException {
        write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        if (bytes.remaining() <= buffer.remaining()) {
            buffer.put(bytes);
            return;
        }
        flush();
        if (bytes.remaining() <= buffer.remaining()) {
            buffer.put(bytes);
        } else {
            send(bytes);
        }
    }

    @Override
    public void transfer(FileChannel file, long position, long length) throws IOException {
        if (length <= buffer.remaining()) {
            Out.super.transfer(file, position, length);
            return;
        }
        flush();
        long at = position;
        long end = position + length;
        while (at < end) {
            long sent = file.transferTo(at, end - at, channel);
            if (sent <= 0 && file.size() <= at) {
                throw new EOFException("the stored file is shorter than it should be");
            }
            at += sent;
        }
    }

    void flush() throws IOException {
        buffer.flip();
        send(buffer);
        buffer.clear();
    }

    private void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
