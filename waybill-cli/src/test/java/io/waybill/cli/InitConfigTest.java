package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.s3endpoint.EndpointOptions;
import io.waybill.s3endpoint.S3Endpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code init --from cfg.json}: the plan does what the file says, without the secrets in it. */
class InitConfigTest {
    private static final String A = "aaaaaaaa-0000-4000-8000-000000000001";
    private static final String B = "bbbbbbbb-0000-4000-8000-000000000001";
    private static final String C = "cccccccc-0000-4000-8000-000000000001";
    private static final String SCHEMA = """
            CREATE TABLE users (id bigserial PRIMARY KEY, name text);
            CREATE TABLE tags (id bigserial PRIMARY KEY, user_id bigint NOT NULL REFERENCES users, name varchar NOT NULL);
            CREATE TABLE projects (id bigserial PRIMARY KEY, uuid varchar NOT NULL UNIQUE, name varchar NOT NULL,
              prj_owner bigint REFERENCES users ON DELETE RESTRICT, access_rights jsonb NOT NULL DEFAULT '{}',
              workbench json NOT NULL, hidden boolean NOT NULL);
            CREATE TABLE study_tags (study_id bigint NOT NULL REFERENCES projects, tag_id bigint NOT NULL REFERENCES tags,
              UNIQUE (study_id, tag_id));
            CREATE TABLE comp_runs (run_id bigserial PRIMARY KEY, project_uuid varchar NOT NULL REFERENCES projects (uuid),
              user_id bigint NOT NULL REFERENCES users);
            CREATE TABLE user_to_projects (id bigserial PRIMARY KEY, user_id bigint NOT NULL REFERENCES users,
              project_id bigint NOT NULL REFERENCES projects);
            CREATE TABLE projects_vc_snapshots (checksum varchar PRIMARY KEY, content jsonb);
            CREATE TABLE file_meta_data (file_id varchar PRIMARY KEY, bucket_name varchar, object_name varchar, project_id varchar,
              node_id varchar, user_id varchar, file_size bigint, entity_tag varchar, is_soft_link boolean NOT NULL DEFAULT false,
              upload_id varchar, upload_expires_at timestamp);
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
    void makeInstallations() throws Exception {
        server.execute(source, SCHEMA);
        server.execute(target, SCHEMA);
        server.execute(source, """
                INSERT INTO users VALUES (21, 'old'), (22, 'else'); INSERT INTO tags VALUES (5, 21, 'red');
                INSERT INTO projects VALUES (7, '%1$s', 'first', 21, '{"3": {}}', '{"n": {}}', false),
                  (8, '%2$s', 'made by an api', 21, '{}', '{}', true), (9, '%3$s', 'other', 21, '{}', '{}', false);
                INSERT INTO study_tags VALUES (7, 5);
                INSERT INTO comp_runs VALUES (1, '%1$s', 22);
                INSERT INTO user_to_projects VALUES (1, 22, 7);
                INSERT INTO file_meta_data VALUES ('%1$s/n/a [1].bin', 'old-bucket', '%1$s/n/a [1].bin', '%1$s', 'n', '21', 1, 'old',
                  false, 'upload', now()), ('link', 'old-bucket', 'link', '%1$s', 'n', '21', 1, NULL, true, NULL, NULL)
                """.formatted(A, B, C));
        server.execute(target, "INSERT INTO users VALUES (40, 'new')");
        endpoint = S3Endpoint.start(EndpointOptions.memory()
                .bucket("old-bucket")
                .bucket("new-bucket")
                .credentials("test", "test-secret"));
        from = new Bucket(endpoint.uri(), "old-bucket", "test", "test-secret");
        to = new Bucket(endpoint.uri(), "new-bucket", "test", "test-secret");
        from.put(A + "/n/a [1].bin", "content".getBytes(StandardCharsets.UTF_8));
        user = new User(folder);
    }

    @AfterEach
    void close() {
        from.close();
        to.close();
        endpoint.close();
    }

    private String config(String hidden) {
        String end = """
                "db": {"address": "%s:%d", "user": "postgres", "password": "pass-of-%s", "database": "%s"},
                "s3": {"endpoint": "%s", "provider": "CEPH", "access_key": "test", "secret_key": "test-secret", "bucket": "%s"}""";
        return """
                {"source": {%s, "project_uuid": "%s", "hidden_projects_for_user": %s},
                 "destination": {%s, "user_id": 40, "user_gid": "9"}}""".formatted(
                        end.formatted(server.host(), server.port(), "old", source, endpoint.uri(), "old-bucket"),
                        A,
                        hidden,
                        end.formatted(server.host(), server.port(), "new", target, endpoint.uri(), "new-bucket"));
    }

    private void file(String name, String text) throws Exception {
        Files.writeString(folder.resolve(name), text);
    }

    private String ask(String sql) {
        return server.ask(target, sql);
    }

    private User.Ran convert(String hidden) throws Exception {
        file("cfg.json", config(hidden));
        return user.type("init --from cfg.json").exits(Exit.DONE);
    }

    private void secrets() {
        for (String prefix : List.of("SRC", "DST")) {
            user.env(prefix + "_DB_PASSWORD", "pass")
                    .env(prefix + "_ACCESS_KEY_ID", "test")
                    .env(prefix + "_SECRET_ACCESS_KEY", "test-secret");
        }
    }

    @Test
    void theProjectMovesWithItsFilesToItsNewOwner() throws Exception {
        User.Ran ran = convert("null");

        assertThat(ran.all())
                .contains("set in the environment: SRC_DB_PASSWORD (source.db.password), DST_DB_PASSWORD"
                        + " (destination.db.password), SRC_ACCESS_KEY_ID (source.s3.access_key),"
                        + " SRC_SECRET_ACCESS_KEY (source.s3.secret_key), DST_ACCESS_KEY_ID"
                        + " (destination.s3.access_key), DST_SECRET_ACCESS_KEY (destination.s3.secret_key)")
                .doesNotContain("pass-of", "test-secret", "Not used");
        assertThat(Files.readAllLines(folder.resolve("waybill.yaml"))).hasSizeLessThan(40);
        assertThat(Files.readString(folder.resolve("waybill.yaml"))).doesNotContain("pass-of", "test-secret");
        assertThat(user.type("plan").exits(Exit.USAGE).err()).contains("SRC_DB_PASSWORD", "DST_DB_PASSWORD");
        secrets();
        user.type("plan").exits(Exit.DONE);
        user.type("run").exits(Exit.DONE);

        assertThat(ask("SELECT id || uuid || name || prj_owner || access_rights FROM projects"))
                .isEqualTo("1" + A + "first40{\"9\": {\"read\": true, \"write\": true, \"delete\": true}}");
        assertThat(ask("SELECT string_agg(concat_ws(' ', bucket_name, user_id, upload_id, entity_tag <> 'old'), ', '"
                        + " ORDER BY file_id) FROM file_meta_data"))
                .isEqualTo("new-bucket 40 t, new-bucket 40");
        assertThat(ask("SELECT t.name || t.user_id FROM study_tags JOIN tags t ON t.id = tag_id WHERE study_id = 1"))
                .isEqualTo("red40");
        assertThat(ask("SELECT (SELECT count(*) FROM comp_runs) + (SELECT count(*) FROM user_to_projects)"))
                .isEqualTo("0");
        assertThat(to.keys()).containsExactly(A + "/n/a [1].bin");
        user.type("verify --read").exits(Exit.DONE);
        user.type("run").exits(Exit.DONE);
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(ask("SELECT (SELECT count(*) FROM projects) + (SELECT count(*) FROM file_meta_data)"))
                .isEqualTo("0");
        assertThat(to.keys()).isEmpty();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile)
                    .filter(each -> !each.endsWith("cfg.json"))
                    .toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain("test-secret");
            }
        }
    }

    @Test
    void hiddenProjectsOfAUserGoToo() throws Exception {
        convert("21");
        assertThat(Files.readAllLines(folder.resolve("waybill.yaml"))).hasSizeLessThan(40);
        secrets();

        user.type("run").exits(Exit.DONE);

        assertThat(ask("SELECT string_agg(uuid, ' ' ORDER BY uuid) FROM projects"))
                .isEqualTo(A + " " + B);
        user.type("verify").exits(Exit.DONE);
    }

    @Test
    void anotherProjectMovesByTheSamePlan() throws Exception {
        convert("null");
        secrets();

        user.run("run", "--set", "project=" + C).exits(Exit.DONE);

        assertThat(ask("SELECT uuid FROM projects")).isEqualTo(C);
    }

    @Test
    void everyBadFieldIsNamed() throws Exception {
        file(
                "cfg.json",
                config("\"x\"")
                        .replace("pass-of-new", "")
                        .replace("\"user_id\": 40, ", "")
                        .replace(A, "no-uuid")
                        .replaceFirst("\"address\": \"[^\"]*\"", "\"address\": \"a b\"")
                        .replace("\"bucket\": \"new-bucket\"", "\"bucket\": 5")
                        .replaceFirst("CEPH", "OTHER"));

        User.Ran ran = user.type("init --from cfg.json").exits(Exit.USAGE);

        assertThat(ran.err())
                .contains(
                        "Cannot convert cfg.json: source.project_uuid is no UUID; source.hidden_projects_for_user is no whole"
                                + " number; destination.user_id is missing; source.db.address is no HOST:PORT;"
                                + " destination.db.password is missing; source.s3.provider is none of AWS, CEPH, MINIO;"
                                + " destination.s3.bucket is integer and no text")
                .doesNotContain("test-secret", "pass-of");
        assertThat(folder.resolve("waybill.yaml")).doesNotExist();
    }

    @Test
    void whatIsNoConfigIsTold() throws Exception {
        file("list.json", "[1]");
        file("odd.json", "{\"source\": ");
        file("other.json", "{\"tables\": 1}");

        assertThat(user.type("init --from list.json").exits(Exit.USAGE).err()).contains("it is list and no map");
        assertThat(user.type("init --from odd.json").exits(Exit.USAGE).err()).contains("odd.json: it is no JSON");
        assertThat(user.type("init --convert other.json").exits(Exit.USAGE).err())
                .contains("source.db.address is missing");
        assertThat(user.type("init --from none.json").exits(Exit.USAGE).err()).contains("no such file");
        assertThat(user.type("init --convert list.json --to ./x")
                        .exits(Exit.USAGE)
                        .err())
                .contains("A cfg.json says itself what goes where");
    }

    @Test
    void bucketsOfAwsNeedNoEndpointAndWhatIsNotUsedIsSaid() throws Exception {
        file(
                "cfg.json",
                config("null")
                        .replaceFirst("\"endpoint\": \"[^\"]*\", \"provider\": \"CEPH\"", "\"provider\": \"AWS\"")
                        .replaceFirst(
                                "\"endpoint\": \"http[^\"]*\", \"provider\": \"CEPH\"",
                                "\"endpoint\": \"https://s3.eu-central-1.amazonaws.com\", \"provider\": \"AWS\", \"colour\": 1"));

        User.Ran ran = user.type("init --convert cfg.json").exits(Exit.DONE);

        assertThat(ran.err()).contains("Not used: destination.s3.colour.");
        assertThat(Files.readString(folder.resolve("waybill.yaml")))
                .contains(
                        "old: { type: s3, bucket: \"old-bucket\", region: us-east-1, keys: SRC }",
                        "new: { type: s3, bucket: \"new-bucket\", region: eu-central-1, keys: DST }");
        secrets();
        user.type("lint").exits(Exit.DONE);
    }
}
