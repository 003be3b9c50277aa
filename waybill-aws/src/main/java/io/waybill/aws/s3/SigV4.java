package io.waybill.aws.s3;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signature version 4 as S3 wants it: the path encoded once and left as it is, the payload by a hash that is already known
 * or not signed at all. Signs {@code host}, {@code content-type}, {@code content-md5} and all {@code x-amz-} headers, which
 * proxies leave alone. Safe for use by many threads.
 */
final class SigV4 {
    /** In place of the payload's hash, where the connection protects it. */
    static final String UNSIGNED = "UNSIGNED-PAYLOAD";

    /** The hash of no bytes. */
    static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final HexFormat HEX = HexFormat.of();

    private final String region;
    private final String service;
    private volatile @Nullable DayKey dayKey;

    SigV4(String region, String service) {
        this.region = region;
        this.service = service;
    }

    /** A key pair, with the token of temporary ones. */
    record Keys(String id, String secret, @Nullable String token) {
        @Override
        public String toString() {
            return "Keys[" + id + "]";
        }
    }

    /** The derived key of one day, kept because deriving it costs four hashes a request. */
    private record DayKey(String day, String secret, byte[] key) {}

    /**
     * The headers to add: {@code x-amz-date}, {@code x-amz-content-sha256}, {@code x-amz-security-token} and
     * {@code Authorization}.
     *
     * @param path percent-encoded, as it is sent
     * @param query names and values, not encoded; a value may be null
     * @param headers as they are sent, {@code Host} among them
     * @param payload the hash of the body in hexadecimal, or {@link #UNSIGNED}
     */
    Map<String, String> sign(
            Keys keys,
            Instant now,
            String method,
            String path,
            Map<String, List<String>> query,
            Map<String, List<String>> headers,
            String payload) {
        String stamp = STAMP.format(now);
        String day = stamp.substring(0, 8);
        Map<String, String> added = new TreeMap<>();
        added.put("x-amz-date", stamp);
        added.put("x-amz-content-sha256", payload);
        if (keys.token() != null) {
            added.put("x-amz-security-token", keys.token());
        }
        SortedMap<String, String> signed = new TreeMap<>(added);
        headers.forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (isSigned(lower)) {
                signed.putIfAbsent(lower, canonical(values));
            }
        });
        StringBuilder request = new StringBuilder(512)
                .append(method)
                .append('\n')
                .append(path.isEmpty() ? "/" : path)
                .append('\n')
                .append(query(query))
                .append('\n');
        signed.forEach(
                (name, value) -> request.append(name).append(':').append(value).append('\n'));
        String names = String.join(";", signed.keySet());
        request.append('\n').append(names).append('\n').append(payload);
        String scope = day + '/' + region + '/' + service + "/aws4_request";
        String text = ALGORITHM + '\n' + stamp + '\n' + scope + '\n' + sha256(request.toString());
        String signature = HEX.formatHex(hmac(dayKey(keys.secret(), day), text));
        added.put(
                "Authorization",
                ALGORITHM + " Credential=" + keys.id() + '/' + scope + ", SignedHeaders=" + names + ", Signature="
                        + signature);
        return added;
    }

    private static boolean isSigned(String header) {
        return header.startsWith("x-amz-")
                || header.equals("host")
                || header.equals("content-type")
                || header.equals("content-md5");
    }

    private static String canonical(List<String> values) {
        StringBuilder text = new StringBuilder();
        for (String value : values) {
            if (text.length() > 0) {
                text.append(',');
            }
            boolean space = false;
            String stripped = value.strip();
            for (int i = 0; i < stripped.length(); i++) {
                char c = stripped.charAt(i);
                if (c != ' ' || !space) {
                    text.append(c);
                }
                space = c == ' ';
            }
        }
        return text.toString();
    }

    private static String query(Map<String, List<String>> query) {
        if (query.isEmpty()) {
            return "";
        }
        SortedMap<String, String> pairs = new TreeMap<>();
        query.forEach((name, values) -> {
            List<String> sorted = values.isEmpty() ? List.of("") : values;
            for (String value : sorted) {
                pairs.put(encode(name) + '=' + encode(value == null ? "" : value), "");
            }
        });
        return String.join("&", pairs.keySet());
    }

    /** Percent-encodes everything but letters, digits and {@code - _ . ~}. */
    static String encode(String text) {
        StringBuilder encoded = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            int c = b & 0xff;
            if ((c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '_'
                    || c == '.'
                    || c == '~') {
                encoded.append((char) c);
            } else {
                encoded.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4, 16)));
                encoded.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return encoded.toString();
    }

    private byte[] dayKey(String secret, String day) {
        DayKey known = dayKey;
        if (known == null || !known.day().equals(day) || !known.secret().equals(secret)) {
            byte[] key = hmac(("AWS4" + secret).getBytes(StandardCharsets.UTF_8), day);
            known = new DayKey(day, secret, hmac(hmac(hmac(key, region), service), "aws4_request"));
            dayKey = known;
        }
        return known.key();
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    private static String sha256(String text) {
        try {
            return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
