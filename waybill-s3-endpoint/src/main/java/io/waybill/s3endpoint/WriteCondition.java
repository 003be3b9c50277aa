package io.waybill.s3endpoint;

import org.jspecify.annotations.Nullable;

/**
 * The condition of a write or a removal.
 *
 * @param absent nothing may stand at the key
 * @param match the ETags that may stand there, as in If-Match, or null
 */
record WriteCondition(boolean absent, @Nullable String match) {
    static final WriteCondition NONE = new WriteCondition(false, null);

    static WriteCondition of(RequestHead head) throws S3Error {
        String none = head.header("if-none-match");
        if (none != null && !none.trim().equals("*")) {
            throw S3Error.notImplemented("If-None-Match with an ETag on a write");
        }
        String match = head.header("if-match");
        return none == null && match == null ? NONE : new WriteCondition(none != null, match);
    }

    boolean isNone() {
        return !absent && match == null;
    }

    void check(@Nullable Stored existing) throws S3Error {
        if (absent && existing != null) {
            throw S3Error.preconditionFailed();
        }
        if (match != null) {
            if (existing == null) {
                throw S3Error.noSuchKey();
            }
            if (!existing.etag().matches(match)) {
                throw S3Error.preconditionFailed();
            }
        }
    }
}
