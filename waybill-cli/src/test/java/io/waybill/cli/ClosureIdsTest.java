package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A project, its nodes, files and access rows keep their ids, get new ones, or get those that the target gives. */
class ClosureIdsTest {
    /** An insert into projects writes an access row by itself; nodes and files have composite keys. */
    private static final String SCHEMA = """
            CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL);
            CREATE TABLE projects (id bigserial PRIMARY KEY, uuid uuid NOT NULL UNIQUE, name text NOT NULL,
              owner int NOT NULL REFERENCES users, workbench jsonb);
            CREATE TABLE nodes (project uuid NOT NULL REFERENCES projects (uuid) ON DELETE CASCADE, node uuid NOT NULL, label text,
              parent uuid, PRIMARY KEY (project, node), FOREIGN KEY (project, parent) REFERENCES nodes);
            CREATE TABLE files (file_id text PRIMARY KEY, project uuid NOT NULL, node uuid NOT NULL, object_name text UNIQUE,
              FOREIGN KEY (project, node) REFERENCES nodes);
            CREATE TABLE access (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
              project bigint NOT NULL REFERENCES projects ON DELETE CASCADE, person int NOT NULL, level text NOT NULL DEFAULT 'all',
              UNIQUE (project, person));
            CREATE FUNCTION grant_access() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              INSERT INTO access (project, person) VALUES (NEW.id, NEW.owner); RETURN NEW; END $$;
            CREATE TRIGGER give AFTER INSERT ON projects FOR EACH ROW EXECUTE FUNCTION grant_access();
            """;

    private static final String A = "aaaaaaaa-0000-4000-8000-000000000001";
    private static final String B = "bbbbbbbb-0000-4000-8000-000000000001";
    private static final String N1 = "11111111-0000-4000-8000-000000000001";
    private static final String N2 = "22222222-0000-4000-8000-000000000001";
    private static final String GONE = "99999999-0000-4000-8000-000000000001";

    @TempDir
    Path folder;

    private final PostgresServer server = PostgresServer.shared();
    private final String source = server.newDatabase();
    private final String target = server.newDatabase();
    private Place place;
    private User user;

    @BeforeEach
    void makeProjects() throws Exception {
        server.execute(source, SCHEMA);
        server.execute(target, SCHEMA);
        server.execute(source, """
                INSERT INTO users VALUES (1, 'ann'), (2, 'ben');
                INSERT INTO projects VALUES (7, '%1$s', 'first', 1,
                    '{"%3$s": {"inputs": {"from": "%4$s", "path": "%1$s/%3$s/in.csv"}}, "%4$s": {"list": ["%5$s", "x"]}, "%5$s": null}'),
                  (8, '%2$s', 'second', 2, NULL);
                INSERT INTO nodes VALUES ('%1$s', '%3$s', 'of %1$s', NULL), ('%1$s', '%4$s', 'leaf', '%3$s');
                INSERT INTO files VALUES ('%1$s/%3$s/out.bin', '%1$s', '%3$s', '%1$s/%3$s/out.bin'),
                  ('api/%4$s/a b', '%1$s', '%4$s', 'api/%4$s/a b');
                UPDATE access SET level = 'write';
                INSERT INTO access (project, person, level) VALUES (7, 2, 'read');
                """.formatted(A, B, N1, N2, GONE));
        server.execute(target, "INSERT INTO users VALUES (1, 'zoe'), (2, 'yan')");
        place = Place.in(folder);
        user = new User(folder);
    }

    private void plan(String name, String rows) throws Exception {
        place.file("waybill.yaml", """
                waybill: 1
                name: %5$s
                stores:
                  src: postgresql://postgres@127.0.0.1:%1$d/%2$s
                  dst: postgresql://postgres@127.0.0.1:%1$d/%3$s
                moves:
                  - name: project
                    rows:
                      root: src:projects
                      to: dst
                      where: row.name == 'first'
                %4$s""".formatted(server.port(), source, target, rows.indent(6), name));
    }

    private String ask(String sql) {
        return server.ask(target, sql);
    }

    private String all() {
        return ask("SELECT (SELECT count(*) FROM projects) || ' ' || (SELECT count(*) FROM nodes) || ' '"
                + " || (SELECT count(*) FROM files) || ' ' || (SELECT count(*) FROM access)");
    }

    @Test
    void rowsOfATriggerAtTheTargetGiveWay() throws Exception {
        plan("house", "");

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("7 verified");

        assertThat(all()).isEqualTo("1 2 2 2");
        assertThat(ask("SELECT string_agg(person || level, ' ' ORDER BY person) FROM access"))
                .isEqualTo("1write 2read");
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("7 same");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("7 same");
        user.run("rollback", "r2", "--yes=r2").exits(Exit.DONE);
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(all()).isEqualTo("0 0 0 0");
    }

    @Test
    void rowsOfATriggerThatAreNotOursGoWithTheRowsThatTheyReferTo() throws Exception {
        plan("house", "stop: access");
        user.type("run").exits(Exit.DONE);
        assertThat(ask("SELECT person || level FROM access")).isEqualTo("1all");

        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);

        assertThat(all()).isEqualTo("0 0 0 0");
    }

    @Test
    void rowsOfATriggerThatKeepOursFromGoingAreTold() throws Exception {
        server.execute(
                target,
                "ALTER TABLE access DROP CONSTRAINT access_project_fkey, ADD CONSTRAINT access_project_fkey FOREIGN KEY (project)"
                        + " REFERENCES projects");
        plan("house", "stop: access");
        user.type("run").exits(Exit.DONE);

        User.Ran rollback = user.run("rollback", "r1", "--yes=r1");

        rollback.exits(Exit.NEEDS_YOU);
        assertThat(rollback.out() + rollback.err())
                .contains(
                        "5 kept: the target refuses it",
                        "foreign key constraint \"access_project_fkey\" on table \"access\"");
        assertThat(all()).isEqualTo("1 2 2 1");
        server.execute(target, "DELETE FROM access");
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(all()).isEqualTo("0 0 0 0");
    }

    @Test
    void aCollisionOnAnyUniqueKeyIsToldBeforeAnythingIsWritten() throws Exception {
        server.execute(target, """
                INSERT INTO projects VALUES (50, '%1$s', 'theirs', 1);
                INSERT INTO nodes VALUES ('%1$s', '%2$s');
                INSERT INTO files VALUES ('mine', '%1$s', '%2$s', '%1$s/%2$s/out.bin');
                """.formatted(A, N1));
        plan("house", "");

        User.Ran run = user.type("run").exits(Exit.REFUSED);

        assertThat(run.err())
                .contains("projects[uuid=" + A + "], which is unique, has another row, projects[id=50]")
                .contains("files[object_name=" + A + "/" + N1 + "/out.bin], which is unique, has another row")
                .contains("files[file_id=mine]", "Nothing was written");
        assertThat(all()).isEqualTo("1 1 1 1");
    }

    private static final String NEW = """
            ids: { new: { projects: row.workbench } }
            row: { projects: { set: { name: "${row.name} of ${row.uuid}" } } }
            """;

    @Test
    void aProjectIsCopiedTwiceWithNewIdsBesideOneAnother() throws Exception {
        plan("house", NEW);
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("7 verified");
        plan("second", NEW);
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("7 verified");

        assertThat(all()).isEqualTo("2 4 4 4");
        assertThat(ask("SELECT count(*) FROM projects WHERE uuid = '" + A + "'"))
                .isEqualTo("0");
        assertThat(ask("SELECT count(DISTINCT project) FROM nodes")).isEqualTo("2");
        assertThat(ask("SELECT string_agg(id::text, ' ' ORDER BY id) FROM projects"))
                .isEqualTo("1 2");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("7 same");
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("7 same");
        user.run("rollback", "r2", "--yes=r2").exits(Exit.DONE);
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(all()).isEqualTo("1 2 2 2");
    }

    @Test
    void newIdsStandInEveryReference() throws Exception {
        plan("house", NEW);

        user.type("run").exits(Exit.DONE);

        assertThat(ask("SELECT name = 'first of ' || uuid FROM projects")).isEqualTo("t");
        assertThat(
                        ask(
                                "SELECT count(*) FROM nodes n JOIN projects p ON p.uuid = n.project AND p.workbench ? n.node::text"))
                .isEqualTo("2");
        assertThat(ask("SELECT label = 'of ' || project FROM nodes WHERE parent IS NULL"))
                .isEqualTo("t");
        assertThat(ask("SELECT count(*) FROM files WHERE file_id = object_name AND file_id IN"
                        + " (project || '/' || node || '/out.bin', 'api/' || node || '/a b')"))
                .isEqualTo("2");
        assertThat(ask("SELECT workbench::text FROM projects"))
                .doesNotContain(A, N1, N2, GONE)
                .contains("in.csv");
        assertThat(ask("SELECT w.value #>> '{inputs,from}' = n.node::text AND"
                        + " w.value #>> '{inputs,path}' = n.project || '/' || n.parent || '/in.csv'"
                        + " FROM projects, jsonb_each(workbench) AS w JOIN nodes n ON n.parent::text = w.key"))
                .isEqualTo("t");
        assertThat(ask("SELECT (SELECT w.value #>> '{list,0}' FROM jsonb_each(workbench) AS w WHERE w.value ? 'list')"
                        + " = (SELECT w.key FROM jsonb_each(workbench) AS w WHERE w.value = 'null') FROM projects"))
                .isEqualTo("t");
    }

    @Test
    void numbersThatThePlanDropsAreGivenByTheTarget() throws Exception {
        server.execute(target, """
                INSERT INTO projects VALUES (1, 'cccccccc-0000-4000-8000-000000000001', 'theirs', 1), (7, '%s', 'other', 2);
                """.formatted(B));
        plan("house", "row: { projects: { drop: [id] }, access: { drop: id } }");
        assertThat(user.type("run --dry-run").exits(Exit.DONE).out()).contains("7  to write");
        assertThat(ask("SELECT is_called FROM projects_id_seq")).isEqualTo("f");

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("7 verified");

        assertThat(ask("SELECT string_agg(id || name, ' ' ORDER BY id) FROM projects"))
                .isEqualTo("1theirs 7other 8first");
        assertThat(ask("SELECT string_agg(person || level, ' ' ORDER BY person) FROM access WHERE project = 8"))
                .isEqualTo("1write 2read");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("7 same");
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("7 same");
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(all()).isEqualTo("2 0 0 2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"before-intent", "after-intent", "before-write", "after-write-before-evidence", "before-evidence"
            })
    void aRunThatDiesIsFinishedByTheNextOne(String point) throws Exception {
        plan("house", NEW);

        assertThat(DyingCommand.run(folder, Map.of(), point, 1, List.of("run"))).isEqualTo(DyingCommand.DIED);
        user.type("run").exits(Exit.DONE);

        assertThat(all()).isEqualTo("1 2 2 2");
        assertThat(ask("SELECT string_agg(person || level, ' ' ORDER BY person) FROM access WHERE project = 1"))
                .isEqualTo("1write 2read");
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("7 same");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("7 same");
        assertThat(user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE).out())
                .contains("sequences of dst are not put back");
        assertThat(all()).isEqualTo("0 0 0 0");
    }

    @Test
    void referencesOfAllKindsFollowTheNumbersThatTheTargetGives() throws Exception {
        String more = """
                CREATE TABLE parts (project bigint REFERENCES projects, n smallserial, label text, parent smallint,
                  PRIMARY KEY (project, n), FOREIGN KEY (project, parent) REFERENCES parts);
                CREATE TABLE bits (project bigint, part smallint, at int, PRIMARY KEY (project, part, at),
                  FOREIGN KEY (project, part) REFERENCES parts);
                CREATE TABLE comments (id serial PRIMARY KEY, kind text NOT NULL, ref bigint NOT NULL, note text);
                CREATE TABLE labels (ref text PRIMARY KEY, label text);
                """;
        server.execute(source, more + """
                INSERT INTO parts VALUES (7, 3, 'top', NULL), (7, 4, 'below', 3), (8, 5, 'other', NULL);
                INSERT INTO bits VALUES (7, 4, 1), (7, 4, 2);
                INSERT INTO comments VALUES (5, 'project', 7, 'yes'), (6, 'tag', 7, 'no');
                INSERT INTO labels VALUES ('7', 'seven'), ('70', 'seventy');
                """);
        server.execute(target, more + "SELECT setval('projects_id_seq', 40); SELECT setval('parts_n_seq', 20)");
        plan("house", """
                ids: { new: { projects: row.workbench } }
                follow:
                  comments: row.kind == 'project' && row.ref == root.id
                  labels: row.ref == string(root.id)
                """);

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("13 verified");

        assertThat(ask(
                        "SELECT string_agg(project || ' ' || n || ' ' || label || coalesce(' ' || parent, ''), ', ' ORDER BY n)"
                                + " FROM parts"))
                .isEqualTo("41 21 top, 41 22 below 21");
        assertThat(ask("SELECT string_agg(project || ' ' || part || ' ' || at, ', ' ORDER BY at) FROM bits"))
                .isEqualTo("41 22 1, 41 22 2");
        assertThat(ask("SELECT id || kind || ref || note FROM comments")).isEqualTo("1project41yes");
        assertThat(ask("SELECT ref || label FROM labels")).isEqualTo("41seven");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("13 same");
    }

    @Test
    void valuesThatThePlanKeepsAreNoIdsOfTheUnit() throws Exception {
        String more =
                "CREATE TABLE watchers (project uuid REFERENCES projects (uuid), person uuid, PRIMARY KEY (project, person));";
        server.execute(target, more);
        server.execute(source, more + "INSERT INTO watchers VALUES ('%s', '%s')".formatted(A, GONE));
        plan("house", "ids: { keep: { watchers: person } }\n");

        user.type("run").exits(Exit.DONE);

        assertThat(ask("SELECT person FROM watchers")).isEqualTo(GONE);
        assertThat(ask("SELECT workbench ? '" + GONE + "' FROM projects")).isEqualTo("t");
        assertThat(ask("SELECT count(*) FROM watchers WHERE project = '" + A + "'"))
                .isEqualTo("0");
    }

    @Test
    void aKeyThatNothingGivesIsToldByThePlan() throws Exception {
        plan("house", "row: { nodes: { drop: [node] } }\n");

        assertThat(user.type("plan").exits(Exit.USAGE).err())
                .contains(
                        "rows of nodes have no node, which is part of the key at the target, and no sequence there numbers it");
    }

    @Test
    void anotherCopyIsMadeInAnotherNamespace() throws Exception {
        plan("house", NEW);
        user.type("run").exits(Exit.DONE);
        place.file("waybill.yaml", place.text("waybill.yaml").replace("name: house", "name: house\nnamespace: other"));

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("7 verified");

        assertThat(all()).isEqualTo("2 4 4 4");
    }

    @Test
    void theSameIdsComeOutOfTheFunction() throws Exception {
        plan("house", NEW.replace("of ${row.uuid}", "of ${id('projects', '" + A + "')}"));

        user.type("run").exits(Exit.DONE);

        assertThat(ask("SELECT name = 'first of ' || uuid FROM projects")).isEqualTo("t");
    }

    @Test
    void aReferenceToAnotherUnitFollowsWhereThePlanSaysSoAndThatUnitIsThere() throws Exception {
        String origins =
                "CREATE TABLE origins (project uuid PRIMARY KEY REFERENCES projects (uuid), origin uuid REFERENCES"
                        + " projects (uuid))";
        server.execute(target, origins);
        server.execute(
                source, origins + "; INSERT INTO origins VALUES ('" + A + "', NULL), ('" + B + "', '" + A + "')");
        plan("copy", """
                ids: new
                row:
                  origins: { set: { origin: "${when(row.origin != null, id('projects', row.origin), null)}" } }
                """);
        String first = Files.readString(folder.resolve("waybill.yaml"));
        Files.writeString(folder.resolve("waybill.yaml"), first.replace("row.name == 'first'", "row.name == 'second'"));
        assertThat(user.type("run").exits(Exit.REFUSED).err()).contains("origins.origin refers to projects[uuid=");

        Files.writeString(folder.resolve("waybill.yaml"), first);
        user.type("run --new").exits(Exit.DONE);
        Files.writeString(folder.resolve("waybill.yaml"), first.replace("row.name == 'first'", "row.name == 'second'"));
        user.type("run").exits(Exit.DONE);

        assertThat(ask("SELECT p.name FROM origins o JOIN projects p ON p.uuid = o.origin"))
                .isEqualTo("first");
        assertThat(ask("SELECT count(*) FROM projects WHERE uuid IN ('" + A + "', '" + B + "')"))
                .isEqualTo("0");
        user.type("verify").exits(Exit.DONE);
    }
}
