package io.waybill.s3endpoint;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The hashes taken of one body in one pass. Not safe for use by several threads. */
final class Hashes {
    private final @Nullable MessageDigest md5;
    private final @Nullable MessageDigest payload;
    private final Map<Algorithm, Object> sums = new EnumMap<>(Algorithm.class);
    private final boolean digests;
    private byte[] scratch = new byte[0];

    /**
     * Prepares the hashes that are asked for.
     *
     * @param md5 for the ETag or Content-MD5
     * @param payload SHA-256 for x-amz-content-sha256
     */
    Hashes(boolean md5, boolean payload, @Nullable Algorithm checksum) {
        this.md5 = md5 ? digest("MD5") : null;
        this.payload = payload ? digest("SHA-256") : null;
        if (checksum != null && !(checksum == Algorithm.SHA256 && payload)) {
            sums.put(checksum, engine(checksum));
        }
        digests = md5 || payload || (checksum != null && !checksum.linear());
    }

    static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no " + name, e);
        }
    }

    private static Object engine(Algorithm algorithm) {
        return switch (algorithm) {
            case CRC32 -> new CRC32();
            case CRC32C -> new CRC32C();
            case CRC64NVME -> new Crc64Nvme();
            case SHA1 -> digest("SHA-1");
            case SHA256 -> digest("SHA-256");
        };
    }

    /** Takes in the bytes from position to limit and leaves the position where it is. */
    void update(ByteBuffer bytes) {
        for (Object sum : sums.values()) {
            if (sum instanceof java.util.zip.Checksum crc) {
                crc.update(bytes.duplicate());
            }
        }
        if (digests) {
            updateDigests(bytes.duplicate());
        }
    }

    /** Digests want arrays; one copy serves them all. */
    private void updateDigests(ByteBuffer bytes) {
        if (scratch.length == 0) {
            scratch = new byte[Math.min(64 * 1024, Math.max(bytes.remaining(), 4096))];
        }
        while (bytes.hasRemaining()) {
            int length = Math.min(scratch.length, bytes.remaining());
            bytes.get(scratch, 0, length);
            if (md5 != null) {
                md5.update(scratch, 0, length);
            }
            if (payload != null) {
                payload.update(scratch, 0, length);
            }
            for (Object sum : sums.values()) {
                if (sum instanceof MessageDigest digest) {
                    digest.update(scratch, 0, length);
                }
            }
        }
    }

    /** The MD5, or null if none was asked for. */
    byte @Nullable [] md5() {
        return md5 == null ? null : md5.digest();
    }

    /** The SHA-256 of the payload, or null if none was asked for. Both this and the checksum may be asked for once. */
    byte @Nullable [] payload() {
        return payload == null ? null : payload.digest();
    }

    /** The checksum that was asked for. */
    Checksum checksum(Algorithm algorithm, byte @Nullable [] payloadSha256) {
        Object sum = sums.get(algorithm);
        if (sum instanceof java.util.zip.Checksum crc) {
            return Checksum.ofNumber(algorithm, crc.getValue());
        }
        if (sum instanceof MessageDigest digest) {
            return new Checksum(algorithm, digest.digest(), 0);
        }
        if (payloadSha256 != null) {
            return new Checksum(algorithm, payloadSha256, 0);
        }
        throw new IllegalStateException(algorithm + " was not asked for");
    }
}
