package io.waybill.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.engine.RollbackReport;
import io.waybill.engine.RunOptions;
import io.waybill.engine.RunReport;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.s3endpoint.Fault;
import io.waybill.s3endpoint.Operation;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a bucket to a bucket of the same service: the service copies, waybill proves. */
class ServerCopyTest {
    private static final String MOVE = "exists: replace\nlimits: { retries: 3 }\n"
            + "moves: [ { name: all, from: 'from:data/', to: 'to:in/' } ]\n";

    @TempDir
    Path folder;

    private StorePair pair;
    private Map<String, String> before = Map.of();
    private Map<String, String> expected = Map.of();

    @BeforeEach
    void makeObjects() throws Exception {
        pair = StorePair.make(folder);
        for (int i = 0; i < 6; i++) {
            pair.put(pair.s3("from"), "data/file " + i, ("content " + i).repeat(300 * i));
        }
        pair.put(pair.s3("from"), "data/ä+b c", "odd name");
        pair.put(pair.s3("to"), "in/data/file 1", "before");
        pair.put(pair.s3("to"), "theirs", "theirs");
        before = pair.content(pair.s3("to"));
        expected = new TreeMap<>(before);
        pair.content(pair.s3("from")).forEach((key, digest) -> expected.put("in/" + key, digest));
    }

    @AfterEach
    void close() {
        pair.close();
    }

    private RunReport run() throws Exception {
        return pair.migration(pair.s3("from"), pair.s3("to"), MOVE).run(RunOptions.ALL);
    }

    private long requests(Operation operation, String key) {
        return pair.requests().stream()
                .filter(request -> request.operation() == operation
                        && request.key() != null
                        && request.key().startsWith(key))
                .count();
    }

    @Test
    void isCopiedByTheServiceVerifiedAndRolledBack() throws Exception {
        long sourceReads = requests(Operation.GET_OBJECT, "data/");
        long targetReads = requests(Operation.GET_OBJECT, "in/data/");
        long writes = requests(Operation.PUT_OBJECT, "in/data/");

        RunReport report = run();

        assertThat(report.items()).isEqualTo(Map.of(State.VERIFIED, 7L));
        assertThat(requests(Operation.GET_OBJECT, "data/") - sourceReads)
                .as("no body is read at the source")
                .isZero();
        assertThat(requests(Operation.PUT_OBJECT, "in/data/") - writes)
                .as("no body is sent")
                .isZero();
        assertThat(requests(Operation.GET_OBJECT, "in/data/") - targetReads)
                .as("only the before-image of what is replaced is read")
                .isLessThanOrEqualTo(1);
        assertThat(requests(Operation.COPY_OBJECT, "in/data/")).isEqualTo(7);
        assertThat(pair.entries(1))
                .allSatisfy(entry -> assertThat(entry.effect().proof()).isEqualTo("checksum"));
        assertThat(pair.content(pair.s3("to"))).isEqualTo(expected);
        assertThat(run().run()).as("a second run has nothing to do").isEmpty();

        RollbackReport undone =
                pair.migration(pair.s3("from"), pair.s3("to"), MOVE).rollback(1, Selector.ALL);

        assertThat(undone.reasons()).isEmpty();
        assertThat(pair.content(pair.s3("to"))).isEqualTo(before);
    }

    @Test
    void settlesACopyWhoseAnswerWasLost() throws Exception {
        pair.endpoint().faults().on(Operation.COPY_OBJECT).key("file 2").nth(1).then(Fault.loseAnswer());
        pair.endpoint()
                .faults()
                .on(Operation.COPY_OBJECT)
                .key("file 3")
                .nth(1)
                .then(new Fault.ErrorInside("InternalError", false));
        pair.endpoint()
                .faults()
                .on(Operation.COPY_OBJECT)
                .key("file 4")
                .nth(1)
                .then(new Fault.ErrorInside("InternalError", true));

        RunReport report = run();

        assertThat(report.items()).isEqualTo(Map.of(State.VERIFIED, 7L));
        assertThat(pair.content(pair.s3("to"))).isEqualTo(expected);
        assertThat(pair.migration(pair.s3("from"), pair.s3("to"), MOVE)
                        .rollback(1, Selector.ALL)
                        .reasons())
                .isEmpty();
        assertThat(pair.content(pair.s3("to"))).isEqualTo(before);
    }

    @Test
    void neverVerifiesACopyThatIsNotOne() throws Exception {
        pair.endpoint()
                .faults()
                .on(Operation.COPY_OBJECT, Operation.PUT_OBJECT)
                .then(new Fault.StoreOther(Fault.Damage.FLIPPED), new Fault.EchoChecksum());

        RunReport report = run();

        pair.endpoint().faults().clear();
        Map<String, String> target = pair.content(pair.s3("to"));
        assertThat(pair.entries(1)).allSatisfy(entry -> {
            if (entry.state() == State.VERIFIED) {
                assertThat(target.get(entry.effect().target())).isEqualTo(expected.get(entry.effect().target()));
            }
        });
        assertThat(report.balanced()).isTrue();
    }
}
