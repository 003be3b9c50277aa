package io.waybill.s3endpoint;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Checks the signature, version 4, in the header of a request. Safe for use by several threads. */
final class Signature {
    private static final String PREFIX = "AWS4-HMAC-SHA256 ";
    private static final Duration SKEW = Duration.ofMinutes(15);
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);

    private final Credentials credentials;
    private volatile Cached cached = new Cached("", new byte[0]);

    private record Cached(String scope, byte[] key) {}

    Signature(Credentials credentials) {
        this.credentials = credentials;
    }

    /** Checks a request, up to its body; answers what checks the chunks of a signed body. */
    ChunkSigner check(RequestHead head, String path, Query query, Instant now) throws S3Error {
        String authorization = head.header("authorization");
        if (authorization == null) {
            if (query.has("X-Amz-Signature")) {
                throw S3Error.notImplemented("presigned requests");
            }
            throw S3Error.accessDenied("Access Denied");
        }
        if (!authorization.startsWith(PREFIX)) {
            throw S3Error.invalidRequest("The authorization mechanism you have provided is not supported."
                    + " Please use AWS4-HMAC-SHA256.");
        }
        String[] scope = field(authorization, "Credential=").split("/", -1);
        if (scope.length != 5 || !scope[3].equals("s3") || !scope[4].equals("aws4_request")) {
            throw malformed("the Credential is mal-formed");
        }
        if (!scope[0].equals(credentials.accessKey())) {
            throw new S3Error(
                    403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.");
        }
        String stamp = head.header("x-amz-date");
        if (stamp == null) {
            throw S3Error.accessDenied("AWS authentication requires a valid Date or x-amz-date header");
        }
        checkTime(stamp, now);
        String scopeText = scope[1] + "/" + scope[2] + "/s3/aws4_request";
        byte[] key = key(scope[1], scope[2], scopeText);
        String canonical = canonical(head, path, query, field(authorization, "SignedHeaders="));
        String wanted = sign(key, "AWS4-HMAC-SHA256\n" + stamp + "\n" + scopeText + "\n" + sha256(canonical));
        String given = field(authorization, "Signature=");
        if (!MessageDigest.isEqual(bytes(wanted), bytes(given))) {
            throw mismatch();
        }
        return new ChunkSigner(key, stamp, scopeText, given);
    }

    static S3Error mismatch() {
        return new S3Error(
                403,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your key and signing"
                        + " method.");
    }

    private static S3Error malformed(String why) {
        return new S3Error(400, "AuthorizationHeaderMalformed", "The authorization header is malformed; " + why + ".");
    }

    private static String field(String authorization, String name) throws S3Error {
        int at = authorization.indexOf(name);
        if (at < 0) {
            throw malformed("it has no " + name.substring(0, name.length() - 1));
        }
        int end = authorization.indexOf(',', at);
        return authorization
                .substring(at + name.length(), end < 0 ? authorization.length() : end)
                .trim();
    }

    private static void checkTime(String stamp, Instant now) throws S3Error {
        try {
            Instant signed = LocalDateTime.parse(stamp, STAMP).toInstant(ZoneOffset.UTC);
            if (Duration.between(signed, now).abs().compareTo(SKEW) > 0) {
                throw new S3Error(
                        403,
                        "RequestTimeTooSkewed",
                        "The difference between the request time and the current time is too large.");
            }
        } catch (DateTimeParseException e) {
            throw S3Error.accessDenied("AWS authentication requires a valid Date or x-amz-date header");
        }
    }

    private String canonical(RequestHead head, String path, Query query, String signedHeaders) throws S3Error {
        StringBuilder text = new StringBuilder(1024);
        text.append(head.method())
                .append('\n')
                .append(Percent.forSigning(path, false))
                .append('\n');
        List<String> parameters = new ArrayList<>();
        for (Header parameter : query.parameters()) {
            parameters.add(
                    Percent.forSigning(parameter.name(), true) + "=" + Percent.forSigning(parameter.value(), true));
        }
        parameters.sort(null);
        text.append(String.join("&", parameters)).append('\n');
        boolean host = false;
        for (String name : signedHeaders.split(";", -1)) {
            host |= name.equals("host");
            String value = head.joined(name);
            if (value == null) {
                throw mismatch();
            }
            text.append(name).append(':').append(singleSpaces(value)).append('\n');
        }
        if (!host) {
            throw malformed("the host header must be signed");
        }
        String payload = head.header("x-amz-content-sha256");
        if (payload == null) {
            throw S3Error.invalidRequest("Missing required header for this request: x-amz-content-sha256");
        }
        return text.append('\n')
                .append(signedHeaders)
                .append('\n')
                .append(payload)
                .toString();
    }

    private static String singleSpaces(String value) {
        if (!value.contains("  ")) {
            return value.trim();
        }
        StringBuilder single = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) != ' ' || i == 0 || value.charAt(i - 1) != ' ') {
                single.append(value.charAt(i));
            }
        }
        return single.toString().trim();
    }

    private byte[] key(String date, String region, String scope) {
        Cached now = cached;
        if (now.scope().equals(scope)) {
            return now.key();
        }
        byte[] key = hmac(bytes("AWS4" + credentials.secretKey()), date);
        key = hmac(key, region);
        key = hmac(key, "s3");
        key = hmac(key, "aws4_request");
        cached = new Cached(scope, key);
        return key;
    }

    static String sign(byte[] key, String text) {
        return HexFormat.of().formatHex(hmac(key, text));
    }

    static String sha256(String text) {
        MessageDigest digest = Hashes.digest("SHA-256");
        return HexFormat.of().formatHex(digest.digest(bytes(text)));
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(bytes(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
