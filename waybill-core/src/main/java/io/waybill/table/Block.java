package io.waybill.table;

import java.util.Arrays;

/** Bytes of one row or field, as many as a row may have. Not safe for use by several threads. */
final class Block {
    /** The longest row. */
    static final int MOST = 64 << 20;

    private static final int KEPT = 1 << 20;

    private byte[] bytes = new byte[256];
    private int size;

    void clear() {
        size = 0;
        if (bytes.length > KEPT) {
            bytes = new byte[256];
        }
    }

    void add(int value) throws UnfitException {
        if (size == bytes.length) {
            grow(1);
        }
        bytes[size++] = (byte) value;
    }

    void add(byte[] from, int start, int end) throws UnfitException {
        int count = end - start;
        if (count > bytes.length - size) {
            grow(count);
        }
        System.arraycopy(from, start, bytes, size, count);
        size += count;
    }

    private void grow(int more) throws UnfitException {
        if (size + more > MOST) {
            throw new UnfitException(
                    "it is longer than " + (MOST >> 20) + " MiB; a quote or a line end may be missing");
        }
        bytes = Arrays.copyOf(bytes, Math.min(MOST, Math.max(size + more, 2 * bytes.length)));
    }

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    /** Whether there is nothing but spaces and tabs. */
    boolean isBlank() {
        for (int i = 0; i < size; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t') {
                return false;
            }
        }
        return true;
    }
}
