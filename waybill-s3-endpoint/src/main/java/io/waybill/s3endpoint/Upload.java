package io.waybill.s3endpoint;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** An upload in parts that is under way. Safe for use by several threads. */
final class Upload {
    final String bucket;
    final String key;
    final long id;
    final long begun;
    final List<Header> headers;
    final @Nullable Algorithm algorithm;
    final boolean composite;
    /** By number. */
    final Map<Integer, Part> parts = new ConcurrentSkipListMap<>();

    /**
     * An upload without parts.
     *
     * @param headers for the object that it becomes
     * @param algorithm of the checksums that the client announced, or null
     * @param composite whether the object's checksum is one over the parts' checksums
     */
    Upload(
            String bucket,
            String key,
            long id,
            long begun,
            List<Header> headers,
            @Nullable Algorithm algorithm,
            boolean composite) {
        this.bucket = bucket;
        this.key = key;
        this.id = id;
        this.begun = begun;
        this.headers = headers;
        this.algorithm = algorithm;
        this.composite = composite;
    }

    String token() {
        return HexFormat.of().toHexDigits(id);
    }

    static long parse(String token) throws S3Error {
        try {
            return token.length() == 16 ? HexFormat.fromHexDigitsToLong(token) : 0;
        } catch (IllegalArgumentException e) {
            throw S3Error.noSuchUpload();
        }
    }

    void pack(Pack pack) {
        pack.text(bucket).text(key).fixed(id).count(begun);
        HeaderCodec.pack(pack, headers);
        pack.octet(algorithm == null ? 0 : algorithm.code).octet(composite ? 1 : 0);
    }

    static Upload unpack(Unpack from) {
        String bucket = from.text();
        String key = from.text();
        long id = from.fixed();
        long begun = from.count();
        List<Header> headers = HeaderCodec.unpack(from);
        int algorithm = from.octet();
        return new Upload(
                bucket,
                key,
                id,
                begun,
                headers,
                algorithm == 0 ? null : Algorithm.ofCode(algorithm),
                from.octet() == 1);
    }
}
