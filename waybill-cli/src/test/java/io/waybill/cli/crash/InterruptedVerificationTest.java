package io.waybill.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.engine.Migration;
import io.waybill.engine.RunOptions;
import io.waybill.engine.VerifyOptions;
import io.waybill.engine.VerifyReport;
import io.waybill.jdbc.testing.D1Endpoint;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A verification of files and of the rows that were told of them, stopped when it has looked at the rows of a page only. */
class InterruptedVerificationTest {
    /** More than one page, so that the first has its position when the second is interrupted. */
    private static final int ROWS = 230;

    @TempDir
    Path folder;

    private D1Endpoint endpoint;

    @BeforeEach
    void makePlace() throws Exception {
        endpoint = D1Endpoint.over(folder.resolve("d1.sqlite"));
        endpoint.execute(
                "CREATE TABLE saved (id INTEGER PRIMARY KEY, path TEXT NOT NULL, key TEXT)",
                "WITH RECURSIVE n(i) AS (SELECT 1001 UNION ALL SELECT i + 1 FROM n WHERE i < " + (1000 + ROWS) + ")"
                        + " INSERT INTO saved SELECT i, 'f' || i, NULL FROM n");
        Files.createDirectories(folder.resolve("out"));
        Files.createDirectories(folder.resolve("media"));
        for (int i = 1; i <= ROWS; i++) {
            Files.writeString(folder.resolve("media/f" + (1000 + i)), "content " + i);
        }
        Files.writeString(
                plan(), """
                waybill: 1
                name: saved
                stores:
                  d1: { type: d1, account: "%s", database: "%s", endpoint: "%s", token: "%s" }
                  media: ./media
                  out: ./out
                moves:
                  - name: files
                    each: d1:saved
                    from: media:${row.path}
                    to: out:${row.path}
                    then:
                      - update: source
                        set: { key: "${target.path}" }
                """.formatted(D1Endpoint.ACCOUNT, D1Endpoint.DATABASE, endpoint.url(), D1Endpoint.TOKEN));
    }

    @AfterEach
    void stop() throws Exception {
        endpoint.close();
    }

    private Path plan() {
        return folder.resolve("waybill.yaml");
    }

    private List<String> verdicts(VerifyReport report) throws Exception {
        List<String> lines = new ArrayList<>();
        try (LedgerReader reader = CrashChild.ledger(plan()).read()) {
            reader.verdicts(report.id(), 1_000).forEach(line -> lines.add(line.key() + " " + line.verdict()));
        }
        return lines;
    }

    /** Verifies until a look at row 1215 stops it, and verifies again. */
    private VerifyReport stopAndGoOn() throws Exception {
        VerifyOptions all = new VerifyOptions(Selector.ALL, true, 100, 1, 1, false);
        Migration interrupted = CrashChild.migration(plan());
        endpoint.before(body -> {
            if (body.contains("1215")) {
                interrupted.stop();
            }
        });

        VerifyReport stopped = interrupted.verify(all);

        assertThat(stopped.complete()).isFalse();
        assertThat(stopped.allSame()).isFalse();
        endpoint.before(body -> {});
        VerifyReport report = CrashChild.migration(plan()).verify(all);
        assertThat(report.complete()).isTrue();
        assertThat(report.id()).isEqualTo(stopped.id());
        return report;
    }

    @Test
    void itSaysSoAndTheNextOneGoesOnAndCountsEverythingOnce() throws Exception {
        CrashChild.migration(plan()).run(RunOptions.ALL);
        endpoint.execute("UPDATE saved SET key = 'elsewhere' WHERE id IN (1003, 1215)");
        Files.writeString(folder.resolve("out/f1004"), "other");
        Files.delete(folder.resolve("out/f1216"));
        VerifyReport report = stopAndGoOn();
        assertThat(report.readBack()).as("the first page is not read again").isLessThan(ROWS - 150);
        assertThat(List.of(report.same(), report.different(), report.missing())).containsExactly(ROWS - 2L, 3L, 1L);
        assertThat(verdicts(report))
                .containsExactlyInAnyOrder(
                        "saved[id=1003] different", "saved[id=1215] different", "f1004 different", "f1216 missing");
    }

    @Test
    void thatOfRowsGoesOnToo() throws Exception {
        endpoint.execute("CREATE TABLE copied (id INTEGER PRIMARY KEY, path TEXT NOT NULL, key TEXT)");
        Files.writeString(
                plan(), """
                waybill: 1
                name: copied
                stores: { d1: { type: d1, account: "%s", database: "%s", endpoint: "%s", token: "%s" } }
                limits: { batch: 10, parallel: 1 }
                moves: [ { name: rows, from: "d1:saved", to: "d1:copied" } ]
                """.formatted(D1Endpoint.ACCOUNT, D1Endpoint.DATABASE, endpoint.url(), D1Endpoint.TOKEN));
        assertThat(CrashChild.migration(plan()).run(RunOptions.ALL).finished()).isTrue();
        endpoint.execute(
                "UPDATE copied SET path = 'elsewhere' WHERE id IN (1003, 1215)", "DELETE FROM copied WHERE id = 1216");
        VerifyReport report = stopAndGoOn();
        assertThat(report.readBack()).as("the first batches are not read again").isBetween(1L, ROWS - 150L);
        assertThat(List.of(report.same(), report.different(), report.missing())).containsExactly(ROWS - 3L, 2L, 1L);
        assertThat(verdicts(report))
                .containsExactlyInAnyOrder(
                        "copied[id=1003] different", "copied[id=1215] different", "copied[id=1216] missing");
    }
}
