package io.waybill.table;

import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Canonical;
import io.waybill.value.Row;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Where the rows with a key may stand: a hash of the key and a place for each row, 16 bytes in a table that is between three
 * eighths and three quarters full. A small table is kept on the heap, a large one in a temporary file that is mapped into
 * memory and is gone with the process. Not safe for use by several threads.
 */
final class KeyIndex {
    /** Slots of a table, each a hash and one more than a place; a place of zero is free. */
    private static final int SMALLEST = 1 << 10;

    private static final int MOST_ON_HEAP = 1 << 19;
    private static final long MOST = 1L << 36;
    private static final int SLOT = 16;

    /** Slots of a segment, as a power of two: one mapping holds less than 2 GB. */
    private static final int SEGMENT_BITS = 24;

    private static final long[] NOWHERE = {};

    private ByteBuffer[] segments = {ByteBuffer.allocate(SMALLEST * SLOT)};
    private long slots = SMALLEST;
    private long rows;

    static long hash(Row key) {
        return ByteBuffer.wrap(Canonical.digest(key).bytes()).getLong();
    }

    /** @param place not below zero */
    void add(long hash, long place) throws StoreException {
        if (rows >= slots / 4 * 3) {
            grow();
        }
        put(hash, place + 1);
        rows++;
    }

    private void put(long hash, long place) {
        long slot = slot(hash);
        while (place(slot) != 0) {
            slot = slot + 1 & slots - 1;
        }
        segment(slot).putLong(at(slot), hash).putLong(at(slot) + Long.BYTES, place);
    }

    /** The first slot where a hash may stand. Lower bits alone would do; a hash that repeats them is spread by its others. */
    private long slot(long hash) {
        return (hash ^ hash >>> 32) & slots - 1;
    }

    private ByteBuffer segment(long slot) {
        return segments[(int) (slot >>> SEGMENT_BITS)];
    }

    private static int at(long slot) {
        return (int) (slot & (1 << SEGMENT_BITS) - 1) * SLOT;
    }

    private long hashAt(long slot) {
        return segment(slot).getLong(at(slot));
    }

    private long place(long slot) {
        return segment(slot).getLong(at(slot) + Long.BYTES);
    }

    private void grow() throws StoreException {
        ByteBuffer[] old = segments;
        long oldSlots = slots;
        if (oldSlots >= MOST) {
            throw new IllegalStateException("a table in a file has too many rows for an index of its keys");
        }
        segments = segments(oldSlots * 2);
        slots = oldSlots * 2;
        for (long i = 0; i < oldSlots; i++) {
            ByteBuffer segment = old[(int) (i >>> SEGMENT_BITS)];
            long place = segment.getLong(at(i) + Long.BYTES);
            if (place != 0) {
                put(segment.getLong(at(i)), place);
            }
        }
    }

    private static ByteBuffer[] segments(long slots) throws StoreException {
        if (slots <= MOST_ON_HEAP) {
            return new ByteBuffer[] {ByteBuffer.allocate((int) slots * SLOT)};
        }
        long each = Math.min(slots, 1L << SEGMENT_BITS);
        ByteBuffer[] segments = new ByteBuffer[(int) (slots / each)];
        try {
            Path file = Files.createTempFile("waybill-keys-", ".tmp");
            file.toFile().deleteOnExit();
            long room = Files.getFileStore(file).getUsableSpace();
            if (room < slots * SLOT) {
                // A mapping grows when it is written to, where lack of room would end the process.
                Files.delete(file);
                throw new IOException("there is room for " + room);
            }
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
                for (int i = 0; i < segments.length; i++) {
                    segments[i] = channel.map(FileChannel.MapMode.READ_WRITE, i * each * SLOT, each * SLOT);
                }
            }
        } catch (IOException e) {
            throw new StoreException(
                    Kind.UNAVAILABLE,
                    "Cannot keep an index of the keys of a table in a file: no temporary file of " + slots * SLOT
                            + " bytes can be made (" + e.getMessage()
                            + "). Make room in the folder for temporary files.",
                    e);
        }
        return segments;
    }

    /** The places of rows whose key has this hash, the last first. */
    long[] find(long hash) {
        long slot = slot(hash);
        long[] found = NOWHERE;
        for (long place = place(slot); place != 0; place = place(slot)) {
            if (hashAt(slot) == hash) {
                found = Arrays.copyOf(found, found.length + 1);
                found[found.length - 1] = place - 1;
            }
            slot = slot + 1 & slots - 1;
        }
        Arrays.sort(found);
        for (int i = 0, j = found.length - 1; i < j; i++, j--) {
            long place = found[i];
            found[i] = found[j];
            found[j] = place;
        }
        return found;
    }
}
