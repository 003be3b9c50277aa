package io.waybill.cli;

import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.s3endpoint.EndpointOptions;
import io.waybill.s3endpoint.Operation;
import io.waybill.s3endpoint.S3Endpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Two installations of a studio, each a database and a bucket, and somebody who moves projects from one to the other. Both
 * buckets are of one service.
 */
final class Studios implements AutoCloseable {
    static final String A = "aaaaaaaa-0000-4000-8000-000000000001";
    static final String B = "bbbbbbbb-0000-4000-8000-000000000001";
    static final String N1 = "11111111-0000-4000-8000-000000000001";
    static final String N2 = "22222222-0000-4000-8000-000000000001";
    /** A node that was removed from its project; a file of it is still there. */
    static final String GONE = "99999999-0000-4000-8000-000000000001";

    /** Of both buckets. */
    static final String SECRET = "sentinel-of-the-studios-0001";

    private static final String SCHEMA = """
            CREATE TABLE users (id int PRIMARY KEY);
            CREATE TABLE projects (id bigserial PRIMARY KEY, uuid text NOT NULL UNIQUE, name text NOT NULL,
              prj_owner int NOT NULL REFERENCES users, hidden boolean NOT NULL DEFAULT false, workbench jsonb NOT NULL);
            CREATE TABLE comments (id bigserial PRIMARY KEY, project bigint NOT NULL REFERENCES projects, words text NOT NULL);
            CREATE TABLE files (id text PRIMARY KEY, project text NOT NULL REFERENCES projects (uuid), node text NOT NULL,
              owner int REFERENCES users, object text NOT NULL, bucket text NOT NULL, entity_tag text, upload text,
              soft_link boolean NOT NULL DEFAULT false, directory boolean NOT NULL DEFAULT false);
            """;

    /** How a project moves if a test wants nothing else. */
    static final String OBJECTS =
            "objects: { of: files, from: \"old:${row.object}\", to: \"new:${row.object}\", where: \"!row.soft_link\" }\n";

    static final String ROWS = """
            where: row.uuid == '%s'
            outward: { users: map }
            row:
              projects: { set: { prj_owner: 40 }, drop: [id] }
              comments: { drop: [id] }
              files: { set: { owner: 40, bucket: new-bucket, "entity_tag?": "${target.version}" }, drop: [upload] }
            """.formatted(A) + OBJECTS;

    final PostgresServer server = PostgresServer.shared();
    final String source = server.newDatabase();
    final String target = server.newDatabase();
    final S3Endpoint endpoint;
    final Bucket from;
    final Bucket to;
    final User user;
    private final Path folder;
    private String host = "127.0.0.1";

    private Studios(Path folder, S3Endpoint endpoint) {
        this.folder = folder;
        this.endpoint = endpoint;
        this.from = new Bucket(endpoint.uri(), "old-bucket", "test", SECRET);
        this.to = new Bucket(endpoint.uri(), "new-bucket", "test", SECRET);
        this.user = new User(folder);
        environment().forEach(user::env);
    }

    /** With no project yet. */
    static Studios in(Path folder) throws Exception {
        return in(folder, SCHEMA);
    }

    /** With other tables than these; users 21 and 22 are at the source, 40 at the target. */
    static Studios in(Path folder, String schema) throws Exception {
        Studios studios = new Studios(
                folder,
                S3Endpoint.start(EndpointOptions.memory()
                        .bucket("old-bucket")
                        .bucket("new-bucket")
                        .credentials("test", SECRET)));
        studios.server.execute(studios.source, schema + "INSERT INTO users VALUES (21), (22)");
        studios.server.execute(studios.target, schema + "INSERT INTO users VALUES (40)");
        return studios;
    }

    /** With project A: two nodes with a file each, a file of a node that is gone, and a soft link; two comments. */
    Studios withA() throws Exception {
        project(A, "first", 21, false, N1, N2);
        file(A, N1, "one.bin", "the first");
        file(A, N2, "two.bin", "the second");
        file(A, GONE, "left.bin", "left behind");
        row(A, N2, A + "/" + N2 + "/link.bin", "nowhere");
        server.execute(
                source,
                "UPDATE files SET soft_link = true WHERE object = 'nowhere'; UPDATE files SET upload = 'running', owner = 22"
                        + " WHERE node = '" + N1
                        + "'; INSERT INTO comments (project, words) SELECT id, w FROM projects,"
                        + " unnest(ARRAY['good', 'bad']) w");
        return this;
    }

    Map<String, String> environment() {
        return Map.of("TEST_ACCESS_KEY_ID", "test", "TEST_SECRET_ACCESS_KEY", SECRET);
    }

    void project(String uuid, String name, int owner, boolean hidden, String... nodes) throws SQLException {
        StringBuilder workbench = new StringBuilder("{");
        for (String node : nodes) {
            workbench
                    .append(workbench.length() > 1 ? ", " : "")
                    .append('"')
                    .append(node)
                    .append("\": {}");
        }
        try (Connection connection = server.connect(source);
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO projects (uuid, name, prj_owner, hidden, workbench) VALUES (?, ?, ?, ?, ?::jsonb)")) {
            insert.setString(1, uuid);
            insert.setString(2, name);
            insert.setInt(3, owner);
            insert.setBoolean(4, hidden);
            insert.setString(5, workbench.append('}').toString());
            insert.executeUpdate();
        }
    }

    /** A file of a node: an object, and the row that names it. Answers the name of the object. */
    String file(String project, String node, String name, String content) throws SQLException {
        String object = project + "/" + node + "/" + name;
        from.put(object, content.getBytes(StandardCharsets.UTF_8));
        row(project, node, object, object);
        return object;
    }

    /** A row of a file alone. */
    void row(String project, String node, String id, String object) throws SQLException {
        try (Connection connection = server.connect(source);
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO files (id, project, node, owner, object, bucket, entity_tag) VALUES (?, ?, ?, 21, ?,"
                                + " 'old-bucket', 'old tag')")) {
            insert.setString(1, id);
            insert.setString(2, project);
            insert.setString(3, node);
            insert.setString(4, object);
            insert.executeUpdate();
        }
    }

    /** Writes the plan; what stands below {@code rows} besides root and target is given. */
    void plan(String rows) throws Exception {
        Files.writeString(folder.resolve("waybill.yaml"), """
                waybill: 1
                name: studio
                stores:
                  src: { type: postgresql, host: 127.0.0.1, port: %1$d, database: %2$s, user: postgres, read_only: true }
                  dst: { type: postgresql, host: 127.0.0.1, port: %1$d, database: %3$s, user: postgres }
                  old: { type: s3, bucket: old-bucket, endpoint: "%4$s", region: us-east-1, keys: TEST }
                  new: { type: s3, bucket: new-bucket, endpoint: "http://%5$s:%6$d", region: us-east-1, keys: TEST }
                moves:
                  - name: project
                    rows:
                      root: src:projects
                      to: dst
                %7$s""".formatted(
                        server.port(), source, target, endpoint.uri(), host, endpoint.port(), rows.indent(6)));
    }

    /** From the next plan on the buckets seem to be of two services, so that objects come through here. */
    Studios apart() {
        host = "localhost";
        return this;
    }

    String ask(String sql) {
        return server.ask(target, sql);
    }

    /** How many projects, comments and files there are at the target. */
    String rows() {
        return ask("SELECT (SELECT count(*) FROM projects) || ' ' || (SELECT count(*) FROM comments) || ' '"
                + " || (SELECT count(*) FROM files)");
    }

    /** The objects of a bucket with their contents. */
    static Map<String, String> objects(Bucket bucket) {
        Map<String, String> objects = new TreeMap<>();
        bucket.objects().forEach((key, bytes) -> objects.put(key, new String(bytes, StandardCharsets.UTF_8)));
        return objects;
    }

    /** Writes of one kind to the new bucket, of objects of projects. */
    long writes(Operation operation) {
        return endpoint.requests().entries().stream()
                .filter(request -> request.operation() == operation
                        && "new-bucket".equals(request.bucket())
                        && String.valueOf(request.key()).contains("-4000-8000-"))
                .count();
    }

    @Override
    public void close() {
        from.close();
        to.close();
        endpoint.close();
    }
}
