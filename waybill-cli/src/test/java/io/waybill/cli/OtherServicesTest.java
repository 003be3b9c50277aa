package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.s3endpoint.EndpointOptions;
import io.waybill.s3endpoint.S3Endpoint;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Units with objects, between the service that the environment names and another, and within it. The other is our own endpoint
 * unless {@code WAYBILL_TEST_S3_OTHER} names it, with its bucket and keys after {@code _BUCKET}, {@code _ACCESS_KEY_ID} and
 * {@code _SECRET_ACCESS_KEY}.
 */
@EnabledIfEnvironmentVariable(
        named = "WAYBILL_TEST_S3",
        matches = ".+",
        disabledReason = "set WAYBILL_TEST_S3=http://host:port, WAYBILL_TEST_S3_BUCKET, AWS_ACCESS_KEY_ID and"
                + " AWS_SECRET_ACCESS_KEY to move units with objects between another service and our own")
class OtherServicesTest {
    private static final List<String> NAMES = List.of(
            "a[1].txt",
            "b{x,y}.txt",
            "c*.txt",
            "d?.txt",
            "e f+g%41&h=i;j:k@l,m'n\"o.txt",
            "Grüße 世界 🚚.txt",
            "cafe\u0301.txt",
            "deep/er/[x]/{y}/z.bin",
            "#hash~!$()^`|<>.txt");
    private static final int LARGE = 20 << 20;

    @TempDir
    Path folder;

    private final PostgresServer server = PostgresServer.shared();
    private final String source = server.newDatabase();
    private final String target = server.newDatabase();
    private final Map<String, byte[]> expected = new LinkedHashMap<>();
    private S3Endpoint own;
    private Service named;
    private Service other;

    private record Service(URI uri, String bucket, String key, String secret) {
        Bucket open() {
            return new Bucket(uri, bucket, key, secret);
        }
    }

    @BeforeEach
    void makePlace() throws Exception {
        String schema = """
                CREATE TABLE projects (id int PRIMARY KEY);
                CREATE TABLE files (object text PRIMARY KEY, project int NOT NULL REFERENCES projects, tag text, size bigint)""";
        server.execute(source, schema);
        server.execute(target, schema);
        server.execute(source, "INSERT INTO projects VALUES (1)");
        named = service("WAYBILL_TEST_S3", "AWS");
        own = S3Endpoint.start(EndpointOptions.memory().bucket("own-bucket").credentials("own", "own-secret"));
        other = System.getenv("WAYBILL_TEST_S3_OTHER") == null
                ? new Service(own.uri(), "own-bucket", "own", "own-secret")
                : service("WAYBILL_TEST_S3_OTHER", "WAYBILL_TEST_S3_OTHER");
        byte[] large = new byte[LARGE];
        new Random(7).nextBytes(large);
        expected.put("large.bin", large);
        for (String name : NAMES) {
            expected.put(name, ("content of " + name).getBytes(StandardCharsets.UTF_8));
        }
        expected.put("empty", new byte[0]);
    }

    @AfterEach
    void close() {
        own.close();
    }

    private static Service service(String variable, String keys) {
        return new Service(
                URI.create(environment(variable)),
                environment(variable + "_BUCKET"),
                environment(keys + "_ACCESS_KEY_ID"),
                environment(keys + "_SECRET_ACCESS_KEY"));
    }

    private static String environment(String name) {
        return Objects.requireNonNull(System.getenv(name), name + " is not set");
    }

    private void row(String object) throws Exception {
        try (Connection connection = server.connect(source);
                PreparedStatement insert = connection.prepareStatement("INSERT INTO files VALUES (?, 1, 'old', 0)")) {
            insert.setString(1, object);
            insert.executeUpdate();
        }
    }

    private void move(Service from, Service to) throws Exception {
        String at = "waybill-test-" + UUID.randomUUID() + "/";
        Files.writeString(folder.resolve("waybill.yaml"), """
                waybill: 1
                name: services
                stores:
                  src: postgresql://postgres@127.0.0.1:%1$d/%2$s
                  dst: postgresql://postgres@127.0.0.1:%1$d/%3$s
                  old: { type: s3, bucket: %4$s, endpoint: "%5$s", region: us-east-1, keys: OLD, path_style: true, root: "%8$sold/" }
                  new: { type: s3, bucket: %6$s, endpoint: "%7$s", region: us-east-1, keys: NEW, path_style: true, root: "%8$snew/" }
                moves:
                  - name: project
                    rows:
                      root: src:projects
                      to: dst
                      objects: { from: "old:${row.object}", to: "new:${row.object}", of: files }
                      row: { files: { set: { "tag?": "${target.version}", "size?": "${target.size}" } } }
                """.formatted(
                        server.port(), source, target, from.bucket(), from.uri(), to.bucket(), to.uri(), at));
        User user = new User(folder)
                .env("OLD_ACCESS_KEY_ID", from.key())
                .env("OLD_SECRET_ACCESS_KEY", from.secret())
                .env("NEW_ACCESS_KEY_ID", to.key())
                .env("NEW_SECRET_ACCESS_KEY", to.secret());
        try (Bucket left = from.open();
                Bucket right = to.open()) {
            for (Map.Entry<String, byte[]> each : expected.entrySet()) {
                if (each.getValue().length > 8 << 20) {
                    left.putInParts(at + "old/" + each.getKey(), each.getValue());
                } else {
                    left.put(at + "old/" + each.getKey(), each.getValue());
                }
                row(each.getKey());
            }

            user.type("run").exits(Exit.DONE);

            for (Map.Entry<String, byte[]> each : expected.entrySet()) {
                assertThat(right.bytes(at + "new/" + each.getKey()))
                        .as(each.getKey())
                        .isEqualTo(each.getValue());
            }
            assertThat(server.ask(target, "SELECT count(*) || ' ' || sum(size) FROM files WHERE tag <> 'old'"))
                    .isEqualTo(expected.size() + " "
                            + expected.values().stream()
                                    .mapToLong(bytes -> bytes.length)
                                    .sum());
            String tag = right.tag(at + "new/large.bin").replace("\"", "");
            assertThat(server.ask(target, "SELECT tag FROM files WHERE object = 'large.bin'"))
                    .contains(tag);
            System.out.println("tag of large.bin: " + left.tag(at + "old/large.bin") + " -> " + tag);
            user.type("verify --read").exits(Exit.DONE);
            assertThat(user.type("run").exits(Exit.DONE).out()).contains(expected.size() + 1 + " same");
            user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
            assertThat(right.keys().stream().filter(key -> key.startsWith(at + "new/")))
                    .isEmpty();
            assertThat(left.keys().stream().filter(key -> key.startsWith(at + "old/")))
                    .hasSize(expected.size());
        }
    }

    @Test
    void fromTheOtherServiceToTheNamedOne() throws Exception {
        move(other, named);
    }

    @Test
    void fromTheNamedServiceToTheOther() throws Exception {
        move(named, other);
    }

    @Test
    void withinTheNamedService() throws Exception {
        move(named, named);
    }
}
