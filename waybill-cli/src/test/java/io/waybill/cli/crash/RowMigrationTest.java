package io.waybill.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.engine.Migration;
import io.waybill.engine.RefusedException;
import io.waybill.engine.RollbackReport;
import io.waybill.engine.RunOptions;
import io.waybill.engine.RunReport;
import io.waybill.engine.VerifyOptions;
import io.waybill.engine.VerifyReport;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.store.Failpoint;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** One table of PostgreSQL goes to one of DynamoDB, on real servers, through the engine that carries files. */
class RowMigrationTest {
    @TempDir
    Path folder;

    @AfterEach
    void disarm() {
        Failpoint.arm(null);
    }

    @Test
    void carriesEveryRowChangedAsThePlanSays() throws Exception {
        RowPlace place = RowPlace.make(folder, true);

        RunReport report = place.migration().run(RunOptions.ALL);

        assertThat(place.target()).isEqualTo(place.expected());
        assertThat(report.trouble()).isNull();
        assertThat(report.finished()).isTrue();
        assertThat(report.balanced()).isTrue();
        assertThat(report.items()).containsEntry(State.VERIFIED, (long) RowPlace.ROWS);
    }

    @Test
    void verifiesRowsByContentAndNamesThoseThatDiffer() throws Exception {
        RowPlace place = RowPlace.make(folder, true);
        place.migration().run(RunOptions.ALL);
        VerifyReport same = place.migration().verify(VerifyOptions.ALL);
        Map<String, AttributeValue> changed = new HashMap<>(place.item("o-7"));
        changed.put("paid", AttributeValue.fromBool(!changed.get("paid").bool()));
        place.put(changed);
        place.remove("o-8");

        VerifyReport report = place.migration().verify(VerifyOptions.ALL);

        assertThat(same.same()).isEqualTo(RowPlace.ROWS);
        assertThat(same.allSame()).isTrue();
        assertThat(report.different()).isEqualTo(1);
        assertThat(report.missing()).isEqualTo(1);
        assertThat(report.same()).isEqualTo(RowPlace.ROWS - 2);
    }

    @Test
    void rollsBackToTheEmptyTableAndCanRunAgain() throws Exception {
        RowPlace place = RowPlace.make(folder, true);
        place.migration().run(RunOptions.ALL);

        RollbackReport preview = place.migration().previewRollback(1, Selector.ALL);
        assertThat(preview.removeItems()).isEqualTo(RowPlace.ROWS);
        assertThat(place.target()).as("a preview changes nothing").hasSize(RowPlace.ROWS);
        RollbackReport report = place.migration().rollback(1, Selector.ALL);

        assertThat(place.target()).isEmpty();
        assertThat(report.undoneItems()).isEqualTo(RowPlace.ROWS);
        assertThat(report.keepItems()).isZero();
    }

    @Test
    void rollbackKeepsWhatOthersWroteOrChanged() throws Exception {
        RowPlace place = RowPlace.make(folder, true);
        Map<String, AttributeValue> theirs =
                Map.of("orderId", AttributeValue.fromS("o-5"), "theirs", AttributeValue.fromS("x"));
        place.put(theirs);
        RunReport run = place.migration().run(RunOptions.ALL);
        Map<String, AttributeValue> changed = new HashMap<>(place.item("o-7"));
        changed.put("customer", AttributeValue.fromS("somebody else"));
        place.put(changed);
        place.sql("DELETE FROM orders WHERE id = 9");

        RollbackReport report = place.migration().rollback(1, Selector.ALL);

        assertThat(run.items(State.CONFLICT)).isEqualTo(1);
        assertThat(run.balanced()).isTrue();
        assertThat(place.item("o-5")).isEqualTo(theirs);
        assertThat(place.target().keySet()).containsExactlyInAnyOrder("o-5", "o-7", "o-9");
        assertThat(report.keepItems()).isEqualTo(2);
        assertThat(report.reasons())
                .anySatisfy(reason ->
                        assertThat(reason).contains("changed by somebody else").contains("o-7"))
                .anySatisfy(reason -> assertThat(reason).contains("only copy").contains("o-9"));
    }

    @Test
    void eachRowKnowsTheBatchThatTheLedgerHasItIn() throws Exception {
        RowPlace place = RowPlace.make(folder, true);
        place.edit("${run.id}", "${batch.id}");

        place.migration().run(RunOptions.ALL);

        Map<Object, Long> sizes = place.target().values().stream()
                .collect(java.util.stream.Collectors.groupingBy(
                        item -> item.get("run"), java.util.stream.Collectors.counting()));
        assertThat(sizes).isEqualTo(place.batches());
    }

    @Test
    void rowsThatShareTheDeclaredKeyAreSetAsideAndNoneIsLost() throws Exception {
        RowPlace place = RowPlace.make(folder, true);
        place.sql("UPDATE orders SET full_name = id::text");
        place.sql("UPDATE orders SET full_name = 'twin' WHERE id IN (7, 8)");
        place.edit("- name: orders", "- name: orders\n    key: full_name");

        RunReport report = place.migration().run(RunOptions.ALL);

        assertThat(report.items()).isEqualTo(Map.of(State.QUARANTINED, 2L, State.VERIFIED, (long) RowPlace.ROWS - 2));
        assertThat(place.target()).hasSize(RowPlace.ROWS - 2).doesNotContainKeys("o-7", "o-8");
    }

    @Test
    void carriesNoMoreThanTheLimitAndTheRestLater() throws Exception {
        RowPlace place = RowPlace.make(folder, true);
        Selector ten = new Selector(
                null, List.of(), List.of(), List.of(), Set.of(), null, null, entry -> true, 10, "--limit 10");

        RunReport part = place.migration().run(new RunOptions(ten, false, false, "verify"));
        assertThat(place.target()).hasSize(10);
        assertThat(part.finished()).isFalse();
        assertThat(part.balanced()).isTrue();

        RunReport rest = place.migration().run(RunOptions.ALL);
        assertThat(rest.run()).isEqualTo("r1");
        assertThat(rest.finished()).isTrue();
        assertThat(rest.balanced()).isTrue();
        assertThat(place.target()).isEqualTo(place.expected());
    }

    @Test
    void refusesToChooseRowsByWhatItKnowsOfFilesOnly() throws Exception {
        RowPlace place = RowPlace.make(folder, true);
        Selector some = new Selector(
                null, List.of(), List.of(), List.of(), Set.of(), null, null, entry -> true, 1, "--match x");

        assertThatThrownBy(() -> place.migration().run(new RunOptions(some, false, false, "verify")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("--match x");

        assertThat(place.target()).isEmpty();
    }

    @Test
    void aSecondRunWritesNothing() throws Exception {
        RowPlace place = RowPlace.make(folder, true);
        place.migration().run(RunOptions.ALL);
        Map<String, Map<String, Object>> before = place.target();

        RunReport again = place.migration().run(RunOptions.ALL);

        assertThat(again.wroteItems()).isZero();
        assertThat(again.needYou()).isZero();
        assertThat(place.target()).isEqualTo(before);
    }

    @Test
    void readsOnWhenTheSessionThatHoldsTheSnapshotEnds() throws Exception {
        RowPlace place = RowPlace.make(folder, true, 1);
        place.widen();
        AtomicInteger batches = new AtomicInteger();
        Failpoint.arm(name -> {
            if (name.equals("after-intent") && batches.incrementAndGet() == 1) {
                place.endSessions();
            }
        });

        RunReport report = place.migration().run(RunOptions.ALL);

        assertThat(report.trouble()).isNull();
        assertThat(report.retries()).isPositive();
        assertThat(place.target()).isEqualTo(place.expected());
        assertThat(report.items()).isEqualTo(Map.of(State.VERIFIED, (long) RowPlace.ROWS));
    }

    @Test
    void stopsAndGoesOn() throws Exception {
        RowPlace place = RowPlace.make(folder, true);
        Migration first = place.migration();
        AtomicInteger batches = new AtomicInteger();
        Failpoint.arm(name -> {
            if (name.equals("after-intent") && batches.incrementAndGet() == 1) {
                first.stop();
            }
        });
        RunReport stopped = first.run(RunOptions.ALL);
        Failpoint.arm(null);

        RunReport report = place.migration().run(RunOptions.ALL);

        assertThat(stopped.finished()).isFalse();
        assertThat(report.run()).isEqualTo(stopped.run());
        assertThat(report.finished()).isTrue();
        assertThat(place.target()).isEqualTo(place.expected());
    }
}
