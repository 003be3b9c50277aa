package io.waybill.s3endpoint;

import static io.waybill.s3endpoint.Clients.code;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.EncodingType;

class SignatureTest {
    private S3Endpoint endpoint;

    @BeforeEach
    void start() throws IOException {
        endpoint = S3Endpoint.start(EndpointOptions.memory().bucket("box").credentials(Clients.ACCESS, Clients.SECRET));
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    @ParameterizedTest
    @EnumSource(RequestChecksumCalculation.class)
    void letsInWhatIsSignedRightlyBodyAndTrailersIncluded(RequestChecksumCalculation checksums) {
        byte[] bytes = Clients.bytes(400_000, 1);
        try (S3Client s3 = Clients.builder(endpoint.uri())
                .requestChecksumCalculation(checksums)
                .build()) {
            s3.putObject(b -> b.bucket("box").key("bytes"), RequestBody.fromBytes(bytes));
            s3.putObject(
                    b -> b.bucket("box").key("stream"),
                    RequestBody.fromInputStream(new ByteArrayInputStream(bytes), bytes.length));
            for (String key : new String[] {"bytes", "stream"}) {
                assertThat(s3.getObjectAsBytes(b -> b.bucket("box").key(key)).asByteArrayUnsafe())
                        .isEqualTo(bytes);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void letsInStreamsWithAndWithoutChunks(boolean chunked) {
        byte[] bytes = Clients.bytes(400_000, 1);
        try (S3Client s3 = Clients.builder(endpoint.uri())
                .serviceConfiguration(c -> c.chunkedEncodingEnabled(chunked))
                .build()) {
            s3.putObject(b -> b.bucket("box").key("a"), RequestBody.fromBytes(bytes));
            assertThat(s3.getObjectAsBytes(b -> b.bucket("box").key("a")).asByteArrayUnsafe())
                    .isEqualTo(bytes);
        }
    }

    @Test
    void canonicalizesOddKeysAndQueriesAsOthersDo() {
        try (S3Client s3 = Clients.of(endpoint)) {
            for (String key : new String[] {"a b+c%&=?#/../x//", "\u0001é\uD83D\uDE00~*'()!$@,;:"}) {
                s3.putObject(b -> b.bucket("box").key(key), Clients.text("x"));
                assertThat(s3.listObjectsV2(b -> b.bucket("box").prefix(key).encodingType(EncodingType.URL))
                                .contents())
                        .hasSize(1);
            }
        }
    }

    private static S3Client client(URI uri, String access, String secret) {
        return Clients.builder(uri)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(access, secret)))
                .build();
    }

    @Test
    void refusesForeignKeysAndWrongSecrets() {
        try (S3Client foreign = client(endpoint.uri(), "foreign", Clients.SECRET);
                S3Client wrong = client(endpoint.uri(), Clients.ACCESS, "wrong")) {
            assertThat(code(() -> foreign.listBuckets())).isEqualTo("InvalidAccessKeyId");
            assertThat(code(() -> wrong.listBuckets())).isEqualTo("SignatureDoesNotMatch");
            assertThat(code(() -> wrong.putObject(b -> b.bucket("box").key("a"), Clients.text("x"))))
                    .isEqualTo("SignatureDoesNotMatch");
        }
        assertThat(RawHttp.get(endpoint, "/").text()).contains("AccessDenied");
        assertThat(endpoint.requests().appliedMutations()).isZero();
    }

    @Test
    void refusesAClockThatIsFarOff() {
        endpoint.faults().on().nth(1).then(new Fault.ClockSkew(Duration.ofHours(1)));
        try (S3Client s3 = Clients.of(endpoint)) {
            assertThat(code(() -> s3.listBuckets())).isEqualTo("RequestTimeTooSkewed");
            // The SDK has taken over the clock of the answer, for the whole process, and needs another to take it back.
            assertThat(code(() -> s3.listBuckets())).isEqualTo("RequestTimeTooSkewed");
            assertThat(s3.listBuckets().buckets()).hasSize(1);
        }
    }

    @Test
    void neverShowsTheSecret() {
        EndpointOptions options = EndpointOptions.memory().credentials(Clients.ACCESS, Clients.SECRET);
        assertThat(options.toString()).contains(Clients.ACCESS).doesNotContain(Clients.SECRET);
    }
}
