package io.waybill.ledger;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a local ledger: an operating-system lock on {@code NAME.lock} beside it, which the death of its holder frees at
 * once. The file's text says who holds it, since when; it stays when the lock goes.
 */
final class RunLock implements Closeable {
    private final FileChannel channel;
    private final @Nullable FileLock lock;

    private RunLock(FileChannel channel, @Nullable FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /** Takes the lock, or throws LOCKED naming its holder. */
    static RunLock take(Path file, String owner, Instant now) throws LedgerException {
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new LedgerException(
                        LedgerException.Kind.LOCKED,
                        "Cannot start: " + holder(file) + " is at work on this plan. Watch it: waybill status --watch;"
                                + " stop it: waybill stop");
            }
            // the text begins after the locked byte's place in every system that locks by region
            byte[] text = (owner + " since " + now + "\n").getBytes(StandardCharsets.UTF_8);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(text), 0);
            channel.force(false);
            return new RunLock(channel, lock);
        } catch (IOException e) {
            if (e instanceof LedgerException known) {
                throw known;
            }
            throw new LedgerException(
                    LedgerException.Kind.UNAVAILABLE, "Cannot lock " + file + ": " + e.getMessage() + ".", e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** Who holds the lock, or null when nobody does. Takes it for a moment to find out. */
    static @Nullable String holderOf(Path file) throws LedgerException {
        if (!Files.exists(file)) {
            return null;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            try (FileLock lock = tryLock(channel)) {
                return lock == null ? holder(file) : null;
            }
        } catch (IOException e) {
            throw new LedgerException(
                    LedgerException.Kind.UNAVAILABLE, "Cannot read " + file + ": " + e.getMessage() + ".", e);
        }
    }

    private static String holder(Path file) throws LedgerException {
        try {
            String text = Files.readString(file).strip();
            return text.isEmpty() ? "another waybill" : text;
        } catch (IOException e) {
            throw new LedgerException(
                    LedgerException.Kind.UNAVAILABLE, "Cannot read " + file + ": " + e.getMessage() + ".", e);
        }
    }

    @Override
    public void close() {
        try {
            if (lock != null) {
                lock.release();
            }
            channel.close();
        } catch (IOException e) {
            org.slf4j.LoggerFactory.getLogger(RunLock.class)
                    .warn("lock was not given back, the end of this process will do it error={}", e.getMessage());
        }
    }
}
