package io.waybill.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.engine.RollbackReport;
import io.waybill.engine.RunOptions;
import io.waybill.engine.RunReport;
import io.waybill.engine.VerifyOptions;
import io.waybill.engine.VerifyReport;
import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills a child process while pages of rows go from one PostgreSQL table to another as they came, with nothing in their way or
 * with rows of others there; then the same commands must put everything right. CI takes a sample of points by seed and prints
 * it; {@code -Pcrash} takes all of them.
 */
class RelayCrashTest {
    private static final int ROWS = 30_000;
    private static final int BATCH = 2_500;
    /** Without a word of the plan: 500 rows, then twice as many each time, and the rest. */
    private static final int PAGES = 6;

    private static final int SAMPLE = 4;
    private static final String COLUMNS = "(id int PRIMARY KEY, name text NOT NULL, price numeric, raw bytea)";

    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private final String source = postgres.newDatabase();
    private final String target = postgres.newDatabase();

    static Stream<Arguments> points() {
        List<Arguments> all = new ArrayList<>();
        for (boolean taken : List.of(false, true)) {
            for (boolean batches : List.of(false, true)) {
                for (int nth : List.of(1, 2)) {
                    all.add(Arguments.of(taken, batches, "before-intent", nth));
                    all.add(Arguments.of(taken, batches, "after-intent", nth));
                }
                for (int nth : batches ? List.of(1, 2, 7, ROWS / BATCH) : List.of(1, 2, 4, PAGES)) {
                    all.add(Arguments.of(taken, batches, "before-write", nth));
                    all.add(Arguments.of(taken, batches, "after-write-before-evidence", nth));
                    all.add(Arguments.of(taken, batches, "before-evidence", nth));
                }
                for (int nth : batches ? List.of(2, 6, 12) : List.of(2, 5, 9)) {
                    all.add(Arguments.of(taken, batches, "ledger-before-commit", nth));
                    all.add(Arguments.of(taken, batches, "ledger-after-commit", nth));
                }
            }
        }
        return Points.of(RelayCrashTest.class, all, SAMPLE, 20_261_122L);
    }

    @BeforeEach
    void makePlace() throws Exception {
        postgres.execute(
                source,
                "CREATE TABLE things " + COLUMNS
                        + "; INSERT INTO things SELECT n, 'name ' || n, nullif(n % 9, 0) * 1.5,"
                        + " decode(md5(n::text), 'hex') FROM generate_series(1, " + ROWS + ") n");
        postgres.execute(target, "CREATE TABLE things " + COLUMNS);
    }

    private void plan(String limits) throws Exception {
        Files.writeString(plan(), """
                waybill: 1
                name: things
                stores: { src: "%s", dst: "%s" }
                limits: { %s, retries: 4 }
                moves: [ { name: things, from: "src:things", to: "dst:things" } ]
                """.formatted(postgres.url(source), postgres.url(target), limits));
    }

    private Path plan() {
        return folder.resolve("waybill.yaml");
    }

    private String content(String database, String where) {
        return postgres.ask(
                database,
                "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, ';' ORDER BY id)), '') FROM things t WHERE "
                        + where);
    }

    @ParameterizedTest(name = "rows of others there: {0}, batches: {1}; dies at {2}, time {3}")
    @MethodSource("points")
    void putsEverythingRightAfterDyingAt(boolean taken, boolean batches, String point, int nth) throws Exception {
        plan(batches ? "parallel: 2, batch: " + BATCH : "parallel: 1");
        if (taken) {
            postgres.execute(target, "INSERT INTO things VALUES (2600, 'theirs'), (17700, 'theirs')");
        }
        int theirs = taken ? 2 : 0;

        assertThat(CrashPlace.start(folder, plan(), "run", point, nth).waitFor())
                .as(Files.readString(folder.resolve("child.log")))
                .isEqualTo(CrashChild.DIED);

        RunReport report = CrashChild.migration(plan()).run(RunOptions.ALL);
        assertThat(report.finished()).as("%s", report).isTrue();
        assertThat(report.balanced()).as("%s", report).isTrue();
        assertThat(report.items(State.CONFLICT)).as("%s", report).isEqualTo(theirs);
        assertThat(report.needYou()).as("%s", report).isEqualTo(theirs);
        assertThat(report.items(State.VERIFIED) + report.items(State.SAME)).isEqualTo(ROWS - theirs);
        String others =
                "name <> 'theirs' AND id NOT IN (SELECT unnest('{" + (taken ? "2600,17700" : "") + "}'::int[]))";
        assertThat(content(target, others)).isEqualTo(content(source, others));
        assertThat(content(target, "name = 'theirs'")).startsWith(theirs + " ");
        VerifyReport verified =
                CrashChild.migration(plan()).verify(new VerifyOptions(Selector.ALL, true, 100, 1, 1, true));
        assertThat(List.of(verified.same(), verified.different(), verified.missing(), verified.extra()))
                .containsExactly((long) ROWS - theirs, (long) theirs, 0L, 0L);

        RollbackReport back = CrashChild.migration(plan()).rollback(1, Selector.ALL);
        // of what was written when it died nothing proves whose it is
        assertThat(back.keepItems()).as("%s", back.reasons()).isLessThanOrEqualTo(batches ? 4L * BATCH : 23_000);
        assertThat(Long.parseLong(postgres.ask(target, "SELECT count(*) FROM things")))
                .isEqualTo(back.keepItems() + theirs);
    }
}
