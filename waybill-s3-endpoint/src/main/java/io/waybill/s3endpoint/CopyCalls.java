package io.waybill.s3endpoint;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers CopyObject and UploadPartCopy. */
final class CopyCalls {
    private static final long LARGEST = 5L << 30;
    private static final int TRIES = 8;

    private final ObjectStore store;
    private final ObjectCalls objects;

    CopyCalls(ObjectStore store, ObjectCalls objects) {
        this.store = store;
        this.objects = objects;
    }

    private record Source(String bucket, String key) {
        static Source of(Call call) throws S3Error {
            String header = String.valueOf(call.head().header("x-amz-copy-source"));
            int mark = header.indexOf("?versionId=");
            if (mark >= 0 && !header.endsWith("?versionId=null")) {
                throw S3Error.notImplemented("versions");
            }
            String path = Percent.decode(mark < 0 ? header : header.substring(0, mark), false);
            if (path.startsWith("/")) {
                path = path.substring(1);
            }
            int slash = path.indexOf('/');
            if (slash <= 0 || slash == path.length() - 1) {
                throw S3Error.invalidArgument(
                        "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
            }
            return new Source(path.substring(0, slash), path.substring(slash + 1));
        }
    }

    /** The copied bytes and the object that they are of. */
    private record Copied(Stored source, Received received) {}

    Reply copyObject(Call call) throws IOException {
        Bucket target = store.bucket(call.bucket());
        Source source = Source.of(call);
        boolean replace = "REPLACE".equalsIgnoreCase(call.head().header("x-amz-metadata-directive"));
        List<Header> given = ObjectHeaders.of(call.head());
        WriteCondition condition = call.condition();
        condition.check(target.find(call.key()));
        if (!replace && source.bucket().equals(call.bucket()) && source.key().equals(call.key())) {
            throw S3Error.invalidRequest("This copy request is illegal because it is trying to copy an object to itself"
                    + " without changing the object's metadata, storage class, website redirect location or encryption"
                    + " attributes.");
        }
        String wanted = call.head().header("x-amz-checksum-algorithm");
        Copied copied = copy(call, source, null, wanted == null ? null : Algorithm.parse(wanted), true);
        List<Header> headers = replace ? given : copied.source().headers();
        Stored object = objects.object(call, copied.received(), headers);
        try {
            store.put(call.bucket(), object, condition);
        } catch (S3Error e) {
            store.contents().drop(copied.received().content());
            throw e;
        }
        return Reply.xml(new Xml("CopyObjectResult")
                .element("ETag", call.answered(object.etag()))
                .element("LastModified", Moments.iso(object.modified()))
                .checksum(object.checksum(), true));
    }

    Received copyPart(Call call, @Nullable Algorithm algorithm) throws IOException {
        return copy(call, Source.of(call), call.head().header("x-amz-copy-source-range"), algorithm, false)
                .received();
    }

    private Copied copy(Call call, Source from, @Nullable String range, @Nullable Algorithm algorithm, boolean inherit)
            throws IOException {
        for (int i = 0; i < TRIES; i++) {
            Stored source = store.bucket(from.bucket()).find(from.key());
            if (source == null) {
                throw S3Error.noSuchKey();
            }
            ReadCondition.checkCopySource(call.head(), source);
            Span span = span(range, source.size());
            if (span.length() > LARGEST) {
                throw S3Error.invalidRequest(
                        "The specified copy source is larger than the maximum allowable size for a copy"
                                + " source: 5368709120");
            }
            Checksum inherited = source.checksum();
            Algorithm compute = algorithm == null && inherit && inherited != null ? inherited.algorithm() : algorithm;
            if (!store.contents().keeps()) {
                return new Copied(source, unread(source, span, compute));
            }
            try (Payload payload = store.contents().open(source.segments(), span.offset(), span.length())) {
                if (payload != null) {
                    return new Copied(source, Received.copy(call, store, payload, compute));
                }
            }
        }
        throw new IOException("the bytes of " + from.key() + " are gone");
    }

    private static Span span(@Nullable String range, long size) throws S3Error {
        if (range == null) {
            return new Span(0, size);
        }
        Span span = Span.of(range, size);
        if (span == null || !range.endsWith("-" + (span.offset() + span.length() - 1))) {
            throw S3Error.invalidArgument("The x-amz-copy-source-range value must be of the form bytes=first-last where"
                    + " first and last are the zero-based offsets of the first and last bytes to copy");
        }
        return span;
    }

    /** Where bytes are thrown away, tag and checksum go along if all of the source is copied. */
    private Received unread(Stored source, Span span, @Nullable Algorithm algorithm) {
        boolean all = span.length() == source.size();
        Checksum checksum = source.checksum();
        boolean same = all && checksum != null && !checksum.composite() && checksum.algorithm() == algorithm;
        ETag etag = all && source.etag().parts() == 0 ? source.etag() : ETag.unhashed(store.number());
        return new Received(0, span.length(), span.length(), etag, same ? checksum : null);
    }
}
