package io.waybill.aws.testing;

import io.waybill.s3endpoint.EndpointOptions;
import io.waybill.s3endpoint.S3Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Our own endpoint in this JVM, for what no other server does on command. Never evidence that we speak S3 rightly. */
public final class EndpointServer implements S3Server {
    private static final int BUCKETS = 400;

    private final S3Endpoint endpoint;
    private final List<String> unused = new ArrayList<>();

    private EndpointServer(S3Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Starts one that keeps objects in the heap and checks signatures. */
    public static EndpointServer start() {
        return start(EndpointOptions.memory());
    }

    /** Starts one as the options say, with buckets and keys of its own. */
    public static EndpointServer start(EndpointOptions options) {
        EndpointOptions with = options.credentials("endpoint-key", "endpoint-secret");
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= BUCKETS; i++) {
            names.add("bucket-" + i);
            with = with.bucket("bucket-" + i);
        }
        try {
            EndpointServer server = new EndpointServer(S3Endpoint.start(with));
            server.unused.addAll(names);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one that tests of this JVM share. */
    public static EndpointServer shared() {
        return Shared.SERVER;
    }

    /** The endpoint, with its faults and its log of requests. */
    public S3Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public URI uri() {
        return endpoint.uri();
    }

    @Override
    public String accessKeyId() {
        return "endpoint-key";
    }

    @Override
    public String secretAccessKey() {
        return "endpoint-secret";
    }

    @Override
    public synchronized String newBucket() {
        return unused.remove(0);
    }

    @Override
    public void close() {
        if (this != Shared.SERVER) {
            endpoint.close();
        }
    }

    private static final class Shared {
        private static final EndpointServer SERVER = start();
    }
}
