package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A value that may stand once belongs to the row that has it, over all runs. */
class UniqueTest {
    @TempDir
    Path folder;

    private User user;

    @BeforeEach
    void makePlan() throws Exception {
        user = new User(folder);
        Files.writeString(folder.resolve("waybill.yaml"), """
                waybill: 1
                name: people
                stores: { disk: "." }
                moves:
                  - { name: people, from: "disk:old.jsonl", to: "disk:new.jsonl", key: id, checks: { unique: [email] } }
                """);
        people("{\"id\":1,\"email\":\"a\"}");
    }

    private void people(String... rows) throws Exception {
        Files.writeString(folder.resolve("old.jsonl"), String.join("\n", rows) + "\n");
    }

    @Test
    void aLaterRunKnowsTheValuesOfEarlierOnes() throws Exception {
        user.type("run").exits(Exit.DONE);
        people("{\"id\":1,\"email\":\"a\"}", "{\"id\":2,\"email\":\"a\"}");

        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("1 quarantined");
        assertThat(Files.readString(folder.resolve("new.jsonl"))).doesNotContain("\"id\":2");
    }

    @Test
    void aValueIsFreeAgainWhenItsRowIsRolledBack() throws Exception {
        user.type("run").exits(Exit.DONE);
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        people("{\"id\":2,\"email\":\"a\"}");

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("1 verified");
    }
}
