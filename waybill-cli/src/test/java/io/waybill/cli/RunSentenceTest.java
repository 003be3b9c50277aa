package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.value.Value;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The line in which a run says how it ended. */
class RunSentenceTest {
    @TempDir
    Path folder;

    private Place place;
    private User user;

    @BeforeEach
    void makePlace() throws Exception {
        place = Place.in(folder);
        user = new User(folder);
    }

    private Value stopped(String command) {
        return user.type(command + " --json").exits(Exit.DONE).lines().stream()
                .reduce((a, b) -> b)
                .map(result -> User.field(result, "stopped"))
                .orElseThrow();
    }

    @Test
    void aRunOfAPartIsDoneSoFarAndNotStopped() {
        assertThat(user.type("run --limit 2").exits(Exit.DONE).out())
                .contains("r1: Done so far in ")
                .contains(": 3 planned, 2 verified.");
        assertThat(stopped("run --group photos")).isEqualTo(Value.of(false));
        assertThat(stopped("run")).isEqualTo(Value.of(false));
    }

    @Test
    void aRunThatFoundNothingSaysSo() throws Exception {
        place.file("data/none.csv", "id,name\n");
        place.plan("");
        place.file(
                "waybill.yaml",
                place.text("waybill.yaml")
                        .replaceAll(
                                "(?s)  - name: files.*",
                                "  - { name: none, from: \"disk:none.csv\", to: \"out:none.jsonl\","
                                        + " format: { key: id } }\n"));

        assertThat(user.type("run").exits(Exit.DONE).out())
                .contains("r1: Done in ")
                .contains(": there was nothing to move.");
    }

    @Test
    void aRunThatWasStoppedAtOnceSaysThatNothingWasMoved() throws Exception {
        place.file("data/one.csv", "id,name\n1,Ada\n");
        place.plan("hooks: { before: { run: [\"false\"] } }\n");
        place.file(
                "waybill.yaml",
                place.text("waybill.yaml")
                        .replaceAll(
                                "(?s)  - name: files.*hooks",
                                "  - { name: one, from: \"disk:one.csv\", to: \"out:one.jsonl\","
                                        + " format: { key: id } }\nhooks"));

        User.Ran ran = user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(ran.out()).contains("r1: Stopped after ").contains(": nothing was moved yet.");
    }
}
