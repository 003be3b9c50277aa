package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What belongs together is found where nothing can be written, temporary tables included. */
class ClosureReadOnlyTest {
    private static final String SCHEMA = """
            CREATE TABLE projects (id int PRIMARY KEY, name text NOT NULL);
            CREATE TABLE nodes (project int NOT NULL REFERENCES projects, node int NOT NULL, PRIMARY KEY (project, node));
            CREATE TABLE links (id int PRIMARY KEY, project int NOT NULL, node int NOT NULL,
              FOREIGN KEY (project, node) REFERENCES nodes);
            CREATE TABLE tags (id int PRIMARY KEY);
            CREATE TABLE tagged (project int NOT NULL REFERENCES projects, tag int NOT NULL REFERENCES tags, PRIMARY KEY (project, tag));
            CREATE TABLE files (key text PRIMARY KEY, project text NOT NULL);
            """;

    private static final String ROWS = """
            INSERT INTO projects VALUES (1, 'one'), (2, 'two');
            INSERT INTO nodes SELECT p, n FROM generate_series(1, 2) p, generate_series(1, 3) n;
            INSERT INTO links VALUES (1, 1, 2), (2, 2, 3);
            INSERT INTO tags VALUES (1), (2);
            INSERT INTO tagged VALUES (1, 2), (2, 2);
            INSERT INTO files VALUES ('f1', '1'), ('f2', '2'), ('f3', '9');
            """;

    @TempDir
    Path folder;

    private final PostgresServer server = PostgresServer.shared();
    private final String target = server.newDatabase();
    private User user;

    @BeforeEach
    void makeTarget() throws Exception {
        server.execute(target, SCHEMA);
        Files.createDirectories(folder.resolve("plan"));
        user = new User(folder.resolve("plan"));
    }

    private void plan(int port, String role, String database) throws IOException {
        Files.writeString(
                folder.resolve("plan/waybill.yaml"), """
                waybill: 1
                name: house
                stores:
                  src: postgresql://%s@127.0.0.1:%d/%s
                  dst: postgresql://postgres@127.0.0.1:%d/%s
                moves:
                  - name: project
                    rows:
                      root: src:projects
                      follow: { files: row.project == string(root.id) }
                      outward: { tags: bring }
                      to: dst
                """.formatted(role, port, database, server.port(), target));
    }

    private String all() {
        return server.ask(
                target,
                "SELECT (SELECT count(*) FROM projects) || ' ' || (SELECT count(*) FROM nodes) || ' '"
                        + " || (SELECT count(*) FROM links) || ' ' || (SELECT count(*) FROM tagged) || ' '"
                        + " || (SELECT count(*) FROM tags) || ' ' || (SELECT count(*) FROM files)");
    }

    @Test
    void aRoleThatMayOnlySelectIsEnough() throws Exception {
        String source = server.newDatabase();
        String role = "reader_of_" + source;
        server.execute(source, SCHEMA + ROWS);
        server.execute(
                source,
                "CREATE ROLE " + role + " LOGIN; ALTER ROLE " + role + " SET default_transaction_read_only = on;"
                        + " REVOKE ALL ON DATABASE " + source + " FROM PUBLIC; GRANT CONNECT ON DATABASE " + source
                        + " TO " + role + "; GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + role);
        assertThat(server.ask(source, "SELECT has_database_privilege('" + role + "', current_database(), 'TEMP')"))
                .isEqualTo("f");
        plan(server.port(), role, source);

        assertThat(user.type("plan").exits(Exit.DONE).out()).contains("2 root rows, 15 rows");
        assertThat(user.run("why", "links", "2").exits(Exit.DONE).out()).contains("nodes[project=2, node=3]");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("15 verified, 1 same");

        assertThat(all()).isEqualTo("2 6 2 2 1 2");
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("16 same");
    }

    @Test
    void aStandbyThatReplaysItsPrimaryIsEnough() throws Exception {
        Path first = data("primary");
        Path second = data("standby");
        try (PostgresServer primary = PostgresServer.over(first)) {
            primary.execute("postgres", "CREATE DATABASE studio");
            primary.execute("studio", SCHEMA + ROWS);
        }
        copy(first, second);
        try (PostgresServer primary = PostgresServer.over(first)) {
            Files.createFile(second.resolve("standby.signal"));
            Files.writeString(
                    second.resolve("postgresql.auto.conf"),
                    "primary_conninfo = 'host=127.0.0.1 port=" + primary.port() + " user=postgres'\n",
                    StandardOpenOption.APPEND);
            try (PostgresServer standby = PostgresServer.over(second)) {
                primary.execute("studio", "INSERT INTO projects VALUES (3, 'three'); INSERT INTO nodes VALUES (3, 1)");
                await(standby, "SELECT count(*) FROM nodes WHERE project = 3", "1");
                assertThat(standby.ask("studio", "SELECT pg_is_in_recovery()")).isEqualTo("t");
                plan(standby.port(), "postgres", "studio");

                assertThat(user.type("plan").exits(Exit.DONE).out()).contains("3 root rows, 17 rows");
                assertThat(user.run("why", "nodes", "project=3, node=1")
                                .exits(Exit.DONE)
                                .out())
                        .contains("belongs by nodes.project");
                assertThat(user.type("run").exits(Exit.DONE).out()).contains("17 verified, 1 same");
            }
        }

        assertThat(all()).isEqualTo("3 7 2 2 1 2");
    }

    private Path data(String name) throws IOException {
        Path data = folder.resolve(name);
        return Files.createDirectory(
                data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                Path there = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(
                            there, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                } else if (!List.of("postmaster.pid", "epg-lock")
                        .contains(each.getFileName().toString())) {
                    Files.copy(each, there);
                }
            }
        }
    }

    private static void await(PostgresServer standby, String sql, String answer) throws InterruptedException {
        for (int i = 0; i < 300 && !standby.ask("studio", sql).equals(answer); i++) {
            Thread.sleep(100);
        }
        assertThat(standby.ask("studio", sql)).as("what the primary wrote").isEqualTo(answer);
    }
}
