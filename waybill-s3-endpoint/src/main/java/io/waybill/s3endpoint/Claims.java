package io.waybill.s3endpoint;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about its body, to be held against what arrives.
 *
 * @param md5 of Content-MD5, or null
 * @param payload SHA-256 of x-amz-content-sha256, or null if that is none
 * @param algorithm of the checksum, or null
 * @param value of the checksum, or null if there is none or it comes behind the body
 * @param verify whether to compare
 */
record Claims(
        byte @Nullable [] md5,
        byte @Nullable [] payload,
        @Nullable Algorithm algorithm,
        byte @Nullable [] value,
        boolean verify) {

    static Claims of(RequestHead head, boolean verify) throws S3Error {
        Algorithm algorithm = null;
        byte[] value = null;
        for (int i = 0; i < head.count(); i++) {
            if (head.begins(i, "x-amz-checksum-")) {
                Algorithm named = Algorithm.ofHeader(head.name(i));
                if (named != null) {
                    if (algorithm != null) {
                        throw S3Error.invalidRequest(
                                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
                    }
                    algorithm = named;
                    value = Checksum.parse(named, head.value(i));
                }
            }
        }
        String trailer = head.header("x-amz-trailer");
        if (trailer != null && algorithm == null) {
            algorithm = Algorithm.ofHeader(trailer.trim());
            if (algorithm == null) {
                throw S3Error.invalidRequest("The value specified in the x-amz-trailer header is not supported");
            }
        }
        String announced = head.header("x-amz-sdk-checksum-algorithm");
        if (announced != null && algorithm == null) {
            throw S3Error.invalidRequest(
                    "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or"
                            + " x-amz-trailer headers were found.");
        }
        return new Claims(md5(head), payload(head), algorithm, value, verify);
    }

    /** Without a checksum, for a request whose checksum headers speak of something else than its body. */
    static Claims ofBodyOnly(RequestHead head, boolean verify) throws S3Error {
        return new Claims(md5(head), payload(head), null, null, verify);
    }

    private static byte @Nullable [] md5(RequestHead head) throws S3Error {
        String text = head.header("content-md5");
        if (text == null) {
            return null;
        }
        try {
            byte[] md5 = Base64.getDecoder().decode(text);
            if (md5.length == 16) {
                return md5;
            }
        } catch (IllegalArgumentException e) {
            throw new S3Error(400, "InvalidDigest", "The Content-MD5 you specified was invalid.");
        }
        throw new S3Error(400, "InvalidDigest", "The Content-MD5 you specified was invalid.");
    }

    private static byte @Nullable [] payload(RequestHead head) throws S3Error {
        String text = head.header("x-amz-content-sha256");
        if (text == null || text.equals("UNSIGNED-PAYLOAD") || text.startsWith("STREAMING-")) {
            return null;
        }
        try {
            byte[] sha256 = HexFormat.of().parseHex(text.toLowerCase(Locale.ROOT));
            if (sha256.length == 32) {
                return sha256;
            }
        } catch (IllegalArgumentException e) {
            throw invalidPayload();
        }
        throw invalidPayload();
    }

    private static S3Error invalidPayload() {
        return S3Error.invalidArgument(
                "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER,"
                        + " STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.");
    }

    /** The hashes that comparing takes. */
    Hashes hashes(boolean etag, @Nullable Algorithm besides) {
        Algorithm needed = algorithm == null ? besides : verify ? algorithm : null;
        return new Hashes(etag || (verify && md5 != null), verify && payload != null, needed);
    }

    /** Holds hashes against the claims; answers the checksum to keep. */
    @Nullable
    Checksum check(Hashes hashes, byte @Nullable [] actualMd5, Body body, @Nullable Algorithm besides) throws S3Error {
        byte[] actualPayload = hashes.payload();
        byte[] claimed = value;
        if (algorithm != null && claimed == null) {
            String trailer = body.trailer(algorithm.header);
            if (trailer == null) {
                throw new S3Error(
                        400, "MalformedTrailerError", "The request lacks the trailer that x-amz-trailer names.");
            }
            claimed = Checksum.parse(algorithm, trailer);
        }
        if (!verify) {
            return algorithm == null || claimed == null ? null : new Checksum(algorithm, claimed, 0);
        }
        if (md5 != null && !Arrays.equals(md5, actualMd5)) {
            throw S3Error.badDigest("Content-MD5");
        }
        if (payload != null && !Arrays.equals(payload, actualPayload)) {
            throw new S3Error(
                    400,
                    "XAmzContentSHA256Mismatch",
                    "The provided 'x-amz-content-sha256' header does not match what was computed.");
        }
        if (algorithm == null) {
            return besides == null ? null : hashes.checksum(besides, actualPayload);
        }
        Checksum actual = hashes.checksum(algorithm, actualPayload);
        if (!Arrays.equals(actual.value(), claimed)) {
            throw S3Error.badDigest(algorithm.name());
        }
        return actual;
    }
}
