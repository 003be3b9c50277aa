package io.waybill.s3endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** SDK clients for tests: no retries, so that every attempt is seen. */
final class Clients {
    static final String ACCESS = "access";
    static final String SECRET = "secret-of-tests";

    private Clients() {}

    static S3ClientBuilder builder(URI uri) {
        return S3Client.builder()
                .endpointOverride(uri)
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS, SECRET)))
                .overrideConfiguration(c -> c.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(20)));
    }

    static S3Client of(S3Endpoint endpoint) {
        return builder(endpoint.uri()).build();
    }

    static RequestBody text(String text) {
        return RequestBody.fromString(text, StandardCharsets.UTF_8);
    }

    /** What the call is refused with. */
    static S3Exception refusal(ThrowingCallable call) {
        S3Exception refusal = catchThrowableOfType(S3Exception.class, call);
        assertThat(refusal).as("the call is refused").isNotNull();
        return refusal;
    }

    /** The code of the refusal. */
    static String code(ThrowingCallable call) {
        return refusal(call).awsErrorDetails().errorCode();
    }

    static byte[] bytes(int size, int seed) {
        byte[] bytes = new byte[size];
        int state = seed * 2 + 1;
        for (int i = 0; i < size; i++) {
            state = state * 1664525 + 1013904223;
            bytes[i] = (byte) (state >>> 24);
        }
        return bytes;
    }
}
