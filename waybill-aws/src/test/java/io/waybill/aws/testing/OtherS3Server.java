package io.waybill.aws.testing;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The service that {@code WAYBILL_TEST_S3} names by its address, with the keys of {@code AWS_ACCESS_KEY_ID} and
 * {@code AWS_SECRET_ACCESS_KEY} and the bucket of {@code WAYBILL_TEST_S3_BUCKET}, in which every test has a folder of its
 * own. What tests leave there is theirs who run them.
 */
public final class OtherS3Server implements S3Server {
    private final URI endpoint;

    private OtherS3Server(URI endpoint) {
        this.endpoint = endpoint;
    }

    /** The server, or null if the environment names none. */
    public static @Nullable OtherS3Server find() {
        String endpoint = System.getenv("WAYBILL_TEST_S3");
        return endpoint == null || endpoint.isBlank() ? null : new OtherS3Server(URI.create(endpoint));
    }

    @Override
    public URI uri() {
        return endpoint;
    }

    @Override
    public String accessKeyId() {
        return environment("AWS_ACCESS_KEY_ID");
    }

    @Override
    public String secretAccessKey() {
        return environment("AWS_SECRET_ACCESS_KEY");
    }

    @Override
    public String newBucket() {
        return environment("WAYBILL_TEST_S3_BUCKET");
    }

    @Override
    public Map<String, String> newPlace() {
        Map<String, String> options = new HashMap<>(S3Server.super.newPlace());
        options.put("root", "waybill-test-" + UUID.randomUUID() + "/");
        return options;
    }

    private static String environment(String name) {
        return Objects.requireNonNull(System.getenv(name), name + " is not set");
    }

    @Override
    public void close() {}
}
