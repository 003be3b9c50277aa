package io.waybill.s3endpoint;

import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * A checksum of an object or a part.
 *
 * @param parts of a composite over the checksums of parts their number, of one over the bytes 0
 */
record Checksum(Algorithm algorithm, byte[] value, int parts) {
    boolean composite() {
        return parts > 0;
    }

    String type() {
        return composite() ? "COMPOSITE" : "FULL_OBJECT";
    }

    /** As S3 writes it: Base64, and after that the number of parts of a composite. */
    String text() {
        String base64 = Base64.getEncoder().encodeToString(value);
        return composite() ? base64 + "-" + parts : base64;
    }

    /** A cyclic redundancy check as a number. */
    long number() {
        return algorithm.length == 4
                ? ByteBuffer.wrap(value).getInt() & 0xffffffffL
                : ByteBuffer.wrap(value).getLong();
    }

    static Checksum ofNumber(Algorithm algorithm, long number) {
        ByteBuffer bytes = ByteBuffer.allocate(algorithm.length);
        if (algorithm.length == 4) {
            bytes.putInt((int) number);
        } else {
            bytes.putLong(number);
        }
        return new Checksum(algorithm, bytes.array(), 0);
    }

    /** The bytes of a checksum over bytes as a client wrote it. */
    static byte[] parse(Algorithm algorithm, String base64) throws S3Error {
        try {
            byte[] value = Base64.getDecoder().decode(base64.trim());
            if (value.length == algorithm.length) {
                return value;
            }
        } catch (IllegalArgumentException e) {
            throw invalid(algorithm);
        }
        throw invalid(algorithm);
    }

    private static S3Error invalid(Algorithm algorithm) {
        return S3Error.invalidRequest("Value for " + algorithm.header + " header is invalid.");
    }
}
