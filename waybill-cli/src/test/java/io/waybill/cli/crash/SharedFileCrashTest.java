package io.waybill.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.engine.RollbackReport;
import io.waybill.engine.RunOptions;
import io.waybill.engine.RunReport;
import io.waybill.engine.VerifyOptions;
import io.waybill.engine.VerifyReport;
import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.ledger.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills a child process while rows learn of files that two of them share, or that their file was given up, and while that is
 * taken back. At every moment a row that names an object finds it whole; and the same commands put everything right. CI takes
 * a sample of points by seed and prints it; {@code -Pcrash} takes all of them.
 */
class SharedFileCrashTest {
    private static final int ROWS = 24;
    private static final int SAMPLE = 4;
    private static final String UNDONE = "run, which is taken back as it is,";
    /** Two rows name each; every fourth is not there. */
    private static final int FILES = ROWS / 2;

    private static final int GONE = FILES / 4;
    private static final int TOLD = ROWS - 2 * GONE;

    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private String database = "";
    private List<String> before = List.of();

    static Stream<Arguments> points() {
        List<Arguments> all = new ArrayList<>();
        for (int nth : List.of(1, 2)) { // rows that are told of their files, then those of files that were given up
            for (String verb : List.of("run", UNDONE)) {
                all.add(Arguments.of(verb, "before-link-intent", nth));
                all.add(Arguments.of(verb, "after-link-intent", nth));
                all.add(Arguments.of(verb, "after-link-evidence", nth));
            }
        }
        for (String verb : List.of("run", UNDONE)) {
            for (int nth : List.of(1, FILES, TOLD, TOLD + 1)) {
                all.add(Arguments.of(verb, "after-write-before-evidence", nth));
                all.add(Arguments.of(verb, "before-evidence", nth));
            }
        }
        for (int nth : List.of(1, 4, 12)) {
            all.add(Arguments.of("run", "ledger-before-commit", nth));
            all.add(Arguments.of("run", "ledger-after-commit", nth));
        }
        for (int nth : List.of(1, 2, 5)) {
            all.add(Arguments.of("rollback", "before-undo", nth));
            all.add(Arguments.of("rollback", "after-undo-before-evidence", nth));
        }
        for (int nth : List.of(1, 3, 6, 10)) {
            all.add(Arguments.of("rollback", "ledger-before-commit", nth));
            all.add(Arguments.of("rollback", "ledger-after-commit", nth));
        }
        for (int nth : List.of(1, 3, 5)) { // of one owner, and the other rows that share his files stay
            all.add(Arguments.of("rollback 2", "ledger-before-commit", nth));
            all.add(Arguments.of("rollback 2", "ledger-after-commit", nth));
        }
        all.add(Arguments.of("rollback 2", "before-undo", 1));
        all.add(Arguments.of("rollback 2", "after-undo-before-evidence", 1));
        return Points.of(SharedFileCrashTest.class, all, SAMPLE, 20_261_122L);
    }

    @BeforeEach
    void makePlace() throws Exception {
        database = postgres.newDatabase();
        postgres.execute(database, """
                CREATE TABLE saved (id bigint PRIMARY KEY, owner int, path text NOT NULL);
                INSERT INTO saved SELECT n, n %% 5, 'u/' || (n %% %d + 1) || '.bin' FROM generate_series(1, %d) n""".formatted(FILES, ROWS));
        Files.createDirectories(folder.resolve("media/u"));
        Files.createDirectories(folder.resolve("out"));
        for (int i = 1; i <= FILES; i++) {
            if (i % 4 != 0) {
                Files.writeString(folder.resolve("media/u/" + i + ".bin"), ("content " + i + " ").repeat(i));
            }
        }
        Files.writeString(plan(), """
                waybill: 1
                name: saved
                stores:
                  db: { type: postgresql, host: %s, port: %d, database: %s, user: postgres }
                  media: ./media
                  out: ./out
                limits: { batch: 5, parallel: 3, retries: 4 }
                moves:
                  - name: files
                    each: db:saved
                    from: media:${row.path}
                    to: "out:"
                    group: row.owner
                    then:
                      - update: source
                        add_columns: true
                        set: { r2_key: "${target.path}", checksum: "${file.sha256}" }
                    else:
                      - update: source
                        add_columns: true
                        set: { problem: "${error.kind}" }
                """.formatted(postgres.host(), postgres.port(), database));
        before = rows("SELECT t::text FROM saved t ORDER BY id");
    }

    private Path plan() {
        return folder.resolve("waybill.yaml");
    }

    private List<String> rows(String sql) throws Exception {
        List<String> rows = new ArrayList<>();
        try (Connection connection = postgres.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        return rows;
    }

    private boolean has(String column) throws Exception {
        return !rows("SELECT 1 FROM information_schema.columns WHERE table_name = 'saved' AND column_name = '" + column
                        + "'")
                .isEmpty();
    }

    private List<Path> objects() throws Exception {
        try (Stream<Path> all = Files.walk(folder.resolve("out"))) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    /** A row that names an object finds it, whole. */
    private void requireThatEveryLinkHolds() throws Exception {
        if (has("r2_key")) {
            for (String row : rows("SELECT path || '|' || r2_key FROM saved WHERE r2_key IS NOT NULL")) {
                String[] parts = row.split("\\|");
                assertThat(folder.resolve("out").resolve(parts[1]))
                        .hasSameBinaryContentAs(folder.resolve("media").resolve(parts[0]));
            }
        }
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
        requireThatEveryLinkHolds();
        assertThat(rows("SELECT id::text FROM saved WHERE r2_key IS NOT NULL AND problem IS NULL"))
                .hasSize(TOLD);
        assertThat(rows("SELECT id::text FROM saved WHERE r2_key IS NULL AND problem = 'NOT_FOUND'"))
                .hasSize(2 * GONE);
        assertThat(objects()).hasSize(FILES - GONE);
        VerifyReport verified =
                CrashChild.migration(plan()).verify(new VerifyOptions(Selector.ALL, true, 100, 1, 1, true));
        assertThat(List.of(verified.same(), verified.different(), verified.missing(), verified.extra()))
                .containsExactly((long) TOLD, 0L, 2L * GONE, 0L);
    }

    private void rollBack() throws Exception {
        RollbackReport report = CrashChild.migration(plan()).rollback(1, Selector.ALL);
        assertThat(report.keepItems()).as("%s", report.reasons()).isZero();
        assertThat(objects()).isEmpty();
        assertThat(rows("SELECT t::text FROM saved t ORDER BY id")).isEqualTo(before);
    }

    /** Of an owner all rows are as before; the others' still name their objects, also those that they share with them. */
    private void rollBackOne(String owner) throws Exception {
        CrashChild.migration(plan()).rollback(1, CrashChild.group(owner));
        requireThatEveryLinkHolds();
        assertThat(rows("SELECT id::text FROM saved WHERE owner = " + owner
                        + " AND (r2_key IS NOT NULL OR problem IS NOT NULL)"))
                .isEmpty();
        assertThat(rows("SELECT id::text FROM saved WHERE owner <> " + owner
                        + " AND r2_key IS NULL AND problem IS NULL"))
                .isEmpty();
    }

    @ParameterizedTest(name = "{0} dies at {1}, time {2}")
    @MethodSource("points")
    void putsEverythingRightAfterDyingAt(String verb, String point, int nth) throws Exception {
        if (verb.startsWith("rollback")) {
            finish();
        }

        assertThat(child(verb.replace(UNDONE, "run"), point, nth)).as(output()).isEqualTo(CrashChild.DIED);

        requireThatEveryLinkHolds();
        if (verb.equals("run")) {
            finish();
        } else if (verb.startsWith("rollback ")) {
            rollBackOne(verb.substring("rollback ".length()));
        }
        rollBack();
        finish();
    }
}
