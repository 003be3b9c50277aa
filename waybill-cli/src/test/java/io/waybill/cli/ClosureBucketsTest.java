package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.s3endpoint.EndpointOptions;
import io.waybill.s3endpoint.Operation;
import io.waybill.s3endpoint.S3Endpoint;
import io.waybill.store.NameCorpus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects of units go from bucket to bucket, whatever their names are. */
class ClosureBucketsTest {
    private static final String SCHEMA = """
            CREATE TABLE projects (id int PRIMARY KEY);
            CREATE TABLE files (id int PRIMARY KEY, project int NOT NULL REFERENCES projects, bucket text, object text, tag text);
            """;

    @TempDir
    Path folder;

    private final PostgresServer server = PostgresServer.shared();
    private final String source = server.newDatabase();
    private final String target = server.newDatabase();
    private S3Endpoint endpoint;
    private Bucket from;
    private Bucket to;
    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        server.execute(source, SCHEMA);
        server.execute(target, SCHEMA);
        server.execute(source, "INSERT INTO projects VALUES (1)");
        endpoint = S3Endpoint.start(EndpointOptions.memory()
                .bucket("from-bucket")
                .bucket("to-bucket")
                .credentials("test", "test-secret")
                .logged(10_000));
        from = new Bucket(endpoint.uri(), "from-bucket", "test", "test-secret");
        to = new Bucket(endpoint.uri(), "to-bucket", "test", "test-secret");
        user = new User(folder).env("TEST_ACCESS_KEY_ID", "test").env("TEST_SECRET_ACCESS_KEY", "test-secret");
        Place.in(folder).file("waybill.yaml", """
                waybill: 1
                name: buckets
                stores:
                  src: postgresql://postgres@127.0.0.1:%1$d/%2$s
                  dst: postgresql://postgres@127.0.0.1:%1$d/%3$s
                  old: { type: s3, bucket: from-bucket, endpoint: "%4$s", region: us-east-1, keys: TEST }
                  new: { type: s3, bucket: to-bucket, endpoint: "%4$s", region: us-east-1, keys: TEST }
                moves:
                  - name: project
                    rows:
                      root: src:projects
                      to: dst
                      objects: { from: "old:${row.object}", to: "new:${row.object}", of: files }
                      row:
                        files: { set: { bucket: to-bucket, "tag?": "${target.version}" } }
                """.formatted(server.port(), source, target, endpoint.uri()));
    }

    @AfterEach
    void close() {
        from.close();
        to.close();
        endpoint.close();
    }

    private void object(int id, String name, String content) throws Exception {
        from.put(name, content.getBytes(StandardCharsets.UTF_8));
        try (Connection connection = server.connect(source);
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO files VALUES (?, 1, 'from-bucket', ?, 'old')")) {
            insert.setInt(1, id);
            insert.setString(2, name);
            insert.executeUpdate();
        }
    }

    private static Map<String, String> text(Map<String, byte[]> objects) {
        Map<String, String> text = new TreeMap<>();
        objects.forEach((key, bytes) -> text.put(key, new String(bytes, StandardCharsets.UTF_8)));
        return text;
    }

    @Test
    void oddNamesAreJustNames() throws Exception {
        int id = 0;
        Map<String, String> expected = new TreeMap<>();
        for (String name :
                List.of("a[1].txt", "a1.txt", "b{x,y}.txt", "bx.txt", "c*.txt", "cc.txt", "d?.txt", "dd.txt", "dir/")) {
            expected.put(name, "content of " + name);
        }
        for (NameCorpus.OddName odd : NameCorpus.all()) {
            String name = odd.key().path();
            List<String> parts = List.of(name.split("/", -1));
            boolean leadsElsewhere = name.startsWith("/") || parts.contains(".") || parts.contains("..");
            boolean inAColumn = StandardCharsets.UTF_8.newEncoder().canEncode(name) && name.indexOf('\0') < 0;
            if (inAColumn && !leadsElsewhere && name.getBytes(StandardCharsets.UTF_8).length <= 1024) {
                expected.put(name, "content of " + odd.what());
            }
        }
        assertThat(expected).hasSizeGreaterThan(50).containsKeys("double//slash", "trailing-slash/");
        for (Map.Entry<String, String> each : expected.entrySet()) {
            object(++id, each.getKey(), each.getValue());
        }
        from.put("d1.txt", new byte[] {1}); // what d?.txt would match, and no row names

        user.type("run").exits(Exit.DONE);

        assertThat(text(to.objects())).isEqualTo(expected);
        assertThat(server.ask(target, "SELECT count(*) FROM files WHERE bucket = 'to-bucket'"))
                .isEqualTo("" + expected.size());
        user.type("verify").exits(Exit.DONE);
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(to.keys()).isEmpty();
        assertThat(server.ask(target, "SELECT count(*) FROM files")).isEqualTo("0");
    }

    @Test
    void withinOneServiceTheServiceCopies() throws Exception {
        object(1, "x/1", "one");
        object(2, "x/2", "two two");

        user.type("run").exits(Exit.DONE);

        assertThat(text(to.objects())).containsExactlyInAnyOrderEntriesOf(Map.of("x/1", "one", "x/2", "two two"));
        assertThat(endpoint.requests().entries())
                .filteredOn(request -> request.operation() == Operation.COPY_OBJECT
                        && String.valueOf(request.key()).startsWith("x/"))
                .hasSize(2);
        assertThat(endpoint.requests().entries())
                .filteredOn(request -> request.operation() == Operation.PUT_OBJECT
                        && "to-bucket".equals(request.bucket())
                        && String.valueOf(request.key()).startsWith("x/"))
                .isEmpty();
        assertThat(server.ask(target, "SELECT string_agg(bucket || (tag <> 'old'), ' ') FROM files"))
                .isEqualTo("to-buckettrue to-buckettrue");
    }
}
