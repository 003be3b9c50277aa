package io.waybill.s3endpoint;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An answer being made: status, headers, body, and the faults in the way it is sent. Used by one thread. */
final class Reply {
    private static final Payload NOTHING = Payload.of(new byte[0]);

    private final int status;
    private final List<Header> headers = new ArrayList<>(8);
    private Payload payload = NOTHING;
    private @Nullable Sending sending;

    /** Faults in sending. */
    record Sending(Afflictions afflictions, Fault.@Nullable Cut cut, Fault.@Nullable Drip drip, boolean flip) {
        /** How much of a body is said to come. */
        long announced(long length) {
            return cut != null && cut.end() == Fault.End.SHORT_LENGTH ? Math.min(length, cut.bytes()) : length;
        }
    }

    private Reply(int status) {
        this.status = status;
    }

    static Reply of(int status) {
        return new Reply(status);
    }

    static Reply xml(Xml xml) {
        return new Reply(200).body(xml);
    }

    static Reply error(S3Error error, String resource, String requestId) {
        return new Reply(error.status()).body(Xml.error(error.code(), error.text(), resource, requestId));
    }

    private Reply body(Xml xml) {
        header("Content-Type", "application/xml");
        payload = Payload.of(xml.finish());
        return this;
    }

    Reply header(String name, String value) {
        headers.add(new Header(name, value));
        return this;
    }

    Reply payload(Payload body) {
        payload = body;
        return this;
    }

    Reply sending(Sending faults) {
        sending = faults;
        return this;
    }

    int status() {
        return status;
    }

    List<Header> headers() {
        return headers;
    }

    Payload payload() {
        return payload;
    }

    @Nullable
    Sending sending() {
        return sending;
    }
}
