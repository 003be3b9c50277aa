package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example plan that moves projects with nodes in JSON into a schema with a table of nodes. */
class ProjectNodesTest {
    private static final String PLAN = "docs/examples/project-nodes.yaml";
    private static final String A = "161b8782-b13e-5840-9ae2-e2250c231001";
    private static final String B = "261b8782-b13e-5840-9ae2-e2250c231001";
    private static final String N1 = "ad9bda7f-1dc5-5480-ab22-5fef4fc53eac";
    private static final String N2 = "a3941ea0-37c4-5c1d-a7b3-01b5fd8a80c8";

    private static final String OLD = """
            CREATE TABLE users (id int PRIMARY KEY);
            CREATE TABLE projects (id bigserial PRIMARY KEY, uuid text NOT NULL UNIQUE, name text NOT NULL,
              prj_owner int REFERENCES users, workbench json NOT NULL);
            CREATE TABLE study_tags (study_id bigint NOT NULL REFERENCES projects, tag text NOT NULL, PRIMARY KEY (study_id, tag));
            INSERT INTO users VALUES (21);
            INSERT INTO projects VALUES (151, '%1$s', 'first', 21, '{"%3$s": {"key": "simcore/comp/model", "version": "1.0.0",
                "label": "Model", "inputs": {"dt": 0.01, "T": 1000}, "inputNodes": [], "outputs": {}, "progress": 100,
                "position": {"x": 50, "y": 100}},
              "%4$s": {"key": "simcore/dynamic/viewer", "version": "2.9.0", "label": "viewer", "inputNodes": ["%3$s"],
                "inputs": {"out": {"nodeUuid": "%3$s", "output": "out_1"}}, "state": {"currentState": "NOT_STARTED"},
                "runHash": "abc"}}'),
              (152, '%2$s', 'second', 21, '{"%4$s": {"key": "k", "version": "1.0.0", "label": "odd", "bootColour": "red"}}');
            INSERT INTO study_tags VALUES (151, 'heart'), (152, 'heart');
            """.formatted(A, B, N1, N2);

    private static final String NEW = """
            CREATE TABLE users (id int PRIMARY KEY);
            CREATE TABLE projects (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, uuid text NOT NULL UNIQUE, name text NOT NULL,
              prj_owner int REFERENCES users, hidden boolean NOT NULL DEFAULT false);
            CREATE TABLE study_tags (study_id bigint NOT NULL REFERENCES projects, tag text NOT NULL, PRIMARY KEY (study_id, tag));
            CREATE TABLE projects_nodes (project_uuid text NOT NULL REFERENCES projects (uuid) ON DELETE CASCADE, node_id text NOT NULL,
              created timestamptz NOT NULL DEFAULT now(), key text NOT NULL, version text NOT NULL, label text NOT NULL, parent text,
              progress numeric, thumbnail text, inputs jsonb, input_access jsonb, input_nodes jsonb, output_nodes jsonb,
              outputs jsonb, run_hash text, state jsonb, PRIMARY KEY (project_uuid, node_id));
            INSERT INTO users VALUES (40);
            INSERT INTO projects (uuid, name) VALUES ('theirs', 'theirs');
            """;

    @TempDir
    Path folder;

    private final PostgresServer server = PostgresServer.shared();
    private final String old = server.newDatabase();
    private final String target = server.newDatabase();
    private User user;

    @BeforeEach
    void makeProjects() throws Exception {
        server.execute(old, OLD);
        server.execute(target, NEW);
        user = new User(folder).env("OLD_DATABASE_URL", server.url(old)).env("NEW_DATABASE_URL", server.url(target));
    }

    private User.Ran type(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(
                List.of("-f", Project.root().resolve(PLAN).toString(), "--ledger", "ledger.db", "--set", "owner=40"));
        return user.run(all.toArray(String[]::new));
    }

    private String ask(String sql) {
        return server.ask(target, sql);
    }

    @Test
    void everyNodeBecomesARowAndUnknownFieldsAreSetAside() throws Exception {
        type("run").exits(Exit.NEEDS_YOU);

        assertThat(
                        ask(
                                "SELECT string_agg(uuid || ' ' || prj_owner, ', ' ORDER BY uuid) FROM projects WHERE id IN (2, 3)"))
                .isEqualTo(A + " 40, " + B + " 40");
        assertThat(ask("SELECT string_agg(study_id || tag, ' ' ORDER BY study_id) FROM study_tags"))
                .isEqualTo("2heart 3heart");
        assertThat(ask(
                        "SELECT string_agg(label || ' ' || version || ' ' || progress, ', ' ORDER BY label COLLATE \"C\")"
                                + " FROM projects_nodes WHERE project_uuid = '" + A + "'"))
                .isEqualTo("Model 1.0.0 100, viewer 2.9.0 0");
        assertThat(ask(
                        "SELECT input_nodes::text || inputs::text || run_hash || state::text FROM projects_nodes WHERE node_id = '"
                                + N2 + "'"))
                .isEqualTo("[\"" + N1 + "\"]{\"out\": {\"output\": \"out_1\", \"nodeUuid\": \"" + N1
                        + "\"}}abc{\"currentState\": \"NOT_STARTED\"}");
        assertThat(type("items", "--failed", "--values").exits(Exit.DONE).out())
                .contains("every field of its nodes is known");

        server.execute(old, "UPDATE projects SET workbench = replace(workbench::text, 'bootColour', 'runHash')::json");
        type("run", "--failed").exits(Exit.DONE);
        assertThat(ask("SELECT run_hash FROM projects_nodes WHERE label = 'odd'"))
                .isEqualTo("red");
        type("verify").exits(Exit.DONE);
    }

    @Test
    void rollbackLeavesNothingOfIt() throws Exception {
        type("run").exits(Exit.NEEDS_YOU);

        type("rollback", "r1", "--yes=r1").exits(Exit.DONE);

        assertThat(ask("SELECT (SELECT count(*) FROM projects) || ' ' || (SELECT count(*) FROM projects_nodes) || ' '"
                        + " || (SELECT count(*) FROM study_tags)"))
                .isEqualTo("1 0 0");
    }
}
