package io.waybill.s3endpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;

/**
 * A running S3 endpoint on the loopback address.
 *
 * <pre>{@code
 * try (S3Endpoint endpoint = S3Endpoint.start(EndpointOptions.memory().bucket("demo"))) {
 *     endpoint.faults().on(Operation.PUT_OBJECT).nth(2).then(Fault.loseAnswer());
 *     ... // a client of endpoint.uri()
 *     assertThat(endpoint.requests().count(Operation.PUT_OBJECT)).isEqualTo(3);
 * }
 * }</pre>
 *
 * <p>What it shows about a client is never evidence that the client speaks S3 rightly: see the package's description. Safe for
 * use by several threads; its own are daemons.
 */
public final class S3Endpoint implements AutoCloseable {
    private final EndpointOptions options;
    private final ObjectStore store;
    private final Faults faults;
    private final RequestLog requests;
    private final HttpServer server;
    private boolean closed;

    private S3Endpoint(
            EndpointOptions options, ObjectStore store, Faults faults, RequestLog requests, HttpServer server) {
        this.options = options;
        this.store = store;
        this.faults = faults;
        this.requests = requests;
        this.server = server;
    }

    /**
     * Starts an endpoint; when this returns, it listens and its buckets are there. A folder is as it was left by endpoints
     * before, and others may have it open now, in this process or another: conditional writes hold across all of them.
     *
     * @throws IOException if the port is taken, or the folder holds something else or cannot be written
     */
    public static S3Endpoint start(EndpointOptions options) throws IOException {
        long millis = options.clock().millis();
        ObjectStore store = open(options, millis);
        try {
            for (String bucket : options.buckets()) {
                BucketCalls.checkName(bucket);
                store.makeBucket(bucket, millis);
            }
            Faults faults = new Faults();
            RequestLog requests = new RequestLog(options.logged());
            HttpServer server = new HttpServer(options.port(), new Service(options, store, faults, requests));
            server.start();
            return new S3Endpoint(options, store, faults, requests, server);
        } catch (IOException | RuntimeException e) {
            release(options, store);
            throw e;
        }
    }

    private static ObjectStore open(EndpointOptions options, long millis) throws IOException {
        if (options.folder() != null) {
            return Folders.open(options.folder(), options.sync(), millis);
        }
        Contents contents =
                options.mode() == EndpointOptions.Mode.DISCARD ? new DiscardContents() : new MemoryContents();
        return ObjectStore.inHeap(contents, millis);
    }

    private static void release(EndpointOptions options, ObjectStore store) throws IOException {
        if (options.folder() != null) {
            Folders.release(store);
        } else {
            store.close();
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    /** Its address, {@code http://127.0.0.1:PORT}, to be used with path style. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    /** The rules by which it misbehaves; none at the start. */
    public Faults faults() {
        return faults;
    }

    /** What was asked of it. */
    public RequestLog requests() {
        return requests;
    }

    /** Cuts every connection and gives everything back; a folder keeps what was answered. Closing again does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        faults.close();
        try {
            server.close();
            release(options, store);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
