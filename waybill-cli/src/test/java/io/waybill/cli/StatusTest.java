package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What status says of a run and of when it was verified. */
class StatusTest {
    @TempDir
    Path folder;

    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        Place.in(folder);
        user = new User(folder);
    }

    @Test
    void aVerificationCountsOnlyForWhatStoodThere() {
        user.type("run").exits(Exit.DONE);
        assertThat(status()).contains("Last verify: not since this run.");

        user.type("verify").exits(Exit.DONE);
        assertThat(status()).contains("Last verify: just now (5 same).");

        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        assertThat(user.type("status r1").exits(Exit.DONE).out()).contains("Last verify: not since this run.");

        user.type("run").exits(Exit.DONE);
        assertThat(status()).contains("Last verify: not since this run.");
        assertThat(user.type("report").exits(Exit.DONE).out()).contains("Last verify: not since this run");
    }

    private String status() {
        return user.type("status").exits(Exit.DONE).out();
    }
}
