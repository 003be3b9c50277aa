package io.waybill.s3endpoint;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A checksum algorithm that S3 knows. */
enum Algorithm {
    CRC32(1, "x-amz-checksum-crc32", "ChecksumCRC32", 4, 0xEDB88320L),
    CRC32C(2, "x-amz-checksum-crc32c", "ChecksumCRC32C", 4, 0x82F63B78L),
    CRC64NVME(3, "x-amz-checksum-crc64nvme", "ChecksumCRC64NVME", 8, 0x9A6C9329AC4BC9B5L),
    SHA1(4, "x-amz-checksum-sha1", "ChecksumSHA1", 20, 0),
    SHA256(5, "x-amz-checksum-sha256", "ChecksumSHA256", 32, 0);

    private static final Algorithm[] ALL = values();

    /** In the folder format, from 1. */
    final int code;

    final String header;
    final String element;
    final int length;
    private final long polynomial;

    Algorithm(int code, String header, String element, int length, long polynomial) {
        this.code = code;
        this.header = header;
        this.element = element;
        this.length = length;
        this.polynomial = polynomial;
    }

    static Algorithm ofCode(int code) {
        for (Algorithm algorithm : ALL) {
            if (algorithm.code == code) {
                return algorithm;
            }
        }
        throw new IllegalArgumentException("no algorithm has the code " + code);
    }

    /** Whether checksums of parts can be put together into that of the whole. */
    boolean linear() {
        return polynomial != 0;
    }

    /** The checksum of two pieces in a row, out of theirs. */
    long combine(long first, long second, long secondLength) {
        return CrcJoin.join(polynomial, length * 8, first, second, secondLength);
    }

    static @Nullable Algorithm ofHeader(String header) {
        for (Algorithm algorithm : ALL) {
            if (algorithm.header.equalsIgnoreCase(header)) {
                return algorithm;
            }
        }
        return null;
    }

    static Algorithm parse(String name) throws S3Error {
        String upper = name.trim().toUpperCase(Locale.ROOT);
        for (Algorithm algorithm : ALL) {
            if (algorithm.name().equals(upper)) {
                return algorithm;
            }
        }
        throw S3Error.invalidRequest(
                "Checksum algorithm provided is unsupported. Please try again with any of the valid types:"
                        + " [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]");
    }
}
