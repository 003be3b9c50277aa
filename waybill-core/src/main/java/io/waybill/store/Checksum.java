package io.waybill.store;

import java.util.Locale;

/**
 * A transport or store checksum.
 *
 * @param algorithm lower case as S3 names it: {@code sha256}, {@code crc32}, {@code crc32c}, {@code crc64nvme}; a composite
 *     over the parts of an upload ends in {@code -composite}
 * @param value lower-case hexadecimal; of a composite, the hash of the parts' hashes, then {@code -} and their number
 */
public record Checksum(String algorithm, String value) {
    public static final String SHA256 = "sha256";
    public static final String SHA256_COMPOSITE = "sha256-composite";

    public Checksum {
        value = value.toLowerCase(Locale.ROOT);
    }
}
