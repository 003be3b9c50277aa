package io.waybill.aws.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.InstantSource;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.utils.AttributeMap;

/** Sets up the SDK so that it only does what it is told: no retries, no checksums of its own. */
final class SdkClient {
    private static final int CONNECTIONS = 1_000;

    /**
     * From this size on the store is asked before a body is sent. Many answer an error at once and close the connection, and
     * a client that is still sending then sees a broken connection in place of the error.
     */
    private static final long EXPECT_FROM = 2L << 20;

    private SdkClient() {}

    static S3Client open(S3Options options, String region, AwsCredentialsProvider credentials, InstantSource clock)
            throws IOException {
        S3ClientBuilder builder = S3Client.builder()
                .httpClient(http(options))
                .region(Region.of(region))
                .credentialsProvider(credentials)
                .putAuthScheme(new SdkSigning(region, clock))
                .forcePathStyle(options.pathStyle())
                .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false)
                        .expectContinueEnabled(true)
                        .expectContinueThresholdInBytes(EXPECT_FROM))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .disableS3ExpressSessionAuth(true)
                .crossRegionAccessEnabled(false)
                .overrideConfiguration(sdk -> sdk.retryStrategy(AwsRetryStrategy.doNotRetry()));
        if (options.endpoint() != null) {
            builder.endpointOverride(options.endpoint());
        }
        return builder.build();
    }

    private static SdkHttpClient http(S3Options options) throws IOException {
        Apache5HttpClient.Builder http = Apache5HttpClient.builder()
                .maxConnections(CONNECTIONS)
                .connectionAcquisitionTimeout(options.timeout())
                .connectionTimeout(min(options.timeout(), Duration.ofSeconds(10)))
                .socketTimeout(options.timeout())
                // A connection that the store may have closed meanwhile would leave a write's outcome unknown.
                .connectionMaxIdleTime(Duration.ofSeconds(5))
                .expectContinueEnabled(true)
                .tcpKeepAlive(true);
        AttributeMap.Builder service = AttributeMap.builder();
        if (options.insecure()) {
            service.put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true);
        } else if (options.caBundle() != null) {
            TrustManager[] trusted = trust(options.caBundle());
            http.tlsTrustManagersProvider(() -> trusted);
        }
        return http.buildWithDefaults(service.build());
    }

    private static TrustManager[] trust(Path bundle) throws IOException {
        try (InputStream in = Files.newInputStream(bundle)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + number++, each);
            }
            if (number == 0) {
                throw new IOException(bundle + " holds no certificate");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException e) {
            throw new IOException(bundle + " holds no readable certificates", e);
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
