package io.waybill.s3endpoint;

import org.jspecify.annotations.Nullable;

/** The conditions of a read, in headers whose names begin with a prefix or not. */
final class ReadCondition {
    private ReadCondition() {}

    /**
     * Whether the answer to a read is 304.
     *
     * @throws S3Error 412 if a condition fails that is not about what the client has already
     */
    static boolean unchanged(RequestHead head, Stored object) throws S3Error {
        return !holds(head, "", object);
    }

    /** Checks the conditions on the source of a copy, all of which answer 412. */
    static void checkCopySource(RequestHead head, Stored source) throws S3Error {
        if (!holds(head, "x-amz-copy-source-", source)) {
            throw S3Error.preconditionFailed();
        }
    }

    private static boolean holds(RequestHead head, String prefix, Stored object) throws S3Error {
        String match = head.header(prefix + "if-match");
        long second = Math.floorDiv(object.modified(), 1000L);
        if (match != null) {
            if (!object.etag().matches(match)) {
                throw S3Error.preconditionFailed();
            }
        } else if (after(second, head.header(prefix + "if-unmodified-since"))) {
            throw S3Error.preconditionFailed();
        }
        String none = head.header(prefix + "if-none-match");
        if (none != null) {
            return !object.etag().matches(none);
        }
        Long since = Moments.second(head.header(prefix + "if-modified-since"));
        return since == null || second > since;
    }

    private static boolean after(long second, @Nullable String date) {
        Long limit = Moments.second(date);
        return limit != null && second > limit;
    }
}
