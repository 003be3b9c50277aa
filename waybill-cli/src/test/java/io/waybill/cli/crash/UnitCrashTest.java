package io.waybill.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.engine.RollbackReport;
import io.waybill.engine.RunOptions;
import io.waybill.engine.RunReport;
import io.waybill.engine.VerifyOptions;
import io.waybill.engine.VerifyReport;
import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.ledger.Selector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills a child process while units move with the objects that their rows name, or come back. At every moment a row at the
 * target that names an object finds it whole, and a unit is there with all its rows or not at all; and the same commands put
 * everything right. CI takes a sample of points by seed and prints it; {@code -Pcrash} takes all of them.
 */
class UnitCrashTest {
    private static final int UNITS = 6;
    private static final int SAMPLE = 4;
    /** Each unit has a file of its own, one that all share, and a soft link. */
    private static final int NAMING = 2 * UNITS;

    private static final int OBJECTS = UNITS + 1;

    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private String source = "";
    private String target = "";
    private Map<String, String> before = Map.of();

    static Stream<Arguments> points() {
        List<Arguments> all = new ArrayList<>();
        for (int nth : List.of(1, 2, 3)) { // a page of objects, then batches of rows
            all.add(Arguments.of("run", "before-intent", nth));
            all.add(Arguments.of("run", "after-intent", nth));
        }
        // one object stands at its target already, and is only compared
        for (int nth : List.of(1, UNITS, NAMING - 1, NAMING, NAMING + 1)) {
            all.add(Arguments.of("run", "before-write", nth));
            all.add(Arguments.of("run", "after-write-before-evidence", nth));
        }
        for (int nth : List.of(1, UNITS, NAMING, NAMING + 1)) {
            all.add(Arguments.of("run", "before-evidence", nth));
        }
        for (int nth : List.of(1, 5, 10, 15)) {
            all.add(Arguments.of("run", "ledger-before-commit", nth));
            all.add(Arguments.of("run", "ledger-after-commit", nth));
        }
        for (int nth : List.of(1, 2, 4, OBJECTS)) { // batches of rows, then objects
            all.add(Arguments.of("rollback", "before-undo", nth));
            all.add(Arguments.of("rollback", "after-undo-before-evidence", nth));
        }
        for (int nth : List.of(1, 3, 6, 10)) {
            all.add(Arguments.of("rollback", "ledger-before-commit", nth));
            all.add(Arguments.of("rollback", "ledger-after-commit", nth));
        }
        return Points.of(UnitCrashTest.class, all, SAMPLE, 20_261_122L);
    }

    @BeforeEach
    void makePlace() throws Exception {
        String schema = """
                CREATE TABLE projects (id int PRIMARY KEY, name text NOT NULL);
                CREATE TABLE nodes (project int NOT NULL REFERENCES projects, id int PRIMARY KEY);
                CREATE TABLE files (key text PRIMARY KEY, project int NOT NULL REFERENCES projects, object text NOT NULL,
                  soft boolean NOT NULL, version text)""";
        source = postgres.newDatabase();
        target = postgres.newDatabase();
        postgres.execute(source, schema);
        postgres.execute(target, schema);
        postgres.execute(source, """
                INSERT INTO projects SELECT n, 'project ' || n FROM generate_series(1, %1$d) n;
                INSERT INTO nodes SELECT n %% %1$d + 1, n FROM generate_series(1, 3 * %1$d) n;
                INSERT INTO files SELECT n || '/own', n, 'u/' || n || '.bin', false FROM generate_series(1, %1$d) n;
                INSERT INTO files SELECT n || '/shared', n, 'shared.bin', false FROM generate_series(1, %1$d) n;
                INSERT INTO files SELECT n || '/soft', n, 'nowhere', true FROM generate_series(1, %1$d) n""".formatted(UNITS));
        Files.createDirectories(folder.resolve("old/u"));
        Files.createDirectories(folder.resolve("new/u"));
        for (int i = 1; i <= UNITS; i++) {
            Files.writeString(folder.resolve("old/u/" + i + ".bin"), ("content " + i + " ").repeat(i));
        }
        Files.writeString(folder.resolve("old/shared.bin"), "shared by all");
        Files.writeString(folder.resolve("new/u/3.bin"), "content 3 ".repeat(3));
        Files.writeString(folder.resolve("new/theirs.bin"), "not ours");
        Files.writeString(plan(), """
                waybill: 1
                name: house
                stores:
                  src: { type: postgresql, host: %1$s, port: %2$d, database: %3$s, user: postgres }
                  dst: { type: postgresql, host: %1$s, port: %2$d, database: %4$s, user: postgres }
                  old: ./old
                  new: ./new
                limits: { batch: 2, parallel: 3, retries: 4 }
                moves:
                  - name: project
                    rows:
                      root: src:projects
                      to: dst
                      objects: { from: "old:${row.object}", to: "new:${row.object}", of: files, where: "!row.soft" }
                      row: { files: { set: { "version?": "${target.version}" } } }
                """.formatted(postgres.host(), postgres.port(), source, target));
        before = objects();
    }

    private Path plan() {
        return folder.resolve("waybill.yaml");
    }

    private List<String> ask(String sql) throws Exception {
        List<String> rows = new ArrayList<>();
        try (Connection connection = postgres.connect(target);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        return rows;
    }

    /** What stands in the folder of objects, less what is under way there. */
    private Map<String, String> objects() throws Exception {
        Map<String, String> found = new TreeMap<>();
        Path bucket = folder.resolve("new");
        try (Stream<Path> all = Files.walk(bucket)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                found.put(bucket.relativize(file).toString(), Files.readString(file));
            }
        }
        return found;
    }

    /** Answers how many rows there are that name an object. */
    private int requireThatEveryRowFindsItsObject() throws Exception {
        List<String> named = ask("SELECT object FROM files WHERE NOT soft");
        for (String object : named) {
            assertThat(folder.resolve("new").resolve(object))
                    .hasSameBinaryContentAs(folder.resolve("old").resolve(object));
        }
        assertThat(ask("SELECT p.id FROM projects p WHERE (SELECT count(*) FROM files f WHERE f.project = p.id) <> 3"
                        + " OR (SELECT count(*) FROM nodes n WHERE n.project = p.id) <> 3"))
                .as("units with a part of their rows")
                .isEmpty();
        return named.size();
    }

    private int child(String verb, String point, int nth) throws Exception {
        return CrashPlace.start(folder, plan(), verb, point, nth).waitFor();
    }

    private String output() throws Exception {
        return Files.readString(folder.resolve("child.log"));
    }

    private static String errors(RunReport report) {
        Path log = report.errors();
        try {
            return log == null ? "no log of errors" : Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void finish() throws Exception {
        RunReport report = CrashChild.migration(plan()).run(RunOptions.ALL);
        assertThat(report.finished()).as("%s", report).isTrue();
        assertThat(report.balanced()).as("%s", report).isTrue();
        assertThat(report.needYou()).as(() -> report + " " + errors(report)).isZero();
        assertThat(requireThatEveryRowFindsItsObject()).isEqualTo(NAMING);
        assertThat(objects()).hasSize(OBJECTS + 1);
        VerifyReport verified =
                CrashChild.migration(plan()).verify(new VerifyOptions(Selector.ALL, true, 100, 1, 1, false));
        assertThat(verified.allSame()).as("%s", verified).isTrue();
    }

    private void rollBack() throws Exception {
        RollbackReport report = CrashChild.migration(plan()).rollback(1, Selector.ALL);
        assertThat(report.keepItems()).as("%s", report.reasons()).isZero();
        assertThat(objects()).isEqualTo(before);
        assertThat(ask("SELECT id FROM projects")).isEmpty();
        assertThat(ask("SELECT key FROM files")).isEmpty();
        assertThat(ask("SELECT id FROM nodes")).isEmpty();
    }

    @ParameterizedTest(name = "{0} dies at {1}, time {2}")
    @MethodSource("points")
    void putsEverythingRightAfterDyingAt(String verb, String point, int nth) throws Exception {
        if (verb.equals("rollback")) {
            CrashChild.migration(plan()).run(RunOptions.ALL);
        }

        assertThat(child(verb, point, nth)).as(output()).isEqualTo(CrashChild.DIED);

        requireThatEveryRowFindsItsObject();
        if (verb.equals("run")) {
            finish();
        }
        rollBack();
        RunReport again = CrashChild.migration(plan()).run(RunOptions.ALL);
        assertThat(again.finished()).as("run again after rollback: %s", again).isTrue();
        assertThat(requireThatEveryRowFindsItsObject()).isEqualTo(NAMING);
    }

    @Test
    void rollsBackARunThatDiedAmongItsRows() throws Exception {
        assertThat(child("run", "after-write-before-evidence", NAMING))
                .as(output())
                .isEqualTo(CrashChild.DIED);
        assertThat(requireThatEveryRowFindsItsObject()).as("some unit is there").isPositive();

        rollBack();
    }

    @Test
    void goesOnWithAnObjectThatManyUnitsShare() throws Exception {
        int more = 60;
        postgres.execute(source, """
                INSERT INTO projects SELECT n, 'project ' || n FROM generate_series(%1$d, %2$d) n;
                INSERT INTO files SELECT n || '/shared', n, 'shared.bin', false FROM generate_series(%1$d, %2$d) n""".formatted(UNITS + 1, UNITS + more));
        Files.writeString(plan(), Files.readString(plan()).replace("parallel: 3", "parallel: 16"));

        assertThat(child("run", "after-intent", 1)).as(output()).isEqualTo(CrashChild.DIED);

        RunReport report = CrashChild.migration(plan()).run(RunOptions.ALL);
        assertThat(report.needYou()).as(() -> report + " " + errors(report)).isZero();
    }

    @Test
    void putsEverythingRightAfterDyingAtRandom() throws Exception {
        SplittableRandom random = new SplittableRandom(Long.getLong("waybill.seed", 12L));
        int deaths = "all".equals(System.getProperty("waybill.crash")) ? 12 : 2;
        for (int i = 0; i < deaths; i++) {
            Process child = CrashPlace.start(folder, plan(), "run", "none", 1);
            if (!child.waitFor(1_500 + random.nextInt(1_500), TimeUnit.MILLISECONDS)) {
                child.destroyForcibly();
            }
            child.waitFor();
            requireThatEveryRowFindsItsObject();
        }

        finish();
        rollBack();
    }
}
