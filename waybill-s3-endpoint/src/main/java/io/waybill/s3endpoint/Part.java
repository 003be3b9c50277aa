package io.waybill.s3endpoint;

import org.jspecify.annotations.Nullable;

/**
 * A part of an upload.
 *
 * @param content where the bytes are, 0 when they are thrown away
 */
record Part(
        int number,
        long size,
        long modified,
        ETag etag,
        @Nullable Checksum checksum,
        long content) {
    void pack(Pack pack) {
        pack.count(number).count(size).count(modified).raw(etag.bytes()).count(etag.parts());
        Stored.packChecksum(pack, checksum);
        pack.fixed(content);
    }

    static Part unpack(Unpack from) {
        int number = (int) from.count();
        long size = from.count();
        long modified = from.count();
        ETag etag = ETag.ofMd5(from.raw(16), (int) from.count());
        Checksum checksum = Stored.unpackChecksum(from);
        return new Part(number, size, modified, etag, checksum, from.fixed());
    }
}
