package io.waybill.s3endpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The file of changes: a mark, then records of length, CRC-32C and change. A record cut short by a death stands only at the
 * end; readers stop before it and the next writer cuts it off. Used under a lock.
 */
final class JournalFile implements Closeable {
    private static final long MARK = 0x57425333_4A524E31L;
    private static final int HEAD = 8;
    private static final int LONGEST = 64 << 20;

    private final Path path;
    private final FileChannel channel;
    /** Up to here everything was read or written by us. */
    private volatile long position;

    private JournalFile(Path path, FileChannel channel, long position) {
        this.path = path;
        this.channel = channel;
        this.position = position;
    }

    /** Opens or begins the file; the caller holds the writers' lock. */
    static JournalFile open(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            ByteBuffer mark = ByteBuffer.allocate(8);
            if (channel.size() < 8) {
                channel.truncate(0);
                channel.write(mark.putLong(MARK).flip(), 0);
            } else {
                channel.read(mark, 0);
                if (mark.flip().getLong() != MARK) {
                    throw new IOException("Cannot open the pretend S3 in " + path.getParent()
                            + ": its journal is of another make. Name another folder.");
                }
            }
            return new JournalFile(path, channel, 8);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    boolean behind() throws IOException {
        return channel.size() > position;
    }

    /** Reads what is new and whole. */
    void read(Consumer<Change> consumer) throws IOException {
        long end = channel.size();
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(Math.max(end - position, 0), 1 << 20));
        while (position < end) {
            buffer.clear();
            fill(buffer, position);
            buffer.flip();
            long before = position;
            consume(buffer, end, consumer);
            if (position == before) {
                int needed = buffer.limit() < HEAD ? 0 : buffer.getInt(0) + HEAD;
                if (needed <= buffer.capacity() || needed > end - position) {
                    return;
                }
                buffer = ByteBuffer.allocate(needed);
            }
        }
    }

    private void fill(ByteBuffer buffer, long from) throws IOException {
        long at = from;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, at);
            if (read < 0) {
                return;
            }
            at += read;
        }
    }

    private void consume(ByteBuffer buffer, long end, Consumer<Change> consumer) throws IOException {
        while (buffer.remaining() >= HEAD) {
            int length = buffer.getInt(buffer.position());
            if (length <= 0 || length > LONGEST || buffer.remaining() < HEAD + length) {
                return;
            }
            byte[] packed = new byte[length];
            buffer.get(buffer.position() + HEAD, packed);
            if (buffer.getInt(buffer.position() + 4) != check(packed)) {
                if (position + HEAD + length < end) {
                    throw new IOException("Cannot read the pretend S3's journal " + path + ": damaged at byte "
                            + position + ". Remove the folder and begin anew.");
                }
                return;
            }
            consumer.accept(Change.unpack(packed));
            buffer.position(buffer.position() + HEAD + length);
            position = position + HEAD + length;
        }
    }

    /** Cuts off what is behind the last whole record; the caller holds the writers' lock and has read everything. */
    void cutTail() throws IOException {
        if (channel.size() > position) {
            channel.truncate(position);
        }
    }

    void append(Change change) throws IOException {
        byte[] packed = change.pack();
        ByteBuffer record = ByteBuffer.allocate(HEAD + packed.length);
        record.putInt(packed.length).putInt(check(packed)).put(packed).flip();
        long at = position;
        try {
            while (record.hasRemaining()) {
                at += channel.write(record, at);
            }
        } catch (IOException e) {
            channel.truncate(position);
            throw e;
        }
        position = at;
    }

    private static int check(byte[] packed) {
        CRC32C crc = new CRC32C();
        crc.update(packed, 0, packed.length);
        return (int) crc.getValue();
    }

    long position() {
        return position;
    }

    void force() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
