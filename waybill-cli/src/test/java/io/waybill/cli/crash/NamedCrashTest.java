package io.waybill.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.engine.RollbackReport;
import io.waybill.engine.RunOptions;
import io.waybill.engine.RunReport;
import io.waybill.engine.VerifyOptions;
import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.ledger.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills a child process while files that rows name are copied, told to the rows, or taken back. At every moment a row that
 * names an object finds it whole; and the same commands put everything right. CI takes a sample of points by seed and prints
 * it; {@code -Pcrash} takes all of them.
 */
class NamedCrashTest {
    private static final int ROWS = 40;
    private static final int SAMPLE = 5;

    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private String database = "";
    private List<String> before = List.of();

    static Stream<Arguments> points() {
        List<Arguments> all = new ArrayList<>();
        for (String point : List.of("before-intent", "after-intent", "before-link-intent", "after-link-intent")) {
            all.add(Arguments.of("run", point, 1));
        }
        for (int nth : List.of(1, ROWS / 2, ROWS, ROWS + 1)) { // of files, and of the rows that learn of them
            all.add(Arguments.of("run", "before-write", nth));
            all.add(Arguments.of("run", "after-write-before-evidence", nth));
            all.add(Arguments.of("run", "before-evidence", nth));
        }
        all.add(Arguments.of("run", "after-link-evidence", 1));
        for (int nth : List.of(1, 5, 20)) {
            all.add(Arguments.of("run", "ledger-before-commit", nth));
            all.add(Arguments.of("run", "ledger-after-commit", nth));
        }
        for (int nth : List.of(1, 2, 15)) { // first the rows, then the objects
            all.add(Arguments.of("rollback", "before-undo", nth));
            all.add(Arguments.of("rollback", "after-undo-before-evidence", nth));
            all.add(Arguments.of("rollback", "ledger-before-commit", nth));
            all.add(Arguments.of("rollback", "ledger-after-commit", nth));
        }
        return Points.of(NamedCrashTest.class, all, SAMPLE, 20_261_121L);
    }

    @BeforeEach
    void makePlace() throws Exception {
        database = postgres.newDatabase();
        postgres.execute(database, """
                CREATE TABLE saved (id bigint PRIMARY KEY, owner int, path text NOT NULL, note text);
                CREATE TABLE audit (id bigint PRIMARY KEY, key text NOT NULL);
                INSERT INTO saved SELECT n, n %% 3, 'u/' || n || '.bin', 'n' FROM generate_series(1, %d) n""".formatted(ROWS));
        Files.createDirectories(folder.resolve("media/u"));
        Files.createDirectories(folder.resolve("out"));
        for (int i = 1; i <= ROWS; i++) {
            Files.writeString(folder.resolve("media/u/" + i + ".bin"), ("content " + i + " ").repeat(i));
        }
        Files.writeString(plan(), """
                waybill: 1
                name: saved
                stores:
                  db: { type: postgresql, host: %s, port: %d, database: %s, user: postgres }
                  media: ./media
                  out: ./out
                limits: { batch: 7, parallel: 3, retries: 4 }
                moves:
                  - name: files
                    each: db:saved
                    from: media:${row.path}
                    to: out:files/${row.owner}/${row.id}.bin
                    group: row.owner
                    then:
                      - update: source
                        add_columns: true
                        set: { r2_key: "${target.path}", checksum: "${file.sha256}", at: "${run.started}", batch: "${batch.id}" }
                      - insert: db:audit
                        only: { id: "${row.id}", key: "${target.path}" }
                """.formatted(postgres.host(), postgres.port(), database));
        before = table("saved");
    }

    private Path plan() {
        return folder.resolve("waybill.yaml");
    }

    private List<String> table(String name) throws Exception {
        List<String> rows = new ArrayList<>();
        try (Connection connection = postgres.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT t::text FROM " + name + " t ORDER BY id")) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        return rows;
    }

    private List<Path> objects() throws Exception {
        try (Stream<Path> all = Files.walk(folder.resolve("out"))) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    /** A row that names an object finds it, whole. */
    private long requireThatEveryLinkHolds() throws Exception {
        boolean columns = "1"
                .equals(
                        postgres.ask(
                                database,
                                "SELECT count(*) FROM information_schema.columns WHERE table_name = 'saved' AND column_name = 'r2_key'"));
        if (!columns) {
            return 0;
        }
        long links = 0;
        try (Connection connection = postgres.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT path, r2_key FROM saved WHERE r2_key IS NOT NULL"
                        + " UNION ALL SELECT s.path, a.key FROM audit a JOIN saved s ON s.id = a.id")) {
            for (; row.next(); links++) {
                assertThat(folder.resolve("out").resolve(row.getString(2)))
                        .hasSameBinaryContentAs(folder.resolve("media").resolve(row.getString(1)));
            }
        }
        return links;
    }

    private int child(String verb, String point, int nth) throws Exception {
        return CrashPlace.start(folder, plan(), verb, point, nth).waitFor();
    }

    private String output() throws Exception {
        return Files.readString(folder.resolve("child.log"));
    }

    private void finish() throws Exception {
        RunReport report = CrashChild.migration(plan()).run(RunOptions.ALL);
        assertThat(report.finished()).as("%s", report).isTrue();
        assertThat(report.balanced()).as("%s", report).isTrue();
        assertThat(requireThatEveryLinkHolds()).isEqualTo(2 * ROWS);
        assertThat(objects()).hasSize(ROWS);
        assertThat(CrashChild.migration(plan())
                        .verify(new VerifyOptions(Selector.ALL, true, 100, 1, 1, true))
                        .allSame())
                .isTrue();
    }

    private void rollBack() throws Exception {
        RollbackReport report = CrashChild.migration(plan()).rollback(1, Selector.ALL);
        assertThat(report.keepItems()).as("%s", report.reasons()).isZero();
        assertThat(objects()).isEmpty();
        assertThat(table("saved")).isEqualTo(before);
        assertThat(table("audit")).isEmpty();
    }

    @ParameterizedTest(name = "{0} dies at {1}, time {2}")
    @MethodSource("points")
    void putsEverythingRightAfterDyingAt(String verb, String point, int nth) throws Exception {
        if (verb.equals("rollback")) {
            CrashChild.migration(plan()).run(RunOptions.ALL);
        }

        assertThat(child(verb, point, nth)).as(output()).isEqualTo(CrashChild.DIED);

        requireThatEveryLinkHolds();
        if (verb.equals("run")) {
            finish();
        }
        rollBack();
        assertThatItRunsAgain();
    }

    private void assertThatItRunsAgain() throws Exception {
        RunReport report = CrashChild.migration(plan()).run(RunOptions.ALL);
        assertThat(report.finished()).as("run again after rollback: %s", report).isTrue();
        assertThat(requireThatEveryLinkHolds()).isEqualTo(2 * ROWS);
    }

    @Test
    void rollsBackARunThatDiedWithoutFinishingIt() throws Exception {
        assertThat(child("run", "after-link-evidence", 1)).as(output()).isEqualTo(CrashChild.DIED);
        assertThat(requireThatEveryLinkHolds()).as("some row was told").isPositive();

        rollBack();
    }

    @Test
    void aPartOfARunThatDiedLeavesTheRowsOfOtherPartsForTheRest() throws Exception {
        assertThat(child("run", "after-link-evidence", 1)).as(output()).isEqualTo(CrashChild.DIED);
        List<String> wasTold = told();
        assertThat(wasTold).as("in doubt").isNotEmpty();
        Selector part = new Selector(
                null,
                List.of(),
                List.of("1"),
                List.of(),
                Set.of(),
                null,
                null,
                entry -> true,
                3,
                "--group 1 --limit 3");

        CrashChild.migration(plan()).run(new RunOptions(part, false, false, "link"));

        assertThat(told().stream().filter(row -> !wasTold.contains(row)))
                .allMatch(row -> Integer.parseInt(row) % 3 == 1)
                .hasSizeLessThanOrEqualTo(3);
        assertThat(postgres.ask(database, "SELECT count(*) FROM audit WHERE id % 3 <> 1"))
                .as("the second step of others in doubt")
                .isEqualTo("0");
        finish();
        rollBack();
    }

    private List<String> told() throws Exception {
        List<String> ids = new ArrayList<>();
        try (Connection connection = postgres.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id FROM saved WHERE r2_key IS NOT NULL ORDER BY id")) {
            while (row.next()) {
                ids.add(row.getString(1));
            }
        }
        return ids;
    }

    @Test
    void putsEverythingRightAfterDyingAtRandom() throws Exception {
        SplittableRandom random = new SplittableRandom(Long.getLong("waybill.seed", 11L));
        int deaths = "all".equals(System.getProperty("waybill.crash")) ? 12 : 2;
        for (int i = 0; i < deaths; i++) {
            Process child = CrashPlace.start(folder, plan(), "run", "none", 1);
            if (!child.waitFor(1_200 + random.nextInt(1_500), TimeUnit.MILLISECONDS)) {
                child.destroyForcibly();
            }
            child.waitFor();
            requireThatEveryLinkHolds();
        }

        finish();
        rollBack();
    }
}
