package io.waybill.s3endpoint;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes values one after the other into bytes, densely. Not safe for use by several threads. */
final class Pack {
    private byte[] bytes = new byte[160];
    private int size;

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }

    Pack octet(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    /** A number that is seldom large, in one to ten bytes. */
    Pack count(long value) {
        room(10);
        long left = value;
        while ((left & ~0x7fL) != 0) {
            bytes[size++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        bytes[size++] = (byte) left;
        return this;
    }

    Pack fixed(long value) {
        room(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    Pack raw(byte[] value) {
        room(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
        return this;
    }

    Pack counted(byte[] value) {
        return count(value.length).raw(value);
    }

    Pack text(String value) {
        return counted(value.getBytes(StandardCharsets.UTF_8));
    }

    byte[] take() {
        return Arrays.copyOf(bytes, size);
    }
}
