package io.waybill.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.engine.RollbackReport;
import io.waybill.engine.RunOptions;
import io.waybill.engine.RunReport;
import io.waybill.ledger.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run with {@code on_error: rollback} dies around its decision: nothing is written on, and the target is as before. */
class DecidedRollbackTest {
    private static final String PLAN = """
            waybill: 1
            name: people
            stores: { old: "sqlite:old.db", new: "sqlite:new.db" }
            limits: { parallel: 1, batch: 10 }
            on_error: rollback
            moves:
              - name: people
                from: old:people
                to: new:people
                exclusive: true
                where: row.id <= 45 || row.id > 60
                checks: { required: [name] }
            """;

    @TempDir
    Path folder;

    /** The third batch has the first row without a name. */
    @BeforeEach
    void makeTables() throws Exception {
        Files.writeString(folder.resolve("waybill.yaml"), PLAN);
        sql("old.db", "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)");
        sql("old.db", """
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
                INSERT INTO people SELECT i, CASE WHEN i = 25 THEN NULL ELSE 'p' || i END FROM n""");
        sql("new.db", "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)");
    }

    private void sql(String database, String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(database));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long written() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("new.db"));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM people")) {
            return row.getLong(1);
        }
    }

    private int child(String point, int nth) throws Exception {
        return CrashPlace.start(folder, folder.resolve("waybill.yaml"), "run", point, nth)
                .waitFor();
    }

    private RunReport run() throws Exception {
        return CrashChild.migration(folder.resolve("waybill.yaml")).run(RunOptions.ALL);
    }

    @ParameterizedTest(name = "dies at {0}, time {1}")
    @CsvSource({"before-evidence,3", "before-undo,1", "after-undo-before-evidence,2"})
    void theNextRunGoesOnWithTheRollbackAndWritesNothing(String point, int nth) throws Exception {
        assertThat(child(point, nth)).isEqualTo(CrashChild.DIED);
        long standing = written();
        // what made it go wrong is mended: a run that went on writing would find nothing to object to
        sql("old.db", "DELETE FROM people WHERE id = 25");

        RunReport report = run();

        assertThat(standing).isPositive();
        assertThat(report.run()).isEqualTo("r1");
        assertThat(report.wroteItems()).isZero();
        assertThat(report.why()).contains("on_error is rollback");
        assertThat(report.rolledBack()).isNotNull().satisfies(back -> {
            assertThat(back.complete()).isTrue();
            assertThat(back.keepItems()).isZero();
        });
        assertThat(written()).isZero();
        assertThat(run().finished()).isTrue();
        assertThat(written()).isEqualTo(1_984);
    }

    @Test
    void soDoesTheVerbRollback() throws Exception {
        assertThat(child("after-undo-before-evidence", 1)).isEqualTo(CrashChild.DIED);

        RollbackReport back =
                CrashChild.migration(folder.resolve("waybill.yaml")).rollback(1, Selector.ALL);

        assertThat(back.complete()).isTrue();
        assertThat(written()).isZero();
        sql("old.db", "DELETE FROM people WHERE id = 25");
        assertThat(run().run()).isEqualTo("r3");
    }
}
