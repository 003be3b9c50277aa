package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}
