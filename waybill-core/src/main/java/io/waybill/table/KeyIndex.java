package io.waybill.table;

import io.waybill.value.Canonical;
import io.waybill.value.Row;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Where the rows with a key may stand: a hash of the key and a place for each row, 16 bytes in a table that is between three
 * eighths and three quarters full. Not safe for use by several threads.
 */
final class KeyIndex {
    private static final int SMALLEST = 1 << 10;
    private static final long[] NOWHERE = {};

    private long[] hashes = new long[SMALLEST];
    /** One more than the place; zero is free. */
    private long[] places = new long[SMALLEST];

    private long rows;

    static long hash(Row key) {
        return ByteBuffer.wrap(Canonical.digest(key).bytes()).getLong();
    }

    /** @param place not below zero */
    void add(long hash, long place) {
        if (rows >= places.length / 4L * 3) {
            grow();
        }
        put(hash, place + 1);
        rows++;
    }

    private void put(long hash, long place) {
        int mask = places.length - 1;
        int slot = (int) (hash ^ hash >>> 32) & mask;
        while (places[slot] != 0) {
            slot = slot + 1 & mask;
        }
        hashes[slot] = hash;
        places[slot] = place;
    }

    private void grow() {
        if (places.length >= 1 << 29) {
            throw new IllegalStateException("a table in a file has too many rows for an index of its keys");
        }
        long[] oldHashes = hashes;
        long[] oldPlaces = places;
        hashes = new long[oldPlaces.length * 2];
        places = new long[oldPlaces.length * 2];
        for (int i = 0; i < oldPlaces.length; i++) {
            if (oldPlaces[i] != 0) {
                put(oldHashes[i], oldPlaces[i]);
            }
        }
    }

    /** The places of rows whose key has this hash, the last first. */
    long[] find(long hash) {
        int mask = places.length - 1;
        int slot = (int) (hash ^ hash >>> 32) & mask;
        long[] found = NOWHERE;
        while (places[slot] != 0) {
            if (hashes[slot] == hash) {
                found = Arrays.copyOf(found, found.length + 1);
                found[found.length - 1] = places[slot] - 1;
            }
            slot = slot + 1 & mask;
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
