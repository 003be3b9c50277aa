package io.waybill.aws.testing;

import io.waybill.testing.ServerJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Adobe S3Mock: stores, answers and checks SHA-256 checksums, composite ones too, has tags and versions, takes odd keys. It
 * checks no signature and no payload hash, so it proves nothing about signing.
 */
public final class S3MockServer implements S3Server {
    private static final AtomicInteger BUCKETS = new AtomicInteger();

    private final ServerJvm jvm;
    private final boolean shared;

    private S3MockServer(ServerJvm jvm, boolean shared) {
        this.jvm = jvm;
        this.shared = shared;
    }

    /** Starts one whose data, log and settings are in {@code folder}. */
    public static S3MockServer start(Path folder) {
        return start(folder, false);
    }

    private static S3MockServer start(Path folder, boolean shared) {
        ServerJvm jvm = ServerJvm.start(
                "s3mock",
                "com.adobe.testing.s3mock.S3MockApplication",
                folder,
                List.of("-Xmx512m", "-XX:+UseSerialGC"),
                port -> List.of(
                        "--http.port=" + port,
                        "--server.port=0",
                        "--server.address=127.0.0.1",
                        "--spring.main.banner-mode=off",
                        "--logging.level.root=WARN",
                        "--com.adobe.testing.s3mock.max-payload-size=64MB",
                        "--com.adobe.testing.s3mock.store.root=" + folder.resolve("data")));
        return new S3MockServer(jvm, shared);
    }

    /** The one that tests of this JVM share; started on first use, its data goes with the build folder. */
    public static S3MockServer shared() {
        return Shared.SERVER;
    }

    @Override
    public URI uri() {
        return URI.create("http://127.0.0.1:" + jvm.port());
    }

    @Override
    public String accessKeyId() {
        return "any";
    }

    @Override
    public String secretAccessKey() {
        return "any-secret";
    }

    @Override
    public String newBucket() {
        String name = "bucket-" + BUCKETS.incrementAndGet();
        put("/" + name, "");
        return name;
    }

    /** Makes a bucket that keeps versions. */
    public String newVersionedBucket() {
        String name = newBucket();
        put("/" + name + "?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
        return name;
    }

    private void put(String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri() + path))
                .timeout(Duration.ofMinutes(1))
                .header("content-type", "application/xml")
                .PUT(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> answer = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException("PUT " + path + ": HTTP " + answer.statusCode() + " " + answer.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The last that it printed. */
    public String logTail() throws IOException {
        return jvm.logTail();
    }

    @Override
    public void close() {
        if (!shared) {
            jvm.close();
        }
    }

    private static final class Shared {
        private static final S3MockServer SERVER = start(TestFolders.fresh("s3mock"), true);
    }
}
