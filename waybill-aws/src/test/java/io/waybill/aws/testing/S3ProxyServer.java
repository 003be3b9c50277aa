package io.waybill.aws.testing;

import io.waybill.testing.ServerJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * s3proxy over a folder: strict on signatures and on checksums that are sent, buckets are folders and objects are files.
 * It has no tags and no versions, answers no SHA-256, and rewrites keys that are not plain paths.
 */
public final class S3ProxyServer implements S3Server {
    private static final AtomicInteger BUCKETS = new AtomicInteger();

    private final ServerJvm jvm;
    private final Path data;
    private final boolean shared;

    private S3ProxyServer(ServerJvm jvm, Path data, boolean shared) {
        this.jvm = jvm;
        this.data = data;
        this.shared = shared;
    }

    /** Starts one over {@code folder/data}, with its log and settings in {@code folder}. */
    public static S3ProxyServer start(Path folder) {
        return start(folder, false);
    }

    private static S3ProxyServer start(Path folder, boolean shared) {
        try {
            Path data = Files.createDirectories(folder.resolve("data"));
            Path settings = folder.resolve("s3proxy.properties");
            Path logback = folder.resolve("logback.xml");
            Files.writeString(
                    logback,
                    "<configuration><appender name='out' class='ch.qos.logback.core.ConsoleAppender'><encoder>"
                            + "<pattern>%d %level %logger{0} %msg%n</pattern></encoder></appender>"
                            + "<root level='WARN'><appender-ref ref='out'/></root></configuration>");
            ServerJvm jvm = ServerJvm.start(
                    "s3proxy",
                    "org.gaul.s3proxy.Main",
                    folder,
                    List.of("-Xmx512m", "-XX:+UseSerialGC", "-Dlogback.configurationFile=" + logback),
                    port -> {
                        write(settings, data, port);
                        return List.of("--properties", settings.toString());
                    });
            return new S3ProxyServer(jvm, data, shared);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path settings, Path data, int port) {
        try {
            Files.write(
                    settings,
                    List.of(
                            "s3proxy.endpoint=http://127.0.0.1:" + port,
                            "s3proxy.authorization=aws-v2-or-v4",
                            "s3proxy.identity=local-identity",
                            "s3proxy.credential=local-credential",
                            "s3proxy.jetty.max-threads=64",
                            "jclouds.provider=filesystem",
                            "jclouds.identity=unused",
                            "jclouds.credential=unused",
                            "jclouds.filesystem.basedir=" + data));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one that tests of this JVM share; started on first use, its data goes with the build folder. */
    public static S3ProxyServer shared() {
        return Shared.SERVER;
    }

    @Override
    public URI uri() {
        return URI.create("http://127.0.0.1:" + jvm.port());
    }

    @Override
    public String accessKeyId() {
        return "local-identity";
    }

    @Override
    public String secretAccessKey() {
        return "local-credential";
    }

    @Override
    public String newBucket() {
        try {
            String name = "bucket-" + BUCKETS.incrementAndGet();
            // A folder that others may enter is a public bucket.
            Files.createDirectory(
                    data.resolve(name),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return name;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder that holds the buckets. */
    public Path data() {
        return data;
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
        private static final S3ProxyServer SERVER = start(TestFolders.fresh("s3proxy"), true);
    }
}
