package io.waybill.s3endpoint;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One way to misbehave. Give it to a rule: {@code endpoint.faults().on(Operation.PUT_OBJECT).nth(3).then(fault)}. */
public sealed interface Fault {
    /** A moment in the life of a request. */
    enum Moment {
        /** The head was read, nothing else. */
        BEFORE_READING,
        /** The body was read too, and nothing was done. */
        AFTER_READING,
        /** The work was done, and nothing was answered: the lost answer. */
        AFTER_APPLYING
    }

    /** How an answer that is cut short ends. */
    enum End {
        /** The connection is closed in order, before the length that was said. */
        CLOSE,
        /** The connection is reset. */
        RESET,
        /** The answer says the smaller length itself, and nothing looks wrong. */
        SHORT_LENGTH
    }

    /** What a lying store keeps instead of what it received. */
    enum Damage {
        /** One bit of the first byte is turned over. */
        FLIPPED,
        /** The last byte is missing. */
        TRUNCATED,
        /** Nothing is kept. */
        EMPTIED
    }

    /**
     * Answers an error.
     *
     * @param retryAfter for the header of that name, or null
     * @param applied whether the work is done all the same
     */
    record Refuse(int status, String code, @Nullable Duration retryAfter, boolean applied) implements Fault {}

    /**
     * Waits.
     *
     * @param moment AFTER_APPLYING waits between the work and the answer, the others before anything is read
     */
    record Delay(Duration time, Moment moment) implements Fault {}

    /** Cuts the connection with RST. */
    record Reset(Moment moment) implements Fault {}

    /** Cuts the connection with RST once this much of the request's body was read. */
    record ResetInBody(long bytes) implements Fault {}

    /** Sends only this much of the answer's body. */
    record Cut(long bytes, End end) implements Fault {}

    /**
     * Answers 200 with an error in the body, as CompleteMultipartUpload and CopyObject may.
     *
     * @param applied whether the work is done all the same
     */
    record ErrorInside(String code, boolean applied) implements Fault {}

    /** Keeps other bytes than it received, and answers as if all were well. Means nothing when bytes are discarded. */
    record StoreOther(Damage damage) implements Fault {}

    /** Serves other bytes than it keeps: one bit of the first byte is turned over. */
    record ServeOther() implements Fault {}

    /** Answers an ETag that is not the object's. */
    record WrongEtag() implements Fault {}

    /** Takes any checksum for right and answers it again. */
    record EchoChecksum() implements Fault {}

    /** Ignores If-None-Match and If-Match on writes and removals. */
    record IgnoreConditions() implements Fault {}

    /** Answers 501 to any request with a checksum header or trailer. */
    record RefuseChecksums() implements Fault {}

    /** Demands, at completion, that all parts but the last have one size. */
    record EqualParts() implements Fault {}

    /** Reads request bodies and writes answer bodies slowly. */
    record Drip(long bytesPerSecond) implements Fault {}

    /** Leaves the newest objects out of listings. */
    record StaleListing(int newest) implements Fault {}

    /** Has a clock that is ahead by this much: in the Date header, and in checks of signatures. */
    record ClockSkew(Duration ahead) implements Fault {}

    /** An error before anything is read or done. */
    static Fault refuse(int status, String code) {
        return new Refuse(status, code, null, false);
    }

    /** An error although the work is done. */
    static Fault refuseAfterApplying(int status, String code) {
        return new Refuse(status, code, null, true);
    }

    /** 503 SlowDown. */
    static Fault slowDown(Duration retryAfter) {
        return new Refuse(503, "SlowDown", retryAfter, false);
    }

    /** Waits before anything is read; with a long time, hangs until the endpoint closes. */
    static Fault delay(Duration time) {
        return new Delay(time, Moment.BEFORE_READING);
    }

    /** Does the work and cuts the connection instead of answering. */
    static Fault loseAnswer() {
        return new Reset(Moment.AFTER_APPLYING);
    }
}
