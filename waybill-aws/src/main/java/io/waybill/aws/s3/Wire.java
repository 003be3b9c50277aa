package io.waybill.aws.s3;

import io.waybill.store.Checksum;
import java.io.Closeable;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests to one bucket that the store makes, one method each, one request each: nothing is retried, nothing is hashed,
 * nothing is decided here. The only place that knows an HTTP client. Keys are whole keys. Entity tags are without quotes.
 * Safe for use by many threads.
 */
interface Wire extends Closeable {
    /** Conditions of a write: at most one is set. */
    record If(boolean absent, @Nullable String etag) {
        static final If NOTHING = new If(false, null);
        static final If ABSENT = new If(true, null);

        static If etag(String etag) {
            return new If(false, etag);
        }
    }

    /**
     * What goes with an object.
     *
     * @param headers {@code content-type} and its like, lower case
     * @param metadata of the user, names without {@code x-amz-meta-}
     */
    record Meta(Map<String, String> headers, Map<String, String> metadata) {}

    /**
     * The body of a request, with hashes that are known already.
     *
     * @param bytes position to limit, read through a duplicate
     * @param payload SHA-256 in hexadecimal, which the signature covers
     * @param sha256 Base64, for the checksum header, or null
     * @param crc32 Base64, for the checksum header, or null
     */
    record Body(
            ByteBuffer bytes,
            String payload,
            @Nullable String sha256,
            @Nullable String crc32) {}

    /** What the store answered to a write. */
    record Written(
            String etag,
            @Nullable String versionId,
            @Nullable Checksum checksum) {}

    /** An object's head. */
    record Head(
            String etag,
            @Nullable String versionId,
            long size,
            Instant modified,
            Meta meta,
            @Nullable Checksum checksum,
            @Nullable Instant now) {}

    /** An open object; {@code length} is that of the stream. Closing it before its end drops the connection. */
    record Got(Head head, long length, InputStream stream) implements Closeable {
        @Override
        public void close() throws java.io.IOException {
            stream.close();
        }
    }

    /** An object in a listing. */
    record Listed(String key, String etag, long size, Instant modified) {}

    /** A page of a listing; {@code next} is what to ask for the next one with, or null at the end. */
    record Listing(List<Listed> objects, @Nullable String next, boolean truncated) {}

    /** A part as the store has it. */
    record PartInfo(int number, long size, String etag) {}

    /** A page of parts. */
    record PartPage(List<PartInfo> parts, @Nullable Integer next) {}

    /** An upload that is open. */
    record UploadInfo(String key, String id) {}

    /** A page of uploads. */
    record UploadPage(
            List<UploadInfo> uploads,
            @Nullable String nextKey,
            @Nullable String nextId) {}

    /** A part to complete an upload with; {@code sha256} Base64 or null. */
    record Finished(int number, String etag, @Nullable String sha256) {}

    /** Where a copy comes from. */
    record CopySource(String bucket, String key, String etag) {}

    Written put(String key, Meta meta, Body body, If condition) throws WireFailure;

    /** Opens an object from an offset on; {@code etag} is a condition. */
    Got get(String key, long offset, @Nullable String etag) throws WireFailure;

    /** Null if there is no such object. */
    @Nullable
    Head head(String key) throws WireFailure;

    /** Removes an object, or one version of it; answers the version of the delete marker that took its place, if one did. */
    @Nullable
    String delete(String key, @Nullable String versionId, @Nullable String etag) throws WireFailure;

    /** A page after {@code startAfter}, or the one that {@code next} of the page before means. */
    Listing list(String prefix, @Nullable String startAfter, @Nullable String next, int most) throws WireFailure;

    /** Opens an upload; answers its id. */
    String begin(String key, Meta meta, boolean sha256) throws WireFailure;

    Written part(String key, String upload, int number, Body body) throws WireFailure;

    PartPage parts(String key, String upload, @Nullable Integer after) throws WireFailure;

    Written complete(String key, String upload, List<Finished> parts, If condition) throws WireFailure;

    void abort(String key, String upload) throws WireFailure;

    UploadPage uploads(String prefix, @Nullable String afterKey, @Nullable String afterId) throws WireFailure;

    /** Copies within the service; {@code sha256} asks the store to compute that of the copy. */
    Written copy(String key, CopySource source, Meta meta, boolean sha256, If condition) throws WireFailure;

    /** Copies bytes {@code from} to {@code to}, both included, into a part. */
    Written partCopy(String key, String upload, int number, CopySource source, long from, long to) throws WireFailure;

    /** Closes connections. */
    @Override
    void close();
}
