package io.waybill.s3endpoint;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests: finds out what is asked, lets faults have their way, checks who asks, has it done, and notes it down.
 * Safe for use by several threads.
 */
final class Service {
    private static final Logger log = LoggerFactory.getLogger(Service.class);

    private final EndpointOptions options;
    private final Faults faults;
    private final RequestLog requests;
    private final Operations operations;
    private final @Nullable Signature signature;
    private final AtomicLong numbers = new AtomicLong(1);

    Service(EndpointOptions options, ObjectStore store, Faults faults, RequestLog requests) {
        this.options = options;
        this.faults = faults;
        this.requests = requests;
        this.operations = new Operations(store);
        Credentials credentials = options.credentials();
        this.signature = credentials == null ? null : new Signature(credentials);
    }

    /** A request on its way, and whether its work was done. */
    private static final class Work {
        final RequestHead head;
        final RawBody raw;
        final Route route;
        final Afflictions faults;
        final Instant now;
        boolean applied;

        Work(RequestHead head, RawBody raw, Route route, Afflictions faults, Instant now) {
            this.head = head;
            this.raw = raw;
            this.route = route;
            this.faults = faults;
            this.now = now;
        }
    }

    /**
     * Answers one request. Of its body it may leave some or all unread.
     *
     * @throws PeerGone if there is nobody to answer
     * @throws ResetOnPurpose if a fault wants no answer
     */
    Reply answer(RequestHead head, RawBody raw) throws IOException {
        String id = HexFormat.of().toHexDigits(numbers.getAndIncrement());
        Route route;
        Reply refused = null;
        try {
            route = Route.of(head);
        } catch (S3Error e) {
            route = new Route(Operation.UNKNOWN, head.target(), "", "", Query.parse(""));
            refused = Reply.error(e, resource(head), id);
        }
        String key = route.key().isEmpty() ? null : route.key();
        Afflictions met = faults.match(head.method(), route.operation(), key);
        Work work = new Work(head, raw, route, met, options.clock().instant().plus(met.skew()));
        int status = 0;
        try {
            Reply reply = refused == null ? afflicted(work, id) : refused;
            status = reply.status();
            return reply.header("x-amz-request-id", id)
                    .header("Date", Moments.http(work.now.toEpochMilli()))
                    .header("Server", "waybill-s3-endpoint");
        } finally {
            String bucket = route.bucket().isEmpty() ? null : route.bucket();
            requests.add(new RequestLog.Entry(head.method(), route.operation(), bucket, key, status, work.applied));
        }
    }

    private Reply afflicted(Work work, String id) throws IOException {
        Afflictions met = work.faults;
        if (met.none()) {
            return reply(work, id);
        }
        met.delay(false);
        if (met.resets(Fault.Moment.BEFORE_READING)) {
            throw new ResetOnPurpose(true);
        }
        if (met.resets(Fault.Moment.AFTER_READING)) {
            work.raw.drain();
            throw new ResetOnPurpose(true);
        }
        Fault.Refuse refuse = met.find(Fault.Refuse.class);
        Fault.ErrorInside inside = met.find(Fault.ErrorInside.class);
        if (refuse != null && !refuse.applied()) {
            return refusal(refuse, work, id);
        }
        if (inside != null && !inside.applied()) {
            return errorInside(inside, work, id);
        }
        if (met.has(Fault.RefuseChecksums.class) && speaksOfChecksums(work.head)) {
            return error(S3Error.notImplemented("checksum headers"), work, id);
        }
        Reply reply = reply(work, id);
        try {
            met.delay(true);
            if (met.resets(Fault.Moment.AFTER_APPLYING)) {
                throw new ResetOnPurpose(true);
            }
        } catch (ResetOnPurpose e) {
            reply.payload().close();
            throw e;
        }
        if (refuse != null) {
            reply.payload().close();
            return refusal(refuse, work, id);
        }
        if (inside != null) {
            reply.payload().close();
            return errorInside(inside, work, id);
        }
        return reply.sending(new Reply.Sending(
                met, met.find(Fault.Cut.class), met.find(Fault.Drip.class), met.has(Fault.ServeOther.class)));
    }

    private static boolean speaksOfChecksums(RequestHead head) {
        for (int i = 0; i < head.count(); i++) {
            if ((head.begins(i, "x-amz-checksum-") && !head.name(i).equals("x-amz-checksum-mode"))
                    || head.begins(i, "x-amz-sdk-checksum-")
                    || head.begins(i, "x-amz-trailer")) {
                return true;
            }
        }
        return false;
    }

    /** The path as it was sent, because decoded it may hold what XML cannot say. */
    private static String resource(RequestHead head) {
        int mark = head.target().indexOf('?');
        return mark < 0 ? head.target() : head.target().substring(0, mark);
    }

    private static Reply error(S3Error error, Work work, String id) {
        return Reply.error(error, resource(work.head), id);
    }

    private static Reply refusal(Fault.Refuse refuse, Work work, String id) {
        Reply reply = error(new S3Error(refuse.status(), refuse.code(), "Refused on command."), work, id);
        Duration retryAfter = refuse.retryAfter();
        return retryAfter == null ? reply : reply.header("Retry-After", Long.toString(retryAfter.toSeconds()));
    }

    private static Reply errorInside(Fault.ErrorInside inside, Work work, String id) {
        return error(new S3Error(200, inside.code(), "Refused on command."), work, id);
    }

    /** Does the work; refusals become answers here. */
    private Reply reply(Work work, String id) throws IOException {
        try {
            ChunkSigner signer = signature == null
                    ? null
                    : signature.check(work.head, work.route.path(), work.route.query(), work.now);
            Call call = new Call(work.head, work.route, body(work, signer), work.faults, work.now, options.verify());
            Reply reply = operations.answer(call);
            work.applied = work.route.operation().mutating();
            return reply;
        } catch (S3Error e) {
            return error(e, work, id);
        } catch (PeerGone | ResetOnPurpose e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            log.warn("request failed operation={} path={}", work.route.operation(), work.route.path(), e);
            return error(new S3Error(500, "InternalError", "We encountered an internal error."), work, id);
        }
    }

    /** A body as the operation sees it. */
    private static Body body(Work work, @Nullable ChunkSigner signer) throws S3Error {
        Body body = work.raw;
        String payload = Objects.requireNonNullElse(work.head.header("x-amz-content-sha256"), "");
        boolean streaming = payload.startsWith("STREAMING-");
        if (streaming || work.head.lists("content-encoding", "aws-chunked")) {
            String length = work.head.header("x-amz-decoded-content-length");
            if (length == null) {
                throw new S3Error(
                        411, "MissingContentLength", "You must provide the x-amz-decoded-content-length HTTP header.");
            }
            long expected = S3Error.number(length, 0, "x-amz-decoded-content-length");
            boolean signed = streaming && payload.startsWith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
            if (streaming && !signed && !payload.equals("STREAMING-UNSIGNED-PAYLOAD-TRAILER")) {
                throw S3Error.notImplemented(payload);
            }
            body = new AwsChunkedBody(body, expected, signed ? signer : null);
        }
        return work.faults.none() ? body : new AfflictedBody(body, work.faults);
    }
}
