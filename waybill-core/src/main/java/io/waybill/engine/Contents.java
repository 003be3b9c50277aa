package io.waybill.engine;

import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.StoreException;
import io.waybill.store.Version;
import io.waybill.value.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Reading whole files: into a buffer or through a hash, never a byte short without saying so. */
final class Contents {
    private static final int CHUNK = 256 << 10;

    private Contents() {}

    /** What was read: the version that was read and the SHA-256 of all its bytes. */
    record Read(Version version, long size, Digest sha256) {}

    /** Reads a file to its end through SHA-256 and checks that it did not change meanwhile. */
    static Read digest(FileStore store, FileKey key, @Nullable Version expected, Pace bytesPerSecond, LongAdder seen)
            throws StoreException {
        try (FileStore.Reading reading = store.read(key, 0, expected)) {
            long size = reading.item().size();
            MessageDigest sha256 = Digest.newSha256();
            byte[] chunk = new byte[(int) Math.min(CHUNK, Math.max(size, 1))];
            InputStream in = reading.stream();
            long rest = size;
            while (rest > 0) {
                int count = read(in, chunk, 0, (int) Math.min(chunk.length, rest), store, key);
                sha256.update(chunk, 0, count);
                rest -= count;
                bytesPerSecond.take(count);
                seen.add(count);
            }
            reading.confirm();
            return new Read(reading.item().version(), size, Digest.of(sha256.digest()));
        } catch (IOException e) {
            throw asStoreException(e, store, key);
        }
    }

    /** Fills the buffer from its position to its limit, and flips nothing. */
    static void fill(InputStream in, ByteBuffer buffer, FileStore store, FileKey key) throws StoreException {
        while (buffer.hasRemaining()) {
            int count =
                    read(in, buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining(), store, key);
            buffer.position(buffer.position() + count);
        }
    }

    private static int read(InputStream in, byte[] into, int at, int most, FileStore store, FileKey key)
            throws StoreException {
        try {
            int count = in.read(into, at, most);
            if (count < 0) {
                throw new StoreException(
                        StoreException.Kind.CONFLICT,
                        "Cannot read " + store.location().of(key) + ": it ended before its size was reached; it changed"
                                + " while it was read. Let the writer finish, then: waybill run");
            }
            return count;
        } catch (IOException e) {
            throw asStoreException(e, store, key);
        }
    }

    static StoreException asStoreException(IOException e, FileStore store, FileKey key) {
        if (e instanceof StoreException known) {
            return known;
        }
        return new StoreException(
                StoreException.Kind.UNAVAILABLE,
                "Cannot read " + store.location().of(key) + ": " + e.getMessage() + ". Try again: waybill run",
                e);
    }
}
