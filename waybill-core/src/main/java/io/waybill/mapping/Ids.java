package io.waybill.mapping;

import io.waybill.value.Value;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Ids that come from what they name: the same namespace, kind and input always give the same id. They are UUIDs of version 5:
 * first one of the namespace below {@link #ROOT}, then one of the kind and the inputs below that. Each part stands as its
 * length in UTF-8 bytes, a colon, and its text; equal numbers have equal texts, whatever their kind.
 */
public final class Ids {
    /** The namespace of all namespaces of this program; it never changes. */
    static final UUID ROOT = UUID.fromString("6f7c1d0a-52f4-5d3e-9b1c-7a11b1110001");

    private Ids() {}

    /** What {@code id(kind, old)} gives for texts. */
    public static UUID of(String namespace, String kind, String old) {
        return named(named(ROOT, namespace), part(kind) + part(old));
    }

    private static String part(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length + ":" + text;
    }

    static Value of(Function.Call call) throws MappingException {
        UUID namespace = named(ROOT, call.at().names.namespace());
        StringBuilder name = new StringBuilder();
        for (Value value : call.values()) {
            name.append(part(text(value, call.position())));
        }
        return new Value.Uuid(named(namespace, name.toString()));
    }

    /** Equal numbers give one text: 1, 1.0 and 1e0. */
    private static String text(Value value, int position) throws MappingException {
        if (value instanceof Value.Dec decimal) {
            BigDecimal number = Numbers.decimal(decimal, position);
            return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
        }
        return Texts.of(value, position);
    }

    /** A name-based UUID with SHA-1, version 5 of RFC 9562. */
    private static UUID named(UUID namespace, String name) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            ByteBuffer space = ByteBuffer.allocate(16);
            space.putLong(namespace.getMostSignificantBits()).putLong(namespace.getLeastSignificantBits());
            sha1.update(space.array());
            ByteBuffer hash = ByteBuffer.wrap(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
            long high = (hash.getLong() & 0xffffffffffff0fffL) | 0x5000L;
            long low = (hash.getLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
            return new UUID(high, low);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
