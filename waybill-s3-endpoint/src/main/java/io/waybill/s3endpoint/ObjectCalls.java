package io.waybill.s3endpoint;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers what is asked about single objects. */
final class ObjectCalls {
    private static final int TRIES = 8;

    private final ObjectStore store;

    ObjectCalls(ObjectStore store) {
        this.store = store;
    }

    Reply put(Call call) throws IOException {
        Bucket bucket = store.bucket(call.bucket());
        List<Header> headers = ObjectHeaders.of(call.head());
        WriteCondition condition = call.condition();
        if (!condition.isNone()) {
            condition.check(bucket.find(call.key()));
        }
        Received received = Received.body(call, store, null);
        Stored object = object(call, received, headers);
        try {
            store.put(call.bucket(), object, condition);
        } catch (S3Error e) {
            store.contents().drop(received.content());
            throw e;
        }
        Reply reply = Reply.of(200).header("ETag", call.answered(object.etag()));
        Checksum checksum = object.checksum();
        if (checksum != null) {
            reply.header(checksum.algorithm().header, checksum.text()).header("x-amz-checksum-type", checksum.type());
        }
        return reply;
    }

    /** An object out of received bytes. */
    Stored object(Call call, Received received, List<Header> headers) {
        return new Stored(
                call.key(),
                store.contents().keeps() ? received.kept() : received.size(),
                call.millis(),
                store.number(),
                received.etag(),
                received.checksum(),
                headers,
                received.segments());
    }

    Reply get(Call call) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            Stored object = find(call);
            if (ReadCondition.unchanged(call.head(), object)) {
                return described(Reply.of(304), call, object, null);
            }
            Span span = span(call, object);
            long offset = span == null ? 0 : span.offset();
            long length = span == null ? object.size() : span.length();
            Payload payload = store.contents().open(object.segments(), offset, length);
            if (payload != null) {
                return described(Reply.of(span == null ? 200 : 206), call, object, span)
                        .payload(payload);
            }
        }
        throw new IOException("the bytes of " + call.key() + " are gone");
    }

    private static @Nullable Span span(Call call, Stored object) throws S3Error {
        return Span.of(call.head().header("range"), object.size());
    }

    private Stored find(Call call) throws IOException {
        Stored object = store.bucket(call.bucket()).find(call.key());
        if (object == null) {
            throw S3Error.noSuchKey();
        }
        return object;
    }

    Reply head(Call call) throws IOException {
        Stored object = find(call);
        if (ReadCondition.unchanged(call.head(), object)) {
            return described(Reply.of(304), call, object, null);
        }
        Span span = span(call, object);
        long length = span == null ? object.size() : span.length();
        return described(Reply.of(span == null ? 200 : 206), call, object, span).payload(new Unwritten(length));
    }

    private Reply described(Reply reply, Call call, Stored object, @Nullable Span span) {
        reply.header("Last-Modified", Moments.http(object.modified()))
                .header("ETag", call.answered(object.etag()))
                .header("Accept-Ranges", "bytes");
        boolean typed = false;
        for (Header header : object.headers()) {
            typed |= header.name().equals("content-type");
            reply.header(header.name(), header.value());
        }
        if (!typed) {
            reply.header("Content-Type", "binary/octet-stream");
        }
        if (span != null) {
            reply.header(
                    "Content-Range",
                    "bytes " + span.offset() + "-" + (span.offset() + span.length() - 1) + "/" + object.size());
        }
        Checksum checksum = object.checksum();
        if (checksum != null && answersChecksum(call, span)) {
            reply.header(checksum.algorithm().header, checksum.text()).header("x-amz-checksum-type", checksum.type());
        }
        return reply;
    }

    /** Not for a part of the bytes, and not for zeros that stand for what was thrown away. */
    private boolean answersChecksum(Call call, @Nullable Span span) {
        boolean reading = call.route().operation() == Operation.GET_OBJECT;
        return "ENABLED".equalsIgnoreCase(call.head().header("x-amz-checksum-mode"))
                && span == null
                && (store.contents().keeps() || !reading);
    }

    Reply delete(Call call) throws IOException {
        String match = call.faults().has(Fault.IgnoreConditions.class)
                ? null
                : call.head().header("if-match");
        store.remove(call.bucket(), call.key(), new WriteCondition(false, match));
        return Reply.of(204);
    }

    /** The length of a body that HEAD does not send. */
    private record Unwritten(long length) implements Payload {
        @Override
        public void writeTo(Out out) throws IOException {
            throw new IOException("HEAD has no body");
        }
    }
}
