package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.value.Json;
import io.waybill.value.Value;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example plan that moves projects, and the hidden ones of a user, with files, soft links and folders. */
class MoveProjectsTest {
    private static final Path PLAN = Project.root().resolve("docs/examples/move-projects.yaml");
    private static final String A = "161b8782-b13e-5840-9ae2-e2250c231001";
    private static final String B = "261b8782-b13e-5840-9ae2-e2250c231001";
    private static final String HIDDEN = "361b8782-b13e-5840-9ae2-e2250c231001";
    private static final String HIDDEN_TOO = "461b8782-b13e-5840-9ae2-e2250c231001";
    private static final String THEIRS = "561b8782-b13e-5840-9ae2-e2250c231001";
    private static final String NODE = "ad9bda7f-1dc5-5480-ab22-5fef4fc53eac";

    private static final String SCHEMA = """
            CREATE TABLE users (id bigint PRIMARY KEY);
            CREATE TABLE projects (id bigserial PRIMARY KEY, uuid varchar NOT NULL UNIQUE, name varchar NOT NULL,
              prj_owner bigint REFERENCES users ON DELETE RESTRICT, access_rights jsonb NOT NULL DEFAULT '{}',
              workbench json NOT NULL DEFAULT '{}', hidden boolean NOT NULL DEFAULT false);
            CREATE TABLE projects_metadata (project_uuid varchar PRIMARY KEY REFERENCES projects (uuid) ON DELETE CASCADE,
              custom jsonb NOT NULL);
            CREATE TABLE file_meta_data (file_id varchar PRIMARY KEY, project_id varchar, node_id varchar, user_id varchar,
              bucket_name varchar, object_name varchar, entity_tag varchar, upload_id varchar, upload_expires_at timestamp,
              is_soft_link boolean NOT NULL DEFAULT false, is_directory boolean NOT NULL DEFAULT false);
            """;

    @TempDir
    Path folder;

    private Studios studios;
    private User user;
    private final Map<String, String> expected = new TreeMap<>();

    @BeforeEach
    void makeProjects() throws Exception {
        studios = Studios.in(folder, SCHEMA);
        user = studios.user
                .env("OLD_DATABASE_URL", studios.server.url(studios.source))
                .env("NEW_DATABASE_URL", studios.server.url(studios.target))
                .env("OLD_S3", studios.endpoint.uri().toString())
                .env("NEW_S3", studios.endpoint.uri().toString())
                .env("OLD_ACCESS_KEY_ID", "test")
                .env("OLD_SECRET_ACCESS_KEY", Studios.SECRET)
                .env("NEW_ACCESS_KEY_ID", "test")
                .env("NEW_SECRET_ACCESS_KEY", Studios.SECRET);
        studios.server.execute(studios.source, """
                INSERT INTO projects (uuid, name, prj_owner, hidden) VALUES ('%s', 'a', 21, false), ('%s', 'b', 21, false),
                  ('%s', 'hidden', 21, true), ('%s', 'hidden too', 21, true), ('%s', 'of another', 22, true);
                INSERT INTO projects_metadata SELECT uuid, '{"by": "api"}' FROM projects;
                """.formatted(A, B, HIDDEN, HIDDEN_TOO, THEIRS));
        for (String project : List.of(A, B, HIDDEN, HIDDEN_TOO, THEIRS)) {
            row(project, "out.bin", false, false);
            put(project, "out.bin", "out of " + project);
        }
        row(A, "link.bin", true, false);
        row(A, "results", false, true);
        put(A, "results/x[1].csv", "1");
        put(A, "results/deep/y.csv", "2");
    }

    @AfterEach
    void close() {
        studios.close();
    }

    private static String key(String project, String name) {
        return project + "/" + NODE + "/" + name;
    }

    private void row(String project, String name, boolean link, boolean directory) {
        studios.server.execute(
                studios.source,
                "INSERT INTO file_meta_data SELECT k, '" + project + "', '" + NODE
                        + "', '21', 'old-bucket', k, 'old', 'up', now(), " + link + ", " + directory
                        + " FROM (VALUES ('" + key(project, name) + "')) v (k)");
    }

    private void put(String project, String name, String content) {
        studios.from.put(key(project, name), content.getBytes(StandardCharsets.UTF_8));
        expected.put(key(project, name), content);
    }

    private User.Ran type(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("-f", PLAN.toString(), "--ledger", "ledger.db", "--set", "owner=40", "--set", "group=7"));
        all.addAll(List.of("--set", "old_bucket=old-bucket", "--set", "new_bucket=new-bucket"));
        all.addAll(List.of("--set", "projects=" + A + "," + B, "--set", "hidden_of=21"));
        return user.run(all.toArray(String[]::new));
    }

    @Test
    void thePlanIsShort() throws Exception {
        assertThat(Files.readAllLines(PLAN)).hasSizeLessThan(60);
    }

    @Test
    void namedProjectsAndHiddenOnesOfAUserGoWithAllThatIsTheirs() throws Exception {
        assertThat(type("plan").exits(Exit.DONE).all()).contains("rows of file_meta_data in 4 units name 6 objects");

        type("run").exits(Exit.DONE);

        expected.remove(key(THEIRS, "out.bin"));
        assertThat(Studios.objects(studios.to)).isEqualTo(expected);
        assertThat(studios.ask("SELECT string_agg(name, ', ' ORDER BY name) FROM projects WHERE prj_owner = 40"
                        + " AND access_rights = '{\"7\": {\"read\": true, \"write\": true, \"delete\": true}}'"))
                .isEqualTo("a, b, hidden, hidden too");
        assertThat(studios.ask("SELECT count(*) FROM projects JOIN projects_metadata ON uuid = project_uuid"))
                .isEqualTo("4");
        assertThat(studios.ask("SELECT count(*) FROM file_meta_data WHERE user_id = '40' AND bucket_name = 'new-bucket'"
                        + " AND upload_id IS NULL AND upload_expires_at IS NULL"))
                .isEqualTo("6");
        assertThat(studios.ask("SELECT string_agg(file_id, ' ') FROM file_meta_data WHERE entity_tag <> 'old'"))
                .doesNotContain("link.bin", "results")
                .contains(A, B, HIDDEN, HIDDEN_TOO);
        assertThat(studios.ask("SELECT count(*) FROM file_meta_data WHERE is_soft_link"))
                .isEqualTo("1");
        type("verify").exits(Exit.DONE);
        assertThat(type("run").exits(Exit.DONE).out()).contains("14 same");

        type("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(Studios.objects(studios.to)).isEmpty();
        assertThat(studios.ask("SELECT count(*) FROM projects")).isEqualTo("0");
    }

    @Test
    void whatIsInTheWayOfAHiddenProjectNamesThatProject() throws Exception {
        studios.server.execute(studios.target, "INSERT INTO projects (uuid, name) VALUES ('" + HIDDEN_TOO + "', 'x')");

        String said = type("run").exits(Exit.REFUSED).err();

        assertThat(said).contains("1 thing is in its way", "projects[uuid=" + HIDDEN_TOO + "], which is unique");
        assertThat(said).doesNotContain(HIDDEN + "]");
        assertThat(Studios.objects(studios.to)).isEmpty();
    }

    @Test
    void eachProjectHasAnAccountOfItsOwn() throws Exception {
        type("run").exits(Exit.DONE);

        Value.MapOf status =
                type("status", "--by", "group", "--json").exits(Exit.DONE).json();

        assertThat(Json.write(status))
                .contains("projects[id=1]", "projects[id=2]", "projects[id=3]", "projects[id=4]")
                .doesNotContain("projects[id=5]");
    }
}
