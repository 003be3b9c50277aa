package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code init project}: a plan for rows with all that belongs to them, from two real databases, works as it is written. */
class InitProjectTest {
    private static final String A = "aaaaaaaa-0000-4000-8000-000000000001";
    private static final String N1 = "11111111-0000-4000-8000-000000000001";
    private static final String N2 = "22222222-0000-4000-8000-000000000001";
    private static final String SCHEMA = """
            CREATE TABLE users (id int PRIMARY KEY);
            CREATE TABLE tags (id int PRIMARY KEY, label text);
            CREATE TABLE projects (id bigserial PRIMARY KEY, uuid uuid NOT NULL UNIQUE, name text NOT NULL,
              owner int NOT NULL REFERENCES users, workbench jsonb);
            CREATE TABLE nodes (id serial PRIMARY KEY, project uuid NOT NULL REFERENCES projects (uuid), label text);
            CREATE TABLE tagged (project bigint NOT NULL REFERENCES projects, tag int NOT NULL REFERENCES tags,
              PRIMARY KEY (project, tag));
            CREATE TABLE prices (node int PRIMARY KEY REFERENCES nodes, price numeric(10, 2));
            CREATE TABLE log (project bigint NOT NULL REFERENCES projects, line text);
            CREATE TABLE files (file_id text PRIMARY KEY, "project_id" text, node_id text, object_name text, size int);
            CREATE TABLE visits (visit int PRIMARY KEY, node text, day date);
            CREATE TABLE tracks (track int PRIMARY KEY, project uuid REFERENCES projects (uuid));
            CREATE TABLE loose (project_id int);
            CREATE TABLE settings (id uuid PRIMARY KEY, name text);
            """;

    @TempDir
    Path folder;

    private final PostgresServer server = PostgresServer.shared();
    private final String source = server.newDatabase();
    private final String target = server.newDatabase();
    private User user;

    @BeforeEach
    void makeSource() {
        user = new User(folder);
        server.execute(source, SCHEMA);
        server.execute(source, """
                INSERT INTO users VALUES (1); INSERT INTO tags VALUES (5, 'red');
                INSERT INTO projects VALUES (70, '%1$s', 'first', 1, '{"%2$s": {}, "%3$s": {}}');
                INSERT INTO nodes VALUES (700, '%1$s', 'a'), (701, '%1$s', 'b');
                INSERT INTO tagged VALUES (70, 5);
                INSERT INTO prices VALUES (701, 9.50);
                INSERT INTO log VALUES (70, 'made');
                INSERT INTO files VALUES ('f1', '%1$s', '%2$s', '%1$s/%2$s/data.zip', 1), ('f2', NULL, NULL, 'x/y.bin', 2);
                INSERT INTO visits VALUES (1, '%3$s', '2024-01-01'), (2, 'elsewhere', NULL);
                INSERT INTO settings VALUES (gen_random_uuid(), 'none')""".formatted(A, N1, N2));
    }

    private String plan() throws Exception {
        return Files.readString(folder.resolve("waybill.yaml"));
    }

    private User.Ran init() {
        return user.run(
                "init", "project", "--from", server.url(source), "--to", server.url(target), "--root", "projects");
    }

    private void target(String more) {
        server.execute(target, SCHEMA + more + "INSERT INTO users VALUES (1); INSERT INTO tags VALUES (5, 'red');");
    }

    private String all() {
        return server.ask(
                target,
                "SELECT (SELECT count(*) FROM projects) || ' ' || (SELECT count(*) FROM nodes) || ' '"
                        + " || (SELECT count(*) FROM tagged) || ' ' || (SELECT count(*) FROM files)");
    }

    @Test
    void thePlanMovesAProjectAsItIsWritten() throws Exception {
        target("");

        User.Ran ran = init().exits(Exit.DONE);

        assertThat(ran.err()).contains("Rows of log do not go: it has no key");
        assertThat(plan())
                .contains(
                        "with projects go rows of nodes, by nodes.project in projects",
                        "- log    # it has no key, so its rows cannot be told apart",
                        "users: must_exist    # projects.owner",
                        "tags: must_exist    # tagged.tag",
                        "- id    # the target numbers it, and what refers to it follows",
                        "#   files: row.project_id == string(root.uuid)    # 1 of 1 values looked at are in projects.uuid",
                        "#   # or files: row.node_id in root.workbench    # 1 of 1 values looked at",
                        "#   visits: row.node in root.workbench    # 1 of 2 values looked at",
                        "# ids: { new: { projects: row.workbench } }",
                        "# where: string(row.uuid) == vars.unit",
                        "# objects:    # files.object_name looks like the key of an object")
                .doesNotContain("settings:", "or visits");
        user.type("lint").exits(Exit.DONE);
        assertThat(user.type("plan").exits(Exit.DONE).out()).doesNotContain("refused");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("5 verified");
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("5 same");
        assertThat(all()).isEqualTo("1 2 1 0");
        assertThat(server.ask(
                        target,
                        "SELECT p.id || ' ' || t.project || ' ' || n.id || ' ' || n.label || ' ' || price FROM projects p"
                                + " JOIN tagged t ON t.project = p.id JOIN nodes n ON n.project = p.uuid"
                                + " JOIN prices ON node = n.id"))
                .isEqualTo("1 1 2 b 9.50");
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(all()).isEqualTo("0 0 0 0");
    }

    @Test
    void whatIsCommentedWorksOnceTheSignIsTakenAway() throws Exception {
        target("");
        init().exits(Exit.DONE);

        String plan = plan().replaceFirst("(?m)^moves:", "vars: { unit: { type: text } }\nmoves:")
                .replaceAll("(?m)^      # (where|follow|ids)(:.*)", "      $1$2")
                .replaceAll("(?m)^      #   (files|visits):", "        $1:");
        Files.writeString(folder.resolve("waybill.yaml"), plan);

        user.run("run", "--set", "unit=" + A).exits(Exit.DONE);

        assertThat(all()).isEqualTo("1 2 1 1");
        assertThat(server.ask(
                        target,
                        "SELECT f.project_id = p.uuid::text AND f.object_name ~ p.uuid::text" + " AND p.uuid <> '" + A
                                + "' FROM files f, projects p"))
                .isEqualTo("t");
    }

    @Test
    void aTargetThatDiffersGetsTheLinesThatItNeeds() throws Exception {
        target("""
                DROP TABLE prices; ALTER TABLE projects DROP COLUMN workbench, ADD stamp timestamptz NOT NULL DEFAULT now();
                ALTER TABLE tracks ADD part interval;
                ALTER TABLE tagged ADD weight int NOT NULL;
                """);

        User.Ran ran = init().exits(Exit.DONE);

        assertThat(plan())
                .contains(
                        "- prices    # the target has no such table\n",
                        "- tracks    # part: its type has no mapping, so rows there cannot be compared\n",
                        "- workbench    # the target has no such column",
                        "# weight: ...    # to do: the target wants a value and has no default.");
        assertThat(ran.err()).contains("To do: tagged.weight: the target wants a value");
        assertThat(user.type("plan").exits(Exit.USAGE).err()).contains("1 difference", "tagged.weight");

        Files.writeString(
                folder.resolve("waybill.yaml"),
                plan().replace("        # tagged:\n          # set:", "        tagged:\n          set:")
                        .replace("# weight: ...", "weight: 3"));
        user.type("run").exits(Exit.DONE);
        assertThat(server.ask(target, "SELECT weight FROM tagged")).isEqualTo("3");
    }

    @Test
    void noSecretStandsInThePlan() throws Exception {
        target("");
        String secret = "s3cret-of-the-test";
        String from = server.url(source).replaceFirst("//postgres@", "//postgres:" + secret + "@");

        User.Ran ran = user.run("init", "project", "--from", from, "--to", server.url(target), "--root", "projects")
                .exits(Exit.DONE);

        assertThat(plan()).contains("${env.SOURCE_PASSWORD}").doesNotContain(secret);
        assertThat(ran.all()).contains("set SOURCE_PASSWORD in the environment").doesNotContain(secret);
        user.env("SOURCE_PASSWORD", secret).type("run").exits(Exit.DONE);
    }

    @Test
    void badRootsAndStoresAreTold() {
        assertThat(init().exits(Exit.USAGE).err()).contains("has no such table. Make the tables there first.");
        target("");

        assertThat(user.run(
                                "init",
                                "project",
                                "--from",
                                server.url(source),
                                "--to",
                                server.url(target),
                                "--root",
                                "project")
                        .exits(Exit.USAGE)
                        .err())
                .contains("Cannot find table project");
        assertThat(user.run("init", "project", "--from", server.url(source), "--to", "./x", "--root", "projects")
                        .exits(Exit.USAGE)
                        .err())
                .contains("takes two databases of PostgreSQL");
        assertThat(user.run("init", "project", "--from", server.url(source), "--to", server.url(target))
                        .exits(Exit.USAGE)
                        .err())
                .contains("with --root");
        assertThat(user.run("init", "--root", "projects").exits(Exit.USAGE).err())
                .contains("--root goes with: waybill init project");
        assertThat(folder.resolve("waybill.yaml")).doesNotExist();
    }
}
