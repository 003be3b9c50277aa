package io.waybill.s3endpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;

/** One request on its way through: what it says, what it is about, what afflicts it. Used by one thread. */
record Call(RequestHead head, Route route, Body body, Afflictions faults, Instant now, boolean verify) {
    String bucket() {
        return route.bucket();
    }

    String key() {
        return route.key();
    }

    Query query() {
        return route.query();
    }

    long millis() {
        return now.toEpochMilli();
    }

    /** The condition of a write, unless a fault says to ignore it. */
    WriteCondition condition() throws S3Error {
        return faults.has(Fault.IgnoreConditions.class) ? WriteCondition.NONE : WriteCondition.of(head);
    }

    /** An ETag as it is answered. */
    String answered(ETag etag) {
        if (faults.has(Fault.WrongEtag.class)) {
            return new ETag(~etag.high(), etag.low(), etag.parts()).quoted();
        }
        return etag.quoted();
    }

    /**
     * The body as XML, held against what the head claims of it.
     *
     * @param checksum whether checksum headers speak of the body
     */
    XmlNode xml(String root, boolean checksum) throws IOException {
        Claims claims = checksum ? Claims.of(head, verify) : Claims.ofBodyOnly(head, verify);
        Hashes hashes = claims.hashes(false, null);
        byte[] bytes = Body.readAll(body, 8 << 20);
        hashes.update(ByteBuffer.wrap(bytes));
        claims.check(hashes, hashes.md5(), body, null);
        return XmlReader.read(bytes, root);
    }
}
