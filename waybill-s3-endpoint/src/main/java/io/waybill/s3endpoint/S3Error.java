package io.waybill.s3endpoint;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A refusal as S3 words it: an HTTP status, a code and a message. Carries no stack trace: refusing is ordinary work. */
final class S3Error extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String text;

    S3Error(int status, String code, String text) {
        super(code + ": " + text);
        this.status = status;
        this.code = code;
        this.text = text;
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

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }

    static S3Error noSuchKey() {
        return new S3Error(404, "NoSuchKey", "The specified key does not exist.");
    }

    static S3Error noSuchBucket() {
        return new S3Error(404, "NoSuchBucket", "The specified bucket does not exist");
    }

    static S3Error noSuchUpload() {
        return new S3Error(
                404,
                "NoSuchUpload",
                "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or"
                        + " completed.");
    }

    static S3Error preconditionFailed() {
        return new S3Error(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
    }

    static S3Error invalidRequest(String text) {
        return new S3Error(400, "InvalidRequest", text);
    }

    static S3Error invalidArgument(String text) {
        return new S3Error(400, "InvalidArgument", text);
    }

    static S3Error malformedXml() {
        return new S3Error(
                400,
                "MalformedXML",
                "The XML you provided was not well-formed or did not validate against our published schema");
    }

    static S3Error notImplemented(String what) {
        return new S3Error(501, "NotImplemented", "This endpoint does not implement " + what + ".");
    }

    static S3Error badDigest(String what) {
        return new S3Error(400, "BadDigest", "The " + what + " you specified did not match the calculated checksum.");
    }

    static S3Error accessDenied(String text) {
        return new S3Error(403, "AccessDenied", text);
    }

    /** A number in a query or header. */
    static long number(@Nullable String text, long otherwise, String name) throws S3Error {
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw invalidArgument(name + " must be a number.");
        }
    }
}
