package io.waybill.s3endpoint;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object as the endpoint knows it. In memory it is held packed in one array, so that a million of them fit a small heap;
 * this is the unpacked view.
 *
 * @param modified milliseconds since 1970
 * @param generation grows with each write through one process
 * @param checksum that the client gave, or null
 * @param headers content headers and user metadata, names in lower case
 * @param segments where the bytes are, in order; none when bytes are thrown away
 */
record Stored(
        String key,
        long size,
        long modified,
        long generation,
        ETag etag,
        @Nullable Checksum checksum,
        List<Header> headers,
        List<Segment> segments) {

    /** The packed form. It begins with the length of the key in two bytes and the key, see {@link #compareKeys}. */
    byte[] pack() {
        Pack pack = new Pack();
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        pack.octet(name.length >>> 8).octet(name.length).raw(name);
        pack.count(size).count(modified).fixed(generation);
        pack.raw(etag.bytes()).count(etag.parts());
        packChecksum(pack, checksum);
        HeaderCodec.pack(pack, headers);
        pack.count(segments.size());
        for (Segment segment : segments) {
            pack.fixed(segment.content()).count(segment.length());
        }
        return pack.take();
    }

    static Stored unpack(byte[] packed) {
        Unpack from = new Unpack(packed);
        int length = from.octet() << 8 | from.octet();
        String key = new String(from.raw(length), StandardCharsets.UTF_8);
        long size = from.count();
        long modified = from.count();
        long generation = from.fixed();
        ETag etag = ETag.ofMd5(from.raw(16), (int) from.count());
        Checksum checksum = unpackChecksum(from);
        List<Header> headers = HeaderCodec.unpack(from);
        int count = (int) from.count();
        List<Segment> segments = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            segments.add(new Segment(from.fixed(), from.count()));
        }
        return new Stored(key, size, modified, generation, etag, checksum, headers, List.copyOf(segments));
    }

    static void packChecksum(Pack pack, @Nullable Checksum checksum) {
        if (checksum == null) {
            pack.octet(0);
        } else {
            pack.octet(checksum.algorithm().code).count(checksum.parts()).raw(checksum.value());
        }
    }

    static @Nullable Checksum unpackChecksum(Unpack from) {
        int code = from.octet();
        if (code == 0) {
            return null;
        }
        Algorithm algorithm = Algorithm.ofCode(code);
        int parts = (int) from.count();
        return new Checksum(algorithm, from.raw(algorithm.length), parts);
    }

    /** What stands before everything that has this key or a later one. */
    static byte[] probe(byte[] key) {
        byte[] probe = new byte[key.length + 2];
        probe[0] = (byte) (key.length >>> 8);
        probe[1] = (byte) key.length;
        System.arraycopy(key, 0, probe, 2, key.length);
        return probe;
    }

    /** The key of a packed object, as UTF-8. */
    static byte[] keyOf(byte[] packed) {
        return Arrays.copyOfRange(packed, 2, 2 + keyLength(packed));
    }

    private static int keyLength(byte[] packed) {
        return (packed[0] & 0xff) << 8 | (packed[1] & 0xff);
    }

    /** The order of S3 listings: by the bytes of the key. */
    static int compareKeys(byte[] a, byte[] b) {
        return Arrays.compareUnsigned(a, 2, 2 + keyLength(a), b, 2, 2 + keyLength(b));
    }
}
