package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.store.Failpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Projects move with all that belongs to them, found in the catalog and by what the plan adds. */
class ClosureTest {
    /** Nodes refer to one another, links by two composite keys; a row of an audit may be of any project. */
    private static final String SCHEMA = """
            CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL);
            CREATE TABLE projects (uuid uuid PRIMARY KEY, name text NOT NULL, owner int NOT NULL REFERENCES users,
              cover uuid, nodes jsonb);
            CREATE TABLE nodes (project uuid NOT NULL REFERENCES projects ON DELETE CASCADE, node uuid NOT NULL, label text,
              parent uuid, PRIMARY KEY (project, node), FOREIGN KEY (project, parent) REFERENCES nodes);
            CREATE TABLE links (id bigint PRIMARY KEY, project uuid NOT NULL, source uuid NOT NULL, sink uuid NOT NULL,
              FOREIGN KEY (project, source) REFERENCES nodes, FOREIGN KEY (project, sink) REFERENCES nodes);
            CREATE TABLE origins (project uuid PRIMARY KEY REFERENCES projects, from_project uuid, from_node uuid,
              FOREIGN KEY (from_project, from_node) REFERENCES nodes);
            CREATE TABLE tags (id int PRIMARY KEY, label text NOT NULL);
            CREATE TABLE tagged (project uuid REFERENCES projects ON DELETE SET NULL, tag int NOT NULL REFERENCES tags,
              id int PRIMARY KEY);
            CREATE TABLE files (key text PRIMARY KEY, project text, node text, soft boolean NOT NULL DEFAULT false);
            """;

    private static final String A = "aaaaaaaa-0000-4000-8000-000000000001";
    private static final String B = "bbbbbbbb-0000-4000-8000-000000000001";
    private static final String N1 = "11111111-0000-4000-8000-000000000001";
    private static final String N2 = "22222222-0000-4000-8000-000000000001";
    private static final String N3 = "33333333-0000-4000-8000-000000000001";

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
                INSERT INTO projects VALUES ('%1$s', 'first', 1, NULL, '{"%3$s": {}, "%4$s": {}}'),
                  ('%2$s', 'second', 2, NULL, '{"%5$s": {}}');
                INSERT INTO nodes VALUES ('%1$s', '%3$s', 'root', NULL), ('%1$s', '%4$s', 'leaf', '%3$s'),
                  ('%2$s', '%5$s', 'other', NULL);
                INSERT INTO links VALUES (7, '%1$s', '%3$s', '%4$s');
                INSERT INTO origins VALUES ('%2$s', '%1$s', '%3$s'), ('%1$s', NULL, NULL);
                INSERT INTO tags VALUES (5, 'red'), (6, 'blue');
                INSERT INTO tagged VALUES ('%1$s', 5, 1), ('%2$s', 6, 2);
                INSERT INTO files VALUES ('a/1', '%1$s', '%3$s', false), ('a/2', '%1$s', 'gone', true),
                  ('b/1', '%2$s', '%5$s', false), ('c/1', NULL, '%4$s', false);
                """.formatted(A, B, N1, N2, N3));
        server.execute(target, "INSERT INTO users VALUES (1, 'zoe'), (40, 'new owner')");
        place = Place.in(folder);
        user = new User(folder);
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

    private String ask(String sql) {
        return server.ask(target, sql);
    }

    private String all() {
        return ask("SELECT (SELECT count(*) FROM projects) || ' ' || (SELECT count(*) FROM nodes) || ' '"
                + " || (SELECT count(*) FROM links) || ' ' || (SELECT count(*) FROM origins) || ' '"
                + " || (SELECT count(*) FROM tags) || ' ' || (SELECT count(*) FROM tagged) || ' '"
                + " || (SELECT count(*) FROM files) || ' ' || (SELECT count(*) FROM users)");
    }

    private static final String ONE = """
            where: row.uuid == '%s'
            follow: { files: "row.project == string(root.uuid) && !row.soft" }
            outward: { tags: bring }
            row:
              projects: { set: { owner: 40, name: "${row.name} (moved)" } }
              files: { set: { node: "${root.name}/${row.node}" } }
            """.formatted(A);

    @Test
    void aProjectMovesWithWhatBelongsToItAndNothingElse() throws Exception {
        plan(ONE);

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("8 verified");

        assertThat(all()).isEqualTo("1 2 1 1 1 1 1 2");
        assertThat(ask("SELECT name || owner FROM projects")).isEqualTo("first (moved)40");
        assertThat(ask("SELECT node FROM files")).isEqualTo("first/" + N1);
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("8 same");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("8 same");
    }

    @Test
    void rollbackLeavesTheTargetAsItWas() throws Exception {
        plan(ONE);
        user.type("run").exits(Exit.DONE);

        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);

        assertThat(all()).isEqualTo("0 0 0 0 0 0 0 2");
    }

    @Test
    void aReferenceToARowThatIsNotAtTheTargetIsToldBeforeAnythingIsWritten() throws Exception {
        plan("where: row.uuid == '" + B + "'\n");

        User.Ran run = user.type("run");

        run.exits(Exit.REFUSED);
        assertThat(run.err())
                .contains(
                        "in its way. Nothing was written",
                        "projects.owner refers to users[id=2]",
                        "neither belongs nor");
        assertThat(all()).isEqualTo("0 0 0 0 0 0 0 2");
    }

    @Test
    void aReferenceOutwardIsLeftEmptyWhereThePlanSaysSo() throws Exception {
        plan("""
                where: row.uuid == '%s'
                outward: { users: map, nodes: "null", tags: bring }
                row: { projects: { set: { owner: 40 } } }
                """.formatted(B));

        user.type("run").exits(Exit.DONE);

        assertThat(ask("SELECT from_project IS NULL AND from_node IS NULL FROM origins"))
                .isEqualTo("t");
        assertThat(all()).isEqualTo("1 1 0 1 1 1 0 2");
    }

    @Test
    void rowsAreFoundByTheKeysOfAJsonObject() throws Exception {
        plan("""
                where: row.uuid == '%s'
                stop: [tagged, origins]
                follow: { files: row.node in root.nodes }
                """.formatted(A));

        user.type("run").exits(Exit.DONE);

        assertThat(ask("SELECT string_agg(key, ' ' ORDER BY key) FROM files")).isEqualTo("a/1 c/1");
        assertThat(all()).isEqualTo("1 2 1 0 0 0 2 2");
    }

    @Test
    void anotherRowAtTheTargetIsToldBeforeAnythingIsWritten() throws Exception {
        plan(ONE);
        server.execute(target, "INSERT INTO tags VALUES (5, 'green')");

        User.Ran run = user.type("run").exits(Exit.REFUSED);

        assertThat(run.err()).contains("1 thing is in its way", "tags[id=5]", "another row stands there");
        assertThat(all()).isEqualTo("0 0 0 0 1 0 0 2");
    }

    @Test
    void rowsThatReferToOneAnotherGoWhereTheDatabaseChecksAtTheEnd() throws Exception {
        String cover = "ALTER TABLE projects ADD FOREIGN KEY (uuid, cover) REFERENCES nodes DEFERRABLE";
        server.execute(source, cover + "; UPDATE projects SET cover = '" + N2 + "' WHERE uuid = '" + A + "'");
        server.execute(target, cover);
        plan(ONE);

        user.type("run").exits(Exit.DONE);

        assertThat(ask("SELECT cover FROM projects")).isEqualTo(N2);
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(all()).isEqualTo("0 0 0 0 0 0 0 2");
    }

    @Test
    void aRowThatCameAlongAndTurnsOutToBelongHasItsOwnWithIt() throws Exception {
        String more = "ALTER TABLE projects ADD color int REFERENCES tags;"
                + " CREATE TABLE notes (id int PRIMARY KEY, tag int NOT NULL REFERENCES tags)";
        server.execute(target, more);
        server.execute(
                source,
                more + "; INSERT INTO tags VALUES (8, 'leaf'); INSERT INTO notes VALUES (1, 8), (2, 5);"
                        + " UPDATE projects SET color = 8 WHERE uuid = '" + A + "'");
        plan("""
                where: row.uuid == '%s'
                follow: { tags: row.label == nodes.label }
                outward: { tags: bring, users: map }
                row: { projects: { set: { owner: 40 } } }
                """.formatted(A));

        user.type("run").exits(Exit.DONE);

        assertThat(ask("SELECT string_agg(id::text, ' ' ORDER BY id) FROM tags"))
                .isEqualTo("8");
        assertThat(ask("SELECT string_agg(id::text, ' ') FROM notes")).isEqualTo("1");
    }

    @Test
    void unitsMayShareRows() throws Exception {
        server.execute(target, "INSERT INTO users VALUES (2, 'ben')");
        server.execute(source, "UPDATE tagged SET tag = 5");
        plan("outward: { tags: bring }\nstop: origins\n");

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("9 verified", "1 same");
        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);

        assertThat(all()).isEqualTo("0 0 0 0 0 0 0 3");
    }

    @Test
    void anOlderBatchMayReferToWhatANewerOneMade() throws Exception {
        server.execute(target, "INSERT INTO users VALUES (2, 'ben')");
        server.execute(source, "UPDATE tagged SET tag = 5");
        plan("outward: { tags: bring }\nstop: origins\n");
        CountDownLatch older = new CountDownLatch(1);
        CountDownLatch newer = new CountDownLatch(1);
        AtomicInteger intents = new AtomicInteger();
        Failpoint.arm(point -> {
            if (point.equals("before-intent") && intents.incrementAndGet() == 2) {
                await(older);
            } else if (point.equals("after-intent") && older.getCount() > 0) {
                older.countDown();
                await(newer);
            } else if (point.equals("before-evidence")) {
                newer.countDown();
            }
        });
        try {
            user.type("run").exits(Exit.DONE);
        } finally {
            Failpoint.arm(null);
        }
        assertThat(intents).as("two batches at once").hasValue(2);

        assertThat(user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE).out())
                .contains("Rolled back 9, kept 0");

        assertThat(all()).isEqualTo("0 0 0 0 0 0 0 3");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void planCountsWhatGoesWithTheChosenRootsByWhichReferences() throws Exception {
        plan(ONE);

        String out = user.type("plan").exits(Exit.DONE).out();

        assertThat(out.replaceAll(" +", " "))
                .contains("1 root row, 8 rows with all that belongs to it; what becomes of each: waybill run --dry-run")
                .contains("\n projects 1 row root\n")
                .contains("\n nodes 2 rows by nodes.project in projects\n")
                .contains("\n links 1 row by links.project, sink in nodes; by links.project, source in nodes\n")
                .contains("\n files 1 row by row.project == string(root.uuid) && !row.soft in projects\n")
                .contains("\n tags 1 row brought by 1 of tagged.tag\n")
                .contains("\n outside:\n users 1 reference must be at the target: projects.owner\n")
                .contains("\n no row belongs by nodes.project, parent; origins.from_project, from_node\n");
    }

    @Test
    void theCountsArePartOfTheJsonOfPlanAndDryRun() throws Exception {
        server.execute(target, "INSERT INTO users VALUES (2, 'ben')");
        server.execute(source, "UPDATE tagged SET tag = 5");
        plan("outward: { tags: bring, nodes: 'null' }\n");

        for (String verb : List.of("plan --json", "run --dry-run --json")) {
            String json = user.type(verb)
                    .exits(Exit.DONE)
                    .out()
                    .replaceAll("\\s*\\n\\s*", "")
                    .replace(": ", ":")
                    .replace(", \"", ",\"");
            assertThat(json)
                    .as(verb)
                    .contains("\"root\":\"projects\",\"units\":2,\"refused\":0,\"rows\":11")
                    .contains("{\"table\":\"tags\",\"rows\":1,\"brought\":1}")
                    .contains("\"reference\":\"tagged.tag\",\"kind\":\"bring\",\"rows\":2")
                    .contains("\"reference\":\"projects.owner\",\"kind\":\"must_exist\",\"rows\":2")
                    .contains("\"reference\":\"origins.from_project, from_node\",\"kind\":\"null\",\"rows\":1")
                    .contains("\"reference\":\"nodes.project, parent\",\"kind\":\"within\",\"rows\":1");
        }
    }

    @Test
    void theReportDrawsWhatMovedWithTheRoots() throws Exception {
        String odd = "CREATE TABLE \"a<b>&'\" (id int PRIMARY KEY, project uuid NOT NULL REFERENCES projects,"
                + " \"<i>\" int REFERENCES users)";
        server.execute(target, odd + "; INSERT INTO users VALUES (2, 'ben')");
        server.execute(source, odd + "; UPDATE tagged SET tag = 5; INSERT INTO \"a<b>&'\" VALUES (1, '" + A + "', 1)");
        plan("outward: { tags: bring, nodes: 'null' }\n");
        user.type("run").exits(Exit.DONE);

        String html = user.type("report --format html").exits(Exit.DONE).out();
        String picture = html.substring(html.indexOf("<svg class=\"graph"), html.indexOf("<details>"));

        assertThat(boxes(picture))
                .contains("root|projects|root|2 rows|owner → users|must exist 2")
                .contains("table|nodes|3 rows|by project")
                .contains("table|links|1 row|by project, sink|by project, source")
                .contains("table|origins|2 rows|by project|from_project, from_node → nodes|left empty 1")
                .contains("table|tagged|2 rows|by project|tag → tags|brought 2")
                .contains("table|tags|1 row")
                .contains("table|a&lt;b&gt;&amp;&#39;|1 row|by project|&lt;i&gt; → users|must exist 1")
                .contains("outside|users|outside, 3 references", "outside|nodes|of others, 1 reference")
                .hasSize(9);
        assertThat(picture.split("<path class=\"in\"", -1))
                .as("references by which rows belong")
                .hasSize(1 + 6);
        assertThat(picture.split("<path class=\"out\"", -1))
                .as("references outward")
                .hasSize(1 + 4);
        assertThat(html).doesNotContain("<script", "a<b>", "<i>", "style=");
    }

    @Test
    void thePictureTellsWhatWasTakenBack() throws Exception {
        plan(ONE);
        user.type("run").exits(Exit.DONE);
        assertThat(user.type("report --format html").exits(Exit.DONE).out())
                .contains(">1 row<tspan class=\"w\"></tspan>");

        user.run("rollback", "r1", "--yes=r1").exits(Exit.DONE);

        assertThat(user.type("report r1 --format html").exits(Exit.DONE).out())
                .contains(">2 rows<tspan class=\"w\"> · 2 rolled back</tspan>");
    }

    /** The kind and the texts of each box. */
    private static List<String> boxes(String picture) {
        List<String> boxes = new ArrayList<>();
        Matcher box = Pattern.compile("<g class=\"([a-z]+)\">(.*)</g>").matcher(picture);
        while (box.find()) {
            StringBuilder texts = new StringBuilder(box.group(1));
            Matcher text = Pattern.compile("<text[^>]*>(?:<title>[^<]*</title>)?([^<]*)<")
                    .matcher(box.group(2));
            while (text.find()) {
                texts.append('|').append(text.group(1));
            }
            boxes.add(texts.toString());
        }
        return boxes;
    }

    @Test
    void planNamesTheIndexThatIsMissing() throws Exception {
        server.execute(
                source,
                "INSERT INTO files SELECT 'x/' || n, 'none' FROM generate_series(1, 20000) n; ANALYZE files; ANALYZE nodes");
        plan(ONE);
        String missing = "files has no index on project, so the source reads all of it, about 20004 rows, for each 100"
                + " root rows. Make one there (CREATE INDEX ON files (project))";

        assertThat(user.type("plan").exits(Exit.DONE).err())
                .contains(missing + ", or take more at once with limits: { batch: 1000 }")
                .doesNotContain("nodes has no index", "links has no index");

        server.execute(
                source, "CREATE INDEX half ON files (project) WHERE soft; CREATE INDEX other ON files (node, project)");
        assertThat(user.type("plan").exits(Exit.DONE).err()).contains(missing);

        server.execute(source, "CREATE INDEX whole ON files (project, node)");
        assertThat(user.type("plan").exits(Exit.DONE).err()).doesNotContain("has no index");
    }

    @Test
    void aPlanThatChoosesNoRootHasNothingToDo() throws Exception {
        plan("where: row.name == 'third'\n");

        assertThat(user.type("plan --exit-code").exits(Exit.DONE).out()).contains("0 root rows", "Nothing to do.");
    }

    @Test
    void aWrongNameIsToldWithTheRightOne() throws Exception {
        plan("follow: { file: row.project == string(root.uuid) }\n");

        assertThat(user.type("run").exits(Exit.USAGE).err()).contains("has no table file. Did you mean \"files\"?");
    }

    @Test
    void allProjectsMoveEachAsOneUnit() throws Exception {
        server.execute(target, "INSERT INTO users VALUES (2, 'ben')");
        plan("outward: { tags: bring }\nstop: origins\n");

        user.type("run").exits(Exit.DONE);

        assertThat(all()).isEqualTo("2 3 1 0 2 2 0 3");
    }
}
