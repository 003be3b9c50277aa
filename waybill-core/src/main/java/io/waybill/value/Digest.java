package io.waybill.value;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A hash of an item's canonical content: the whole SHA-256 (32 bytes) for a file, its first 128 bits (16 bytes) for a row.
 * Immutable.
 */
public final class Digest {
    /** How many bytes the digest of a row has. */
    public static final int ROW = 16;

    private final byte[] bytes;

    private Digest(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A digest of these bytes (16 or 32 of them); they are copied. */
    public static Digest of(byte[] bytes) {
        if (bytes.length != ROW && bytes.length != 32) {
            throw new IllegalArgumentException("a digest has 16 or 32 bytes, not " + bytes.length);
        }
        return new Digest(bytes.clone());
    }

    /** The first bytes of a hash that nobody else holds. */
    static Digest ofFirst(byte[] hash, int length) {
        return new Digest(Arrays.copyOf(hash, length));
    }

    /** Parses lower- or upper-case hexadecimal. */
    public static Digest parse(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    /** The SHA-256 of the bytes. */
    public static Digest sha256(byte[] content) {
        return new Digest(newSha256().digest(content));
    }

    /** A fresh SHA-256. */
    public static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Lower-case hexadecimal. */
    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other == this || (other instanceof Digest that && Arrays.equals(bytes, that.bytes));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return hex();
    }
}
