package io.waybill.s3endpoint;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * An entity tag: 128 bits, and the number of parts if the object came in parts.
 *
 * @param parts 0 when the bits are the MD5 of the bytes
 */
record ETag(long high, long low, int parts) {
    static ETag ofMd5(byte[] md5, int parts) {
        ByteBuffer bytes = ByteBuffer.wrap(md5);
        return new ETag(bytes.getLong(), bytes.getLong(), parts);
    }

    /** A tag that nobody can take for an MD5, for bytes that were not hashed. */
    static ETag unhashed(long number) {
        long mixed = number * 0x9E3779B97F4A7C15L;
        return new ETag(mixed ^ (mixed >>> 29), number, 1);
    }

    byte[] bytes() {
        return ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }

    /** Without quotes. */
    String text() {
        HexFormat hex = HexFormat.of();
        String bits = hex.toHexDigits(high) + hex.toHexDigits(low);
        return parts == 0 ? bits : bits + "-" + parts;
    }

    String quoted() {
        return '"' + text() + '"';
    }

    /** Whether a header such as If-Match, or an ETag in a request, means this one; quotes and case do not matter. */
    boolean matches(@Nullable String header) {
        if (header == null) {
            return false;
        }
        String mine = text();
        for (String one : header.split(",", -1)) {
            String tag = one.trim();
            if (tag.startsWith("W/")) {
                tag = tag.substring(2);
            }
            if (tag.length() >= 2 && tag.charAt(0) == '"' && tag.charAt(tag.length() - 1) == '"') {
                tag = tag.substring(1, tag.length() - 1);
            }
            if (tag.equals("*") || tag.equalsIgnoreCase(mine)) {
                return true;
            }
        }
        return false;
    }
}
