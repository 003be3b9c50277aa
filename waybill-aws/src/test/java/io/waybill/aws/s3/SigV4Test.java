package io.waybill.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The examples of AWS's documentation of signature version 4 for S3. */
class SigV4Test {
    private static final SigV4.Keys KEYS =
            new SigV4.Keys("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null);
    private static final Instant TIME = Instant.parse("2013-05-24T00:00:00Z");
    private static final Map<String, List<String>> HOST = Map.of("Host", List.of("examplebucket.s3.amazonaws.com"));

    private final SigV4 signature = new SigV4("us-east-1", "s3");

    private String authorization(String method, String path, Map<String, List<String>> query, String payload) {
        return String.valueOf(
                signature.sign(KEYS, TIME, method, path, query, HOST, payload).get("Authorization"));
    }

    @Test
    void signsAsTheExampleOfGetBucketLifecycle() {
        assertThat(authorization("GET", "/", Map.of("lifecycle", List.of("")), SigV4.EMPTY))
                .isEqualTo("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                        + "SignedHeaders=host;x-amz-content-sha256;x-amz-date, "
                        + "Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    }

    @Test
    void signsAsTheExampleOfListObjects() {
        assertThat(authorization("GET", "/", Map.of("prefix", List.of("J"), "max-keys", List.of("2")), SigV4.EMPTY))
                .endsWith("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
    }

    @Test
    void keepsTheKeyOfTheDayAndNotThatOfAnotherSecretOrDay() {
        String first = authorization("GET", "/", Map.of(), SigV4.EMPTY);
        assertThat(authorization("GET", "/", Map.of(), SigV4.EMPTY)).isEqualTo(first);
        SigV4.Keys other = new SigV4.Keys(KEYS.id(), "other", null);
        String second = String.valueOf(signature
                .sign(other, TIME, "GET", "/", Map.of(), HOST, SigV4.EMPTY)
                .get("Authorization"));
        assertThat(second).isNotEqualTo(first);
        String nextDay = String.valueOf(signature
                .sign(KEYS, TIME.plusSeconds(86_400), "GET", "/", Map.of(), HOST, SigV4.EMPTY)
                .get("Authorization"));
        assertThat(nextDay).contains("/20130525/").isNotEqualTo(first);
        assertThat(authorization("GET", "/", Map.of(), SigV4.EMPTY)).isEqualTo(first);
    }

    @Test
    void signsTheTokenOfTemporaryKeys() {
        SigV4.Keys temporary = new SigV4.Keys(KEYS.id(), KEYS.secret(), "token");
        Map<String, String> headers = signature.sign(temporary, TIME, "GET", "/", Map.of(), HOST, SigV4.EMPTY);
        assertThat(headers).containsEntry("x-amz-security-token", "token");
        assertThat(headers.get("Authorization")).contains("x-amz-security-token");
        assertThat(temporary.toString()).doesNotContain("wJalr").doesNotContain("token");
    }

    @Test
    void encodesEverythingButWhatIsUnreserved() {
        assertThat(SigV4.encode("aZ09-_.~ /+%\u00e9")).isEqualTo("aZ09-_.~%20%2F%2B%25%C3%A9");
    }
}
