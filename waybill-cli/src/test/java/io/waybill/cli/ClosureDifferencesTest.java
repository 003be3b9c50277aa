package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.value.Value;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the tables of the two ends differ is told before anything moves, and what is told is what happens. */
class ClosureDifferencesTest {
    private static final String A = "aaaaaaaa-0000-4000-8000-000000000001";

    @TempDir
    Path folder;

    private final PostgresServer server = PostgresServer.shared();
    private final String source = server.newDatabase();
    private final String target = server.newDatabase();
    private Place place;
    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        place = Place.in(folder);
        user = new User(folder);
    }

    private void schemas(String here, String there) {
        server.execute(source, here);
        server.execute(target, there);
    }

    private void plan(String rows) throws Exception {
        place.file("waybill.yaml", """
                waybill: 1
                name: house
                stores:
                  src: postgresql://postgres@127.0.0.1:%1$d/%2$s
                  dst: postgresql://postgres@127.0.0.1:%1$d/%3$s
                moves:
                  - name: project
                    rows:
                      root: src:projects
                      to: dst
                %4$s""".formatted(server.port(), source, target, rows.indent(6)));
    }

    private String action(String table, String name) {
        Value differences = user.type("plan --json").exits(Exit.DONE).value("differences");
        for (Value each : ((Value.ListOf) differences).values()) {
            if (text(each, "table").equals(table) && text(each, "name").equals(name)) {
                return text(each, "action");
            }
        }
        return "not told";
    }

    private static String text(Value difference, String field) {
        return ((Value.Text) User.field(difference, field)).value();
    }

    private static final String HERE = """
            CREATE TABLE users (id int PRIMARY KEY);
            CREATE TABLE projects (id serial PRIMARY KEY, uuid uuid NOT NULL UNIQUE, name varchar(10) NOT NULL, note text,
              places int NOT NULL, label text, owner int, legacy text, level text);
            CREATE TABLE nodes (project uuid NOT NULL REFERENCES projects (uuid), node int NOT NULL, PRIMARY KEY (project, node));
            INSERT INTO projects VALUES (7, '%s', 'first', 'a note', 3, 'abc', 1, 'old', '2');
            INSERT INTO nodes VALUES ('%1$s', 1);
            """.formatted(A);

    private static final String THERE = """
            CREATE TABLE users (id int PRIMARY KEY);
            INSERT INTO users VALUES (1);
            CREATE TABLE log (what text);
            CREATE TABLE projects (id serial PRIMARY KEY, uuid uuid NOT NULL UNIQUE, name text NOT NULL UNIQUE, note text,
              places bigint NOT NULL CHECK (places > 0), label varchar(5) NOT NULL, owner int REFERENCES users,
              made int GENERATED ALWAYS AS (1 + 1) STORED, number bigint GENERATED ALWAYS AS IDENTITY,
              kind text NOT NULL DEFAULT 'plain', spare date, level int);
            CREATE TABLE nodes (project uuid NOT NULL REFERENCES projects (uuid), node int NOT NULL, stamp text NOT NULL,
              PRIMARY KEY (project, node));
            CREATE FUNCTION made() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES ('project');
              INSERT INTO nodes VALUES (NEW.uuid, 1, 'of the trigger'); RETURN NULL; END $$;
            CREATE TRIGGER made AFTER INSERT ON projects FOR EACH ROW EXECUTE FUNCTION made();
            CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.stamp := 'stamped'; RETURN NEW; END $$;
            CREATE TRIGGER stamp BEFORE INSERT ON nodes FOR EACH ROW EXECUTE FUNCTION stamp();
            """;

    private static final String ROWS =
            "row: { projects: { drop: [id, legacy], set: { level: \"${int(row.level)}\" } } }";

    @Test
    void whatIsToldOfEachDifferenceIsWhatHappens() throws Exception {
        schemas(HERE, THERE);
        plan(ROWS);

        String told = user.type("plan").exits(Exit.DONE).out();

        assertThat(told.lines().map(line -> line.replaceAll(" +", " ")))
                .contains(
                        " tables of source and target: 16 differences, 9 columns, keys and rules alike",
                        " defaulted projects.id integer not null numbered by the target, and what refers to it follows",
                        " widened projects.name character varying(10) not null -> text not null",
                        " widened projects.places integer not null -> bigint not null",
                        " narrowed projects.label text -> character varying(5) not null null, and what does not fit, is"
                                + " refused, row by row, before the first write",
                        " dropped projects.legacy text -> none left out by row",
                        " mapped projects.level text -> integer set by row",
                        " defaulted projects.made + integer computed by the target: (1 + 1)",
                        " defaulted projects.number + bigint not null numbered by the target",
                        " defaulted projects.kind + text not null 'plain'::text",
                        " defaulted projects.spare + date null",
                        " narrowed unique (name) of projects looked for before the first write",
                        " narrowed foreign key (owner) to users (id) of projects what it leads to has to be in the unit or"
                                + " at the target, before the first write",
                        " narrowed rule projects_places_check of projects the target looks, when a unit is written",
                        " fires trigger made of projects writes to log, which no unit does; writes to nodes: rows of the"
                                + " unit take the place of its own",
                        " defaulted nodes.stamp + text not null set by trigger stamp",
                        " fires trigger stamp of nodes sets stamp in the row itself");
        assertThat(action("projects", "uuid")).isEqualTo("same");
        assertThat(user.type("run --dry-run").exits(Exit.DONE).out()).contains("16 differences");
        user.type("run").exits(Exit.DONE);
        assertThat(server.ask(
                        target,
                        "SELECT concat_ws(' ', id, name, places, label, made, number > 0, kind, spare, level)"
                                + " FROM projects"))
                .isEqualTo("1 first 3 abc 2 t plain 2");
        assertThat(server.ask(target, "SELECT stamp FROM nodes")).isEqualTo("stamped");
        assertThat(server.ask(target, "SELECT what FROM log")).isEqualTo("project");
        assertThat(user.type("plan").exits(Exit.DONE).out()).contains("16 differences");
    }

    @Test
    void valuesThatANarrowerColumnCannotHoldAreToldBeforeTheFirstWrite() throws Exception {
        schemas(HERE, THERE);
        server.execute(
                source,
                "INSERT INTO projects VALUES (8, gen_random_uuid(), 'b', NULL, 1, 'abcdef', 1, '', '1'),"
                        + " (9, gen_random_uuid(), 'c', NULL, 1, NULL, 1, '', '1')");
        plan(ROWS);
        user.type("plan").exits(Exit.DONE);

        String told = user.type("run").exits(Exit.REFUSED).err();

        assertThat(told)
                .contains("2 things are in its way. Nothing was written")
                .contains("label (character varying(5)) cannot hold this text: it has 6 characters, at most 5 can be")
                .contains("label (character varying(5)) cannot hold this null: it is NOT NULL");
        assertThat(server.ask(target, "SELECT count(*) FROM projects")).isEqualTo("0");
    }

    @Test
    void everythingThatCannotBeIsToldAtOnceBeforeAnythingIsWritten() throws Exception {
        schemas("""
                CREATE TABLE projects (uuid uuid PRIMARY KEY, name text, born timestamp, place int, legacy text);
                CREATE TABLE nodes (project uuid NOT NULL REFERENCES projects, node int NOT NULL, PRIMARY KEY (project, node));
                CREATE TABLE notes (id int PRIMARY KEY, project uuid NOT NULL REFERENCES projects);
                CREATE TABLE tracks (id int PRIMARY KEY, project uuid NOT NULL REFERENCES projects, took interval);
                INSERT INTO projects VALUES ('%s', 'first', now(), 1, '');
                """.formatted(A), """
                CREATE TABLE projects (uuid uuid PRIMARY KEY, name text, born timestamptz, place uuid, kind text NOT NULL);
                CREATE TABLE nodes (project uuid NOT NULL REFERENCES projects, node int NOT NULL, part int NOT NULL,
                  PRIMARY KEY (project, node, part));
                CREATE TABLE tracks (id int, project uuid NOT NULL, took interval);
                """);
        plan("row: { projects: { set: { colour: red } } }");

        for (String verb : List.of("plan", "run", "run --dry-run")) {
            String told = user.type(verb).exits(Exit.USAGE).err();

            assertThat(told)
                    .contains("9 differences between the tables of src and dst stand in its way. No row was written")
                    .contains("projects.born: no timestamp without time zone becomes timestamp with time zone. Say how")
                    .contains("projects.place: no integer becomes uuid. Say how below row: projects.")
                    .contains("projects.legacy: the target has no such column. Leave it out: row: { projects: { drop:"
                            + " [legacy] } }.")
                    .contains("projects.kind: the target wants a value and has no default. Give one:")
                    .contains("projects.colour: row sets it, and the target has no such column.")
                    .contains("nodes.part: rows of nodes have no part, which is part of the key at the target")
                    .contains("table notes: the target has no such table. Make it there, or name it in stop.")
                    .contains("table tracks: the target's has no key")
                    .contains(
                            "tracks.took: its type has no mapping, so its rows cannot be read. Name the table in stop.");
        }

        plan("""
                stop: [notes, tracks]
                row:
                  projects: { drop: [place, legacy], set: { born: "${timestamp(row.born, 'UTC')}", kind: plain } }
                  nodes: { set: { part: 1 } }
                """);
        user.type("run").exits(Exit.DONE);
        assertThat(server.ask(target, "SELECT kind FROM projects")).isEqualTo("plain");
    }

    @Test
    void valuesOfAnEnumThatTheTargetLacksAreToldBeforeTheFirstWrite() throws Exception {
        String table = "CREATE TABLE projects (uuid uuid PRIMARY KEY, state state NOT NULL);";
        schemas(
                "CREATE TYPE state AS ENUM ('open', 'shut', 'lost');" + table + "INSERT INTO projects VALUES ('" + A
                        + "', 'lost')",
                "CREATE TYPE state AS ENUM ('open', 'shut');" + table);
        plan("");

        assertThat(action("projects", "state")).isEqualTo("narrowed");
        assertThat(user.type("run").exits(Exit.REFUSED).err())
                .contains("column state (state) cannot hold this text: it is none of open, shut");

        server.execute(target, "ALTER TYPE state ADD VALUE 'lost'");
        assertThat(action("projects", "state")).isEqualTo("same");
        server.execute(target, "ALTER TYPE state ADD VALUE 'new'");
        assertThat(action("projects", "state")).isEqualTo("widened");
        user.type("run").exits(Exit.DONE);
        assertThat(server.ask(target, "SELECT state FROM projects")).isEqualTo("lost");
    }

    @Test
    void aTargetThatChangedAfterThePlanIsLookedAtAgain() throws Exception {
        String table = "CREATE TABLE projects (uuid uuid PRIMARY KEY, name text);";
        schemas(table + "INSERT INTO projects VALUES ('" + A + "', 'first')", table);
        plan("");
        user.type("plan").exits(Exit.DONE);
        server.execute(target, "ALTER TABLE projects ADD kind int NOT NULL");

        assertThat(user.type("run").exits(Exit.USAGE).err())
                .contains("1 difference between the tables of src and dst stands in its way. No row was written")
                .contains("projects.kind: the target wants a value and has no default");

        server.execute(target, "ALTER TABLE projects ALTER kind SET DEFAULT 3");
        user.type("run").exits(Exit.DONE);
        assertThat(server.ask(target, "SELECT kind FROM projects")).isEqualTo("3");
    }

    @Test
    void manyDifferencesAreToldInPart() throws Exception {
        StringBuilder more = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            more.append(", c").append(i).append(" int");
        }
        schemas(
                "CREATE TABLE projects (uuid uuid PRIMARY KEY); INSERT INTO projects VALUES ('" + A + "')",
                "CREATE TABLE projects (uuid uuid PRIMARY KEY" + more + ")");
        plan("");

        assertThat(user.type("plan").exits(Exit.DONE).out())
                .contains("50 differences", "projects.c39", "and 10 more: waybill plan --json")
                .doesNotContain("projects.c40");
    }

    @Test
    void equalSchemasAreToldInOneLine() throws Exception {
        String table = "CREATE TABLE projects (uuid uuid PRIMARY KEY, name text CHECK (name <> ''));";
        schemas(table + "INSERT INTO projects VALUES ('" + A + "', 'first')", table);
        plan("");

        assertThat(user.type("plan").exits(Exit.DONE).out())
                .contains("tables of source and target: no difference, 4 columns, keys and rules alike");
    }
}
