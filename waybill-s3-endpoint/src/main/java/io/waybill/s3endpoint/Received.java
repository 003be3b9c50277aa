package io.waybill.s3endpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that were taken in, hashed and found as claimed, not yet committed.
 *
 * @param content where they are, 0 when they were thrown away
 * @param size as received
 * @param kept how many bytes are there; a lying store may have fewer
 */
record Received(
        long content,
        long size,
        long kept,
        ETag etag,
        @Nullable Checksum checksum) {
    private static final long LARGEST = 5L << 30;

    /** A source of bytes that is written into the store. */
    interface Feed {
        void feed(Out out) throws IOException;
    }

    List<Segment> segments() {
        return content == 0 ? List.of() : List.of(new Segment(content, kept));
    }

    /**
     * Takes in the body of a request.
     *
     * @param besides a checksum to compute when the client gives none, or null
     */
    static Received body(Call call, ObjectStore store, @Nullable Algorithm besides) throws IOException {
        if (!call.body().announced()) {
            throw new S3Error(411, "MissingContentLength", "You must provide the Content-Length HTTP header.");
        }
        boolean echo = call.faults().has(Fault.EchoChecksum.class);
        Claims claims = Claims.of(call.head(), call.verify() && !echo);
        Feed feed = out -> {
            for (ByteBuffer piece = call.body().next();
                    piece != null;
                    piece = call.body().next()) {
                out.write(piece);
            }
        };
        return take(call, store, claims, feed, besides);
    }

    /** Takes in bytes that are here already, computing this checksum or none. */
    static Received copy(Call call, ObjectStore store, Payload source, @Nullable Algorithm algorithm)
            throws IOException {
        Claims claims = new Claims(null, null, null, null, true);
        return take(call, store, claims, source::writeTo, algorithm);
    }

    private static Received take(Call call, ObjectStore store, Claims claims, Feed feed, @Nullable Algorithm besides)
            throws IOException {
        boolean keeps = store.contents().keeps();
        Hashes hashes = claims.hashes(keeps, besides);
        Blob staged = store.contents().stage();
        Fault.StoreOther lie = call.faults().find(Fault.StoreOther.class);
        Lie blob = lie == null ? null : new Lie(staged, lie.damage());
        boolean whole = false;
        try {
            long[] size = {0};
            Blob into = blob == null ? staged : blob;
            feed.feed(bytes -> {
                size[0] += bytes.remaining();
                if (size[0] > LARGEST) {
                    throw new S3Error(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");
                }
                hashes.update(bytes);
                into.write(bytes);
            });
            byte[] md5 = hashes.md5();
            Checksum checksum = claims.check(hashes, md5, call.body(), besides);
            into.seal();
            whole = true;
            ETag etag = md5 == null ? ETag.unhashed(store.number()) : ETag.ofMd5(md5, 0);
            return new Received(staged.content(), size[0], blob == null ? size[0] : blob.kept(), etag, checksum);
        } finally {
            if (!whole) {
                staged.discard();
            }
        }
    }
}
