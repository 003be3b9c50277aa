package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code why} shows the way from a root row to a row, or what keeps the row out. */
class WhyTest {
    private static final String SCHEMA = """
            CREATE TABLE users (id int PRIMARY KEY);
            CREATE TABLE projects (id int PRIMARY KEY, name text NOT NULL, owner int NOT NULL REFERENCES users, shown jsonb);
            CREATE TABLE nodes (project int NOT NULL REFERENCES projects, node text NOT NULL, parent text,
              PRIMARY KEY (project, node), FOREIGN KEY (project, parent) REFERENCES nodes);
            CREATE TABLE links (id bigint PRIMARY KEY, project int NOT NULL, node text NOT NULL,
              FOREIGN KEY (project, node) REFERENCES nodes);
            CREATE TABLE hits (id int PRIMARY KEY, project int REFERENCES projects);
            CREATE TABLE colors (name text PRIMARY KEY);
            CREATE TABLE tags (id int PRIMARY KEY, color text NOT NULL REFERENCES colors);
            CREATE TABLE tagged (id int PRIMARY KEY, project int NOT NULL REFERENCES projects, tag int NOT NULL REFERENCES tags);
            CREATE TABLE files (key text PRIMARY KEY);
            CREATE TABLE runs (id int PRIMARY KEY, project int NOT NULL REFERENCES projects);
            CREATE TABLE news (id int PRIMARY KEY);
            """;

    @TempDir
    Path folder;

    private final PostgresServer server = PostgresServer.shared();
    private final String source = server.newDatabase();
    private final String target = server.newDatabase();
    private User user;

    @BeforeEach
    void makeProjects() throws Exception {
        server.execute(source, SCHEMA);
        server.execute(target, SCHEMA);
        server.execute(source, """
                INSERT INTO users VALUES (1);
                INSERT INTO projects VALUES (1, 'one', 1, '["f,1", "f=2"]'), (2, 'two', 1, '["f3"]'), (3, 'old', 1, '[]');
                INSERT INTO nodes VALUES (1, 'top', NULL), (1, 'a, node=b', 'top'), (3, 'top', NULL);
                INSERT INTO links VALUES (10, 1, 'a, node=b'), (30, 3, 'top');
                INSERT INTO hits VALUES (1, 2), (2, NULL), (3, 3);
                INSERT INTO colors VALUES ('red'), ('blue');
                INSERT INTO tags VALUES (5, 'red'), (6, 'blue');
                INSERT INTO tagged VALUES (1, 2, 5);
                INSERT INTO files VALUES ('f,1'), ('f=2'), ('f3'), ('f4');
                INSERT INTO runs VALUES (1, 1);
                """);
        Place.in(folder).file("waybill.yaml", """
                waybill: 1
                name: house
                limits: { batch: 1 }
                stores:
                  src: { type: postgresql, host: 127.0.0.1, port: %1$d, user: postgres, database: %2$s, read_only: true }
                  dst: postgresql://postgres@127.0.0.1:%1$d/%3$s
                moves:
                  - name: project
                    rows:
                      root: src:projects
                      where: row.name != 'old'
                      follow: { files: row.key in root.shown }
                      stop: [runs]
                      outward: { tags: bring, colors: bring }
                      to: dst
                """.formatted(server.port(), source, target));
        user = new User(folder);
    }

    private String yes(String... words) {
        return run(words).exits(Exit.DONE).out();
    }

    private String no(String... words) {
        return run(words).exits(Exit.DIFFERENT).out();
    }

    private User.Ran run(String... words) {
        String[] all = new String[words.length + 1];
        all[0] = "why";
        System.arraycopy(words, 0, all, 1, words.length);
        return user.run(all);
    }

    @Test
    void theWayLeadsOverForeignKeysOfSeveralColumns() {
        assertThat(yes("links", "10")).isEqualTo("""
                links[id=10] moves with project:
                  projects[id=1]                   root, chosen by the plan
                  nodes[project=1, node=a, node=b]  belongs by nodes.project
                  links[id=10]                     belongs by links.project, node
                """.replace(
                        "projects[id=1]                   root", "projects[id=1]                    root")
                .replace("links[id=10]                     belongs", "links[id=10]                      belongs"));
        assertThat(yes("projects", "2")).contains("  projects[id=2]  root, chosen by the plan\n");
    }

    @Test
    void keysOfSeveralColumnsAreWrittenAsTheyAreShown() {
        assertThat(yes("nodes", "project=1, node=top")).contains("nodes[project=1, node=top] moves");
        assertThat(yes("nodes", "[node=a, node=b,project=1]")).contains("nodes[project=1, node=a, node=b] moves");
        assertThat(yes("nodes", "project=1,node=a, node=b")).contains("nodes[project=1, node=a, node=b] moves");
        assertThat(run("nodes", "1").exits(Exit.USAGE).err())
                .contains("its key is project, node. Write it as project=VALUE,node=VALUE");
    }

    @Test
    void whatThePlanAddsAndWhatComesAlongIsToldApart() {
        assertThat(yes("files", "f=2"))
                .contains("projects[id=1]  root", "files[key=f=2]  belongs by follow: row.key in root.shown");
        assertThat(yes("files", "key=f3")).contains("projects[id=2]  root");
        assertThat(yes("colors", "red"))
                .contains("tagged[id=1]", "belongs by tagged.project")
                .contains("tags[id=5]", "comes along, brought by tagged.tag")
                .contains("colors[name=red]", "comes along, brought by tags.color");
    }

    @Test
    void aRowOfARootThatIsNotChosenIsTold() {
        assertThat(no("links", "30")).contains("it belongs to projects[id=3], which where does not choose");
        assertThat(no("projects", "3")).contains("where does not choose it");
        assertThat(no("hits", "3")).contains("projects[id=3], which where does not choose");
    }

    @Test
    void whatKeepsARowOutIsTold() {
        assertThat(no("hits", "2")).contains("hits[id=2] does not move with project:\n  hits.project is empty\n");
        assertThat(no("files", "f4")).contains("no row of projects that belongs has it by row.key in root.shown");
        assertThat(no("tags", "6")).contains("no row that goes refers to it");
        assertThat(no("runs", "1")).contains("stop names runs");
        assertThat(no("users", "1"))
                .contains("rows of projects refer to it by projects.owner", "has to be at the target already");
        assertThat(no("news", "1")).contains("no foreign key leads from news to a table whose rows belong");
    }

    @Test
    void whatIsNotThereIsAnError() {
        assertThat(run("links", "11").exits(Exit.USAGE).err()).contains("has no row links[id=11]");
        assertThat(run("link", "10").exits(Exit.USAGE).err()).contains("no table link. Did you mean \"links\"?");
        assertThat(run("links", "ten").exits(Exit.USAGE).err())
                .contains(
                        "Cannot look for links[id=ten]: the key does not fit", "invalid input syntax for type bigint");
        assertThat(run("links", "10", "--move", "other").exits(Exit.USAGE).err())
                .contains("Move other is none");
    }

    @Test
    void theAnswerIsAlsoADocument() {
        String json = run("links", "10", "--json").exits(Exit.DONE).out();
        assertThat(json)
                .contains("\"belongs\": true", "\"how\": \"foreign_key\"", "\"reference\": \"links.project, node\"");
        assertThat(run("runs", "1", "--json").exits(Exit.DIFFERENT).out())
                .contains("\"belongs\": false", "\"stop names runs\"");
    }
}
