package io.waybill.cli;

import static io.waybill.cli.Studios.A;
import static io.waybill.cli.Studios.N1;
import static io.waybill.cli.Studios.ROWS;
import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.store.Failpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services give up uploads in parts that seem abandoned, also ours, while they are under way or between two runs. */
class CollectedUploadsTest {
    private static final String KEY = A + "/" + N1 + "/large.bin";
    private static final byte[] LARGE = new byte[40 << 20];

    static {
        new Random(3).nextBytes(LARGE);
    }

    @TempDir
    Path folder;

    private Studios studios;
    private User user;

    @BeforeEach
    void makeStudios() throws Exception {
        studios = Studios.in(folder).apart();
        studios.project(A, "first", 21, false, N1);
        studios.row(A, N1, KEY, KEY);
        studios.from.put(KEY, LARGE);
        studios.plan(ROWS);
        user = studios.user;
    }

    @AfterEach
    void close() {
        Failpoint.arm(null);
        studios.close();
    }

    /** Answers how many uploads were given up. */
    private AtomicInteger giveUpOnceAt(String where) {
        AtomicInteger given = new AtomicInteger();
        AtomicBoolean once = new AtomicBoolean();
        Failpoint.arm(point -> {
            if (point.equals(where) && once.compareAndSet(false, true)) {
                given.addAndGet(studios.to.abortUploads());
            }
        });
        return given;
    }

    private void requireThatAllIsWell() {
        assertThat(studios.to.bytes(KEY)).isEqualTo(LARGE);
        assertThat(studios.rows()).isEqualTo("1 0 1");
        assertThat(studios.to.openUploads()).isEmpty();
    }

    @Test
    void anUploadThatIsGivenUpBetweenTwoPartsIsBegunAnew() throws Exception {
        AtomicInteger given = giveUpOnceAt("after-part-before-evidence");

        user.type("run").exits(Exit.DONE);

        assertThat(given).hasPositiveValue();
        requireThatAllIsWell();
    }

    @Test
    void anUploadThatIsGivenUpBeforeItsCompletionIsBegunAnew() throws Exception {
        AtomicInteger given = giveUpOnceAt("before-upload-completes");

        user.type("run").exits(Exit.DONE);

        assertThat(given).hasPositiveValue();
        requireThatAllIsWell();
    }

    @Test
    void anUploadThatIsGivenUpBetweenTwoRunsIsBegunAnew() throws Exception {
        List<String> run = List.of("run", "--set", "limits.parallel=1");
        assertThat(DyingCommand.run(folder, studios.environment(), "after-part-before-evidence", 2, run))
                .isEqualTo(DyingCommand.DIED);
        assertThat(studios.to.abortUploads()).isEqualTo(1);

        user.type("run").exits(Exit.DONE);

        requireThatAllIsWell();
    }
}
