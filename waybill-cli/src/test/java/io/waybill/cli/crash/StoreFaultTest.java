package io.waybill.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.engine.RollbackReport;
import io.waybill.engine.RunOptions;
import io.waybill.engine.RunReport;
import io.waybill.ledger.Entry;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.s3endpoint.Fault;
import io.waybill.s3endpoint.FaultRule;
import io.waybill.s3endpoint.Operation;
import io.waybill.store.Provenance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A service that throttles, loses answers, cuts them short or lies, seen by whole runs. */
class StoreFaultTest {
    private static final String MOVE = "limits: { retries: 3 }\nmoves: [ { name: all, from: 'from:', to: 'to:in/' } ]\n";

    @TempDir
    Path folder;

    private StorePair pair;
    private Map<String, String> before = Map.of();

    @BeforeEach
    void makeFiles() throws Exception {
        pair = StorePair.make(folder);
        for (int i = 0; i < 4; i++) {
            Files.writeString(folder.resolve("from/file" + i), ("content " + i).repeat(500));
        }
        pair.put(pair.s3("to"), "theirs", "theirs");
        before = pair.content(pair.s3("to"));
    }

    @AfterEach
    void close() {
        pair.close();
    }

    private void makeLarge() throws Exception {
        byte[] large = new byte[(40 << 20) + 5];
        new Random(9).nextBytes(large);
        Files.write(folder.resolve("from/large"), large);
    }

    private RunReport upload() throws Exception {
        return pair.migration(pair.files("from"), pair.s3("to"), MOVE).run(RunOptions.ALL);
    }

    private void assertArrived(RunReport report, long items) throws Exception {
        assertThat(report.items()).isEqualTo(Map.of(State.VERIFIED, items));
        pair.endpoint().faults().clear();
        assertThat(pair.content(pair.s3("to")).entrySet().stream()
                        .filter(each -> each.getKey().startsWith("in/"))
                        .collect(java.util.stream.Collectors.toMap(
                                each -> each.getKey().substring(3), Map.Entry::getValue)))
                .isEqualTo(pair.content(pair.files("from")));
        assertThat(pair.entries(1)).allSatisfy(entry -> assertThat(
                        entry.effect().provenance())
                .isEqualTo(Provenance.CREATED));
    }

    private void assertGoesBack() throws Exception {
        RollbackReport report =
                pair.migration(pair.files("from"), pair.s3("to"), MOVE).rollback(1, Selector.ALL);
        assertThat(report.reasons()).isEmpty();
        assertThat(pair.content(pair.s3("to"))).isEqualTo(before);
    }

    @Test
    void restsAsLongAsTheServiceAsksAndGoesOn() throws Exception {
        pair.endpoint()
                .faults()
                .on(Operation.PUT_OBJECT)
                .key("file2")
                .nth(1)
                .then(Fault.slowDown(Duration.ofSeconds(1)));
        pair.endpoint().faults().on(Operation.PUT_OBJECT).key("file3").nth(1).then(Fault.refuse(429, "SlowDown"));

        RunReport report = upload();

        assertThat(report.retries()).isGreaterThanOrEqualTo(2);
        assertThat(report.millis()).isGreaterThanOrEqualTo(1_000);
        assertArrived(report, 4);
    }

    @Test
    void stopsWhenTheServiceThrottlesForEverAndGoesOnLater() throws Exception {
        FaultRule rule = pair.endpoint()
                .faults()
                .on(Operation.PUT_OBJECT)
                .key("in/")
                .then(Fault.slowDown(Duration.ofMillis(5)));

        RunReport stopped = upload();

        assertThat(stopped.finished()).isFalse();
        assertThat(stopped.trouble()).hasMessageContaining("SlowDown");
        assertThat(stopped.items(State.VERIFIED)).isZero();
        rule.remove();
        assertArrived(upload(), 4);
        assertGoesBack();
    }

    @Test
    void adoptsWhatWasStoredWhenTheAnswerWasLost() throws Exception {
        pair.endpoint().faults().on(Operation.PUT_OBJECT).key("file1").nth(1).then(Fault.loseAnswer());

        RunReport report = upload();

        assertArrived(report, 4);
        assertThat(pair.requests().stream()
                        .filter(request -> request.operation() == Operation.PUT_OBJECT
                                && "in/file1".equals(request.key())
                                && request.applied()))
                .as("writes that had an effect")
                .hasSize(1);
        assertGoesBack();
    }

    @ParameterizedTest
    @MethodSource("doubtfulCompletions")
    void settlesACompletionInDoubt(Fault fault) throws Exception {
        makeLarge();
        pair.endpoint()
                .faults()
                .on(Operation.COMPLETE_MULTIPART_UPLOAD)
                .key("large")
                .nth(1)
                .then(fault);

        RunReport report = upload();

        assertArrived(report, 5);
        assertThat(pair.requests().stream()
                        .filter(request -> request.operation() == Operation.COMPLETE_MULTIPART_UPLOAD
                                && "in/large".equals(request.key())
                                && request.applied()))
                .as("completions that had an effect")
                .hasSize(1);
        assertGoesBack();
    }

    static Stream<Fault> doubtfulCompletions() {
        return Stream.of(
                new Fault.ErrorInside("InternalError", false),
                new Fault.ErrorInside("InternalError", true),
                Fault.refuseAfterApplying(500, "InternalError"),
                Fault.loseAnswer());
    }

    @ParameterizedTest
    @EnumSource(Fault.Damage.class)
    void neverVerifiesWhatAServiceKeepsWrongly(Fault.Damage damage) throws Exception {
        pair.endpoint()
                .faults()
                .on(Operation.PUT_OBJECT)
                .then(new Fault.StoreOther(damage), new Fault.EchoChecksum());

        RunReport report = upload();

        assertThat(report.items(State.VERIFIED)).isZero();
        assertThat(report.items(State.WRITTEN)).isZero();
        pair.endpoint().faults().clear();
        assertThat(pair.content(pair.s3("to"))).as("what is broken is removed").isEqualTo(before);
    }

    @Test
    void neverVerifiesPartsThatAServiceKeepsWrongly() throws Exception {
        makeLarge();
        pair.endpoint()
                .faults()
                .on(Operation.PUT_OBJECT, Operation.UPLOAD_PART)
                .then(new Fault.StoreOther(Fault.Damage.FLIPPED), new Fault.EchoChecksum());

        RunReport report = upload();

        assertThat(report.items(State.VERIFIED)).isZero();
        pair.endpoint().faults().clear();
        assertThat(pair.content(pair.s3("to"))).isEqualTo(before);
    }

    @Test
    void doesNotMindAnEtagThatIsNoMd5() throws Exception {
        pair.endpoint().faults().on(Operation.PUT_OBJECT).then(new Fault.WrongEtag());

        RunReport report = upload();

        assertThat(report.items(State.VERIFIED) + report.items(State.FAILED)).isEqualTo(4);
        pair.endpoint().faults().clear();
        for (Entry entry : pair.entries(1)) {
            if (entry.state() == State.VERIFIED) {
                assertThat(pair.content(pair.s3("to"))).containsKey(entry.effect().target());
            }
        }
    }

    private RunReport download() throws Exception {
        return pair.migration(pair.s3("from"), pair.files("to"), MOVE).run(RunOptions.ALL);
    }

    @ParameterizedTest
    @EnumSource(Fault.End.class)
    void readsAgainWhatWasCutShort(Fault.End end) throws Exception {
        pair.put(pair.s3("from"), "one", "content ".repeat(1_000));
        pair.endpoint().faults().on(Operation.GET_OBJECT).key("one").nth(1).then(new Fault.Cut(3_000, end));

        RunReport report = download();

        assertThat(report.items()).isEqualTo(Map.of(State.VERIFIED, 1L));
        assertThat(Files.readString(folder.resolve("to/in/one"))).isEqualTo("content ".repeat(1_000));
    }

    @ParameterizedTest
    @EnumSource(Fault.End.class)
    void leavesNothingOfWhatIsAlwaysCutShort(Fault.End end) throws Exception {
        pair.put(pair.s3("from"), "one", "content ".repeat(1_000));
        pair.endpoint().faults().on(Operation.GET_OBJECT).key("one").then(new Fault.Cut(3_000, end));

        RunReport report = download();

        assertThat(report.items(State.VERIFIED)).isZero();
        assertThat(report.items(State.WRITTEN)).isZero();
        assertThat(pair.content(pair.files("to"))).isEmpty();
    }
}
