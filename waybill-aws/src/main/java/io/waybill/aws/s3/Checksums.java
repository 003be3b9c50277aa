package io.waybill.aws.s3;

import io.waybill.store.Checksum;
import io.waybill.store.FileStore.Part;
import io.waybill.value.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Between our hexadecimal checksums and S3's, which are Base64 and, over parts, end in {@code -} and their number. */
final class Checksums {
    private Checksums() {}

    /** A digest as a checksum header carries it. */
    static String header(Digest sha256) {
        return Base64.getEncoder().encodeToString(sha256.bytes());
    }

    /** The CRC-32 of the bytes, read through a duplicate, as a checksum header carries it. */
    static String crc32(ByteBuffer bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes.duplicate());
        return Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    /** What a store said in a checksum header of SHA-256, or null if it is not one. */
    static @Nullable Checksum sha256(@Nullable String header) {
        if (header == null) {
            return null;
        }
        int dash = header.indexOf('-');
        String base64 = dash < 0 ? header : header.substring(0, dash);
        byte[] value;
        try {
            value = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (value.length != 32) {
            return null;
        }
        String hex = HexFormat.of().formatHex(value);
        return dash < 0
                ? new Checksum(Checksum.SHA256, hex)
                : new Checksum(Checksum.SHA256_COMPOSITE, hex + header.substring(dash));
    }

    /** What S3 says of an upload of these parts: the SHA-256 of their SHA-256s. */
    static Checksum composite(List<Part> parts) {
        MessageDigest sha256 = Digest.newSha256();
        parts.forEach(part -> sha256.update(part.sha256().bytes()));
        return new Checksum(Checksum.SHA256_COMPOSITE, HexFormat.of().formatHex(sha256.digest()) + "-" + parts.size());
    }
}
