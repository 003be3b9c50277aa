package io.waybill.aws.s3;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request to S3 that did not go well: how far it came, and what the store answered if it did. */
final class WireFailure extends Exception {
    /** How far the request came. */
    enum Stage {
        /** The store cannot have acted: nothing, or not all of it, was sent. */
        UNSENT,
        /** It was sent and no whole answer came back. */
        LOST,
        /** The store answered with an error. */
        ANSWERED
    }

    private final Stage stage;
    private final int status;
    private final String code;
    private final String text;
    private final @Nullable String region;
    private final @Nullable Duration retryAfter;

    /**
     * @param status of HTTP, or 0
     * @param code S3's word for the error, or ours, or empty
     * @param text what the store or the network said, one line
     * @param region of the bucket, where the store told
     */
    WireFailure(
            Stage stage,
            int status,
            String code,
            String text,
            @Nullable String region,
            @Nullable Duration retryAfter,
            Throwable cause) {
        super(text, cause);
        this.stage = stage;
        this.status = status;
        this.code = code;
        this.text = text;
        this.region = region;
        this.retryAfter = retryAfter;
    }

    Stage stage() {
        return stage;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String text() {
        return text;
    }

    @Nullable
    String region() {
        return region;
    }

    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }

    /** Whether a condition of the request did not hold. */
    boolean isRefusal() {
        return stage == Stage.ANSWERED
                && (status == 412 || code.equals("PreconditionFailed") || code.equals("ConditionalRequestConflict"));
    }

    /** Whether the object, upload or version is not there; a missing bucket is something else. */
    boolean isMissing() {
        return stage == Stage.ANSWERED
                && (status == 404 || code.equals("NoSuchUpload"))
                && !code.equals("NoSuchBucket");
    }
}
