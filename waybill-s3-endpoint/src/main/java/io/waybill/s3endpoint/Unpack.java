package io.waybill.s3endpoint;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link Pack} wrote, in the same order. Not safe for use by several threads. */
final class Unpack {
    private final byte[] bytes;
    private int position;

    Unpack(byte[] bytes) {
        this.bytes = bytes;
    }

    int octet() {
        return bytes[position++] & 0xff;
    }

    long count() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes[position++];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    long fixed() {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = (value << 8) | (bytes[position++] & 0xff);
        }
        return value;
    }

    byte[] raw(int length) {
        byte[] value = Arrays.copyOfRange(bytes, position, position + length);
        position += length;
        return value;
    }

    byte[] counted() {
        return raw((int) count());
    }

    String text() {
        int length = (int) count();
        String value = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return value;
    }
}
