package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.waybill.aws.testing.S3ProxyServer;
import io.waybill.jdbc.testing.PostgresServer;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/**
 * A project of a real schema with its files moves from one installation to another, with both databases and both buckets. Runs
 * where the environment variable WAYBILL_ACCEPTANCE_DATA names the folder of the inputs.
 */
class ClosureAcceptanceTest {
    private static final String DATA = System.getenv("WAYBILL_ACCEPTANCE_DATA");
    private static final String PROJECT = "161b8782-b13e-5840-9ae2-e2250c231001";
    private static final List<String> FILES = List.of(
            PROJECT + "/a3941ea0-37c4-5c1d-a7b3-01b5fd8a80c8/notebooks.zip",
            PROJECT + "/ad9bda7f-1dc5-5480-ab22-5fef4fc53eac/outputController.dat");

    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private final S3ProxyServer s3 = S3ProxyServer.shared();
    private String source = "";
    private String target = "";
    private String live = "";
    private String old = "";
    private Bucket from;
    private Bucket to;
    private User user;

    @BeforeEach
    void makeInstallations() throws Exception {
        String said = "left out: WAYBILL_ACCEPTANCE_DATA names no folder with the real inputs";
        if (DATA == null) {
            System.out.println("ClosureAcceptanceTest " + said);
        }
        assumeTrue(DATA != null, said);
        Path data = Path.of(DATA, "osparc");
        String schema = Files.readString(data.resolve("schema_2022-09_3c3e26950b.sql"));
        source = postgres.newDatabase();
        target = postgres.newDatabase();
        postgres.execute(source, schema);
        postgres.execute(target, schema);
        makeUser(source, 21);
        makeUser(target, 40);
        load("projects", data.resolve("projects.csv"));
        load("file_meta_data", data.resolve("file_meta_data.csv"));
        old = s3.newBucket();
        live = s3.newBucket();
        from = new Bucket(s3.uri(), old, s3.accessKeyId(), s3.secretAccessKey());
        to = new Bucket(s3.uri(), live, s3.accessKeyId(), s3.secretAccessKey());
        for (String key : FILES) {
            from.put(key, Files.readAllBytes(data.resolve(key.substring(key.lastIndexOf('/') + 1))));
        }
        user = new User(folder)
                .env("DISK_ACCESS_KEY_ID", s3.accessKeyId())
                .env("DISK_SECRET_ACCESS_KEY", s3.secretAccessKey());
        Files.writeString(folder.resolve("waybill.yaml"), """
                waybill: 1
                name: move-project
                vars: { project: "%1$s", owner: { type: int, default: 40 }, group: { type: int, default: 7 } }
                stores:
                  src: { type: postgresql, host: %2$s, port: %3$d, database: %4$s, user: postgres, read_only: true }
                  dst: { type: postgresql, host: %2$s, port: %3$d, database: %5$s, user: postgres }
                  old: { type: s3, bucket: %6$s, endpoint: "%8$s", region: us-east-1, keys: DISK }
                  new: { type: s3, bucket: %7$s, endpoint: "%8$s", region: us-east-1, keys: DISK }
                moves:
                  - name: project
                    rows:
                      root: src:projects
                      where: row.uuid == vars.project
                      to: dst
                      follow: { file_meta_data: row.project_id == root.uuid }
                      stop: [comp_runs, user_to_projects]
                      outward: { users: map }
                      objects:
                        of: file_meta_data
                        from: old:${row.object_name}
                        to: new:${row.object_name}
                        where: "!row.is_soft_link"
                      row:
                        projects:
                          set:
                            prj_owner: ${vars.owner}
                            access_rights: { "${vars.group}": { read: true, write: true, delete: true } }
                        file_meta_data:
                          set: { user_id: "${string(vars.owner)}", bucket_name: %7$s, "entity_tag?": "${target.version}" }
                          drop: [upload_id, upload_expires_at]
                """.formatted(
                        PROJECT, postgres.host(), postgres.port(), source, target, old, live, s3.uri()));
    }

    @AfterEach
    void close() {
        if (from != null) {
            from.close();
            to.close();
        }
    }

    private void makeUser(String database, int id) {
        postgres.execute(
                database,
                "INSERT INTO users (id, name, email, password_hash, status, role) VALUES (" + id
                        + ", 'user', 'user@example.org', '', 'ACTIVE', 'USER')");
    }

    private void load(String table, Path csv) throws Exception {
        String text = Files.readString(csv, StandardCharsets.UTF_8).replace("\uFEFF", "");
        String columns = text.substring(0, text.indexOf('\n')).strip();
        try (Connection connection = postgres.connect(source)) {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn(
                            "COPY " + table + " (" + columns + ") FROM STDIN (FORMAT csv, HEADER)",
                            new StringReader(text));
        }
    }

    private String ask(String sql) {
        return postgres.ask(target, sql);
    }

    private String rows() {
        return ask("SELECT (SELECT count(*) FROM projects) || ' ' || (SELECT count(*) FROM file_meta_data)");
    }

    private Map<String, String> objects(Bucket bucket) {
        Map<String, String> objects = new TreeMap<>();
        bucket.objects().forEach((key, bytes) -> objects.put(key, new String(bytes, StandardCharsets.UTF_8)));
        return objects;
    }

    @Test
    void aProjectMovesHouseIsKilledResumedVerifiedAndRolledBack() throws Exception {
        assertThat(Files.readAllLines(folder.resolve("waybill.yaml"))).hasSizeLessThan(40);
        assertThat(user.type("plan").exits(Exit.DONE).all())
                .contains("rows of file_meta_data in 1 unit name 2 objects");
        Map<String, String> environment =
                Map.of("DISK_ACCESS_KEY_ID", s3.accessKeyId(), "DISK_SECRET_ACCESS_KEY", s3.secretAccessKey());

        assertThat(DyingCommand.run(folder, environment, "before-evidence", 2, List.of("run")))
                .isEqualTo(DyingCommand.DIED);
        assertThat(to.keys()).isNotEmpty();
        assertThat(rows()).as("no row before its objects").isEqualTo("0 0");

        user.type("run").exits(Exit.DONE);

        assertThat(objects(to)).isEqualTo(objects(from)).containsOnlyKeys(FILES);
        assertThat(rows()).isEqualTo("1 2");
        String kept = " - 'prj_owner' - 'access_rights' - 'user_id' - 'bucket_name' - 'entity_tag'";
        for (String table : List.of("projects", "file_meta_data")) {
            String all =
                    "SELECT string_agg((to_jsonb(t)" + kept + ")::text, ' ' ORDER BY t::text) FROM " + table + " t";
            assertThat(ask(all)).as(table).isEqualTo(postgres.ask(source, all));
        }
        assertThat(ask("SELECT prj_owner || ' ' || access_rights FROM projects"))
                .isEqualTo("40 {\"7\": {\"read\": true, \"write\": true, \"delete\": true}}");
        assertThat(ask("SELECT count(*) FROM file_meta_data WHERE user_id = '40' AND bucket_name = '" + live
                        + "' AND entity_tag <> '' AND upload_id IS NULL"))
                .isEqualTo("2");
        assertThat(ask("SELECT nextval('projects_id_seq') > 151")).isEqualTo("t");
        assertThat(user.type("verify --read").exits(Exit.DONE).out()).contains("5 same");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("3 same");

        copyBesideItself();

        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);

        assertThat(rows()).isEqualTo("0 0");
        assertThat(to.keys()).isEmpty();
        assertThat(objects(from)).containsOnlyKeys(FILES);
        requireNoSecretIn(folder);
    }

    @Test
    void aPlanWrittenFromTheRealDatabasesRuns() throws Exception {
        Files.delete(folder.resolve("waybill.yaml"));
        user.run("init", "project", "--from", postgres.url(source), "--to", postgres.url(target), "--root", "projects")
                .exits(Exit.DONE);
        String plan = Files.readString(folder.resolve("waybill.yaml"));
        assertThat(plan)
                .contains("#   file_meta_data: row.project_id == root.uuid    #")
                .contains("#   # or file_meta_data: row.node_id in root.workbench")
                .contains("where: row.uuid == vars.unit")
                .contains("comp_pipeline: row.project_id == root.uuid    # by its name; there are no rows to look at")
                .contains("objects:    # file_meta_data.object_name looks like the key of an object");
        postgres.execute(target, "UPDATE users SET id = 21");

        user.type("plan").exits(Exit.DONE);
        user.type("run").exits(Exit.DONE);

        assertThat(ask("SELECT count(*) > 0 FROM projects")).isEqualTo("t");
        assertThat(ask("SELECT count(*) FROM projects"))
                .isEqualTo(postgres.ask(source, "SELECT count(*) FROM projects"));
        user.type("verify").exits(Exit.DONE);
    }

    @Test
    void aPlanConvertedFromAConfigurationMovesTheProject() throws Exception {
        Files.delete(folder.resolve("waybill.yaml"));
        String end = """
                "db": {"address": "%s:%d", "user": "postgres", "password": "secret", "database": "%%s"}, "s3": {"endpoint": "%s",
                "provider": "MINIO", "access_key": "%s", "secret_key": "%s", "bucket": "%%s"}""".formatted(postgres.host(), postgres.port(), s3.uri(), s3.accessKeyId(), s3.secretAccessKey());
        Files.writeString(folder.resolve("cfg.json"), """
                {"source": {%s, "project_uuid": "%s", "hidden_projects_for_user": null},
                 "destination": {%s, "user_id": 40, "user_gid": 7}}""".formatted(
                        end.formatted(source, old), PROJECT, end.formatted(target, live)));
        for (String prefix : List.of("SRC", "DST")) {
            user.env(prefix + "_DB_PASSWORD", "none")
                    .env(prefix + "_ACCESS_KEY_ID", s3.accessKeyId())
                    .env(prefix + "_SECRET_ACCESS_KEY", s3.secretAccessKey());
        }

        user.type("init --from cfg.json").exits(Exit.DONE);
        Files.delete(folder.resolve("cfg.json"));
        user.type("run").exits(Exit.DONE);

        assertThat(Files.readAllLines(folder.resolve("waybill.yaml"))).hasSizeLessThan(40);
        assertThat(rows()).isEqualTo("1 2");
        assertThat(objects(to)).isEqualTo(objects(from)).containsOnlyKeys(FILES);
        assertThat(ask("SELECT prj_owner || ' ' || access_rights FROM projects"))
                .isEqualTo("40 {\"7\": {\"read\": true, \"write\": true, \"delete\": true}}");
        user.type("verify --read").exits(Exit.DONE);
        requireNoSecretIn(folder);
    }

    /** The same project once more, with ids of its own, and away again. */
    private void copyBesideItself() throws Exception {
        String plan = Files.readString(folder.resolve("waybill.yaml"))
                .replace("name: move-project", "name: copy-project")
                .replace("to: dst", "to: dst\n      ids: { new: { projects: row.workbench } }");
        Files.writeString(folder.resolve("copy.yaml"), plan);

        user.type("run -f copy.yaml").exits(Exit.DONE);

        assertThat(rows()).isEqualTo("2 4");
        assertThat(to.keys()).hasSize(4).containsAll(FILES);
        String copied = ask("SELECT uuid FROM projects WHERE uuid <> '" + PROJECT + "'");
        assertThat(ask("SELECT count(*) FROM file_meta_data f JOIN projects p ON p.uuid = f.project_id"
                        + " WHERE p.uuid = '" + copied + "' AND p.workbench::jsonb ? f.node_id"
                        + " AND f.object_name ~ ('^' || p.uuid || '/' || f.node_id || '/[a-zC]+[.](zip|dat)$')"
                        + " AND f.file_id = f.object_name"))
                .isEqualTo("2");
        assertThat(ask("SELECT count(*) FROM projects WHERE uuid = '" + copied + "' AND workbench::text ~ '" + PROJECT
                        + "'"))
                .isEqualTo("0");
        for (String key : to.keys()) {
            String name = key.substring(key.lastIndexOf('/') + 1);
            String read = FILES.stream()
                    .filter(file -> file.endsWith("/" + name))
                    .findFirst()
                    .orElseThrow();
            assertThat(objects(to)).containsEntry(key, objects(from).get(read));
        }
        assertThat(user.type("verify -f copy.yaml --read").exits(Exit.DONE).out())
                .contains("5 same");

        user.run("rollback", "r1", "-f", "copy.yaml", "--yes=r1").exits(Exit.DONE);

        assertThat(rows()).isEqualTo("1 2");
        assertThat(objects(to)).isEqualTo(objects(from));
    }

    /** Nothing that the commands wrote holds a secret of a store. */
    private void requireNoSecretIn(Path place) throws Exception {
        try (Stream<Path> all = Files.walk(place)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(s3.secretAccessKey());
            }
        }
    }
}
