package io.waybill.aws.cloudwatch;

import io.waybill.aws.AwsAccess;
import io.waybill.aws.AwsOptions;
import io.waybill.store.Metrics;
import io.waybill.store.RunFigures;
import io.waybill.store.RunFigures.OfMove;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.StoreProvider.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/**
 * Sends PutMetricData in the query protocol, signed by the SDK. What was not taken is sent again with the next figures; when a
 * request was taken and its answer got lost, that counts it twice.
 */
final class CloudWatch implements Metrics {
    /** With three values each; the service takes a thousand values, and a request stays small so. */
    private static final int MOVES_AT_ONCE = 50;

    private static final int LONGEST_ANSWER = 16 << 10;
    private static final Duration CONNECTING = Duration.ofSeconds(3);
    private static final Duration ANSWERING = Duration.ofSeconds(5);
    private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z0-9.]{1,80})</Code>");

    private final String namespace;
    private final String region;
    private final URI address;
    private final AwsCredentialsProvider credentials;
    private final SdkHttpClient client;
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final Map<String, OfMove> sent = new HashMap<>();

    private CloudWatch(
            String namespace, String region, URI address, AwsCredentialsProvider credentials, RunFigures before) {
        this.namespace = namespace;
        this.region = region;
        this.address = address;
        this.credentials = credentials;
        this.client = Apache5HttpClient.builder()
                .maxConnections(1)
                .connectionTimeout(CONNECTING)
                .socketTimeout(ANSWERING)
                .connectionMaxIdleTime(Duration.ofSeconds(5))
                .expectContinueEnabled(false)
                .build();
        before.moves().forEach(move -> sent.put(move.name(), move));
    }

    static CloudWatch open(Settings settings, RunFigures before) throws StoreException {
        AwsOptions options = AwsOptions.of(settings);
        String endpoint = settings.find("endpoint");
        String found = AwsAccess.region(options, settings);
        if (found == null && endpoint == null) {
            throw new StoreException(Kind.INVALID, "no region is known; give \"region\" in the plan or set AWS_REGION");
        }
        String region = found == null ? "us-east-1" : found;
        if (!region.matches("[A-Za-z0-9-]{1,64}")) {
            throw new StoreException(Kind.INVALID, "\"" + region + "\" is no region");
        }
        URI address = URI.create(
                endpoint != null
                        ? endpoint
                        : "https://monitoring." + region + "."
                                + PartitionMetadata.of(Region.of(region)).dnsSuffix());
        return new CloudWatch(
                settings.option("namespace"), region, address, AwsAccess.credentials(options, settings), before);
    }

    @Override
    public void publish(RunFigures now) throws StoreException {
        for (int i = 0; i < now.moves().size(); i += MOVES_AT_ONCE) {
            List<OfMove> some = now.moves().subList(i, Math.min(now.moves().size(), i + MOVES_AT_ONCE));
            send(Datum.request(namespace, Datum.since(sent, now, some)));
            some.forEach(move -> sent.put(move.name(), move));
        }
    }

    private void send(String body) throws StoreException {
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(address)
                .putHeader("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
                .putHeader("Content-Length", String.valueOf(body.length()))
                .build();
        ContentStreamProvider content = ContentStreamProvider.fromUtf8String(body);
        try {
            SignedRequest signed = signer.sign(sign -> sign.identity(credentials.resolveCredentials())
                    .request(request)
                    .payload(content)
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "monitoring")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, region));
            HttpExecuteResponse answer = client.prepareRequest(HttpExecuteRequest.builder()
                            .request(signed.request())
                            .contentStreamProvider(signed.payload().orElse(content))
                            .build())
                    .call();
            String text = text(answer);
            if (!answer.httpResponse().isSuccessful()) {
                throw refused(answer.httpResponse().statusCode(), text);
            }
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw new StoreException(Kind.UNAVAILABLE, "CloudWatch at " + address.getHost() + " does not answer", e);
        } catch (SdkException e) {
            throw new StoreException(Kind.DENIED, "there are no keys to sign with", e);
        }
    }

    private StoreException refused(int status, String text) {
        Matcher code = CODE.matcher(text);
        return new StoreException(
                Kind.DENIED,
                "CloudWatch at " + address.getHost() + " answers " + status + (code.find() ? " " + code.group(1) : ""));
    }

    /** All of a short answer, so that the connection can be used again. */
    private static String text(HttpExecuteResponse answer) throws IOException {
        if (answer.responseBody().isEmpty()) {
            return "";
        }
        try (InputStream in = answer.responseBody().get()) {
            return new String(in.readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
