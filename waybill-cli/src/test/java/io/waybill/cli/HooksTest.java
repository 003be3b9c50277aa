package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs and addresses that are told when a run or a move begins and ends. */
class HooksTest {
    @TempDir
    Path folder;

    private Place place;
    private User user;
    private HookServer server;

    @BeforeEach
    void makePlace() throws Exception {
        place = Place.in(folder);
        user = new User(folder);
        server = HookServer.start();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private String script(String lines) throws Exception {
        place.file("hook.sh", lines);
        return "{ run: [sh, hook.sh, \"a b\"], timeout: 20s }";
    }

    @Test
    void aProgramIsToldWithoutAShellBeforeAndAfterTheRunAndItsMoves() throws Exception {
        String hook = script(
                "echo \"$1 $WAYBILL_PLAN $WAYBILL_RUN $WAYBILL_EVENT [$WAYBILL_MOVE] $WAYBILL_ITEMS\" >> told.txt\n");
        place.plan("    hooks: { before: " + hook + ", after: " + hook + " }\nhooks: { before: " + hook + ", after: "
                + hook + " }\n");

        user.type("run").exits(Exit.DONE);

        assertThat(place.text("told.txt").lines())
                .containsExactly(
                        "a b place r1 before [] {\"planned\":5}",
                        "a b place r1 before [files] {\"planned\":5}",
                        "a b place r1 after [files] {\"verified\":5}",
                        "a b place r1 after [] {\"verified\":5}");
    }

    @Test
    void anAddressIsCalledWithJson() throws Exception {
        place.plan("hooks: { after: { call: \"" + server.url() + "/done?x=1\" } }\n");

        user.type("run").exits(Exit.DONE);

        assertThat(server.calls()).singleElement().satisfies(call -> {
            assertThat(call.method() + " " + call.address()).isEqualTo("POST /done?x=1");
            assertThat(call.body())
                    .startsWith("{\"plan\":\"place\",\"run\":\"r1\",\"move\":\"\",\"event\":\"after\",\"items\":{")
                    .contains("\"verified\":5");
        });
    }

    @Test
    void nothingIsWrittenWhenTheHookBeforeFailsAndTheNextRunGoesOn() throws Exception {
        String hook = script("echo secret words; test -f ready\n");
        place.plan("hooks: { before: " + hook + " }\n");

        User.Ran ran = user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(ran.all()).contains("the hook before the run failed: exit code 1; its output is in the log");
        assertThat(place.has("out")).isFalse();
        place.file("ready", "");
        assertThat(user.type("run").exits(Exit.DONE).out()).contains("r1: Done", "5 verified");
    }

    @Test
    void aMoveWhoseHookFailsDoesNotStartAndTheMovesBeforeItStay() throws Exception {
        place.plan(
                "  - name: more\n    after: files\n    from: \"disk:notes/\"\n    to: \"out:more/\"\n    hooks: { before: { call: \""
                        + server.url() + "\" } }\n");
        server.answers(500);

        assertThat(user.type("run").exits(Exit.NEEDS_YOU).all()).contains("the hook before move more failed: HTTP 500");

        assertThat(place.has("out/notes/a.txt")).isTrue();
        assertThat(place.has("out/more")).isFalse();
        server.answers(200);
        user.type("run").exits(Exit.DONE);
        assertThat(place.has("out/more/notes/a.txt")).isTrue();
    }

    @Test
    void aHookAfterThatFailsIsSaidAndTriedAgainAndNoOtherRunsTwice() throws Exception {
        String hook = script("echo $WAYBILL_EVENT >> told.txt; test $WAYBILL_EVENT = before || test -f ready\n");
        place.plan("hooks: { before: " + hook + ", after: " + hook + " }\n");

        assertThat(user.type("run").exits(Exit.NEEDS_YOU).all())
                .contains("5 verified", "the hook after the run failed");
        assertThat(place.has("out/notes/a.txt")).isTrue();
        place.file("ready", "");
        user.type("run").exits(Exit.DONE);

        assertThat(place.text("told.txt").lines()).containsExactly("before", "after", "after");
    }

    @Test
    void aHookThatTakesTooLongIsEnded() throws Exception {
        place.plan("hooks: { before: { run: [sleep, \"60\"], timeout: 300ms } }\n");
        assertThat(user.type("run").exits(Exit.NEEDS_YOU).all()).contains("it took longer than 300 ms");

        place.plan("hooks: { before: { run: no-such-program } }\n");
        assertThat(user.type("run").exits(Exit.NEEDS_YOU).all()).contains("no-such-program");
        assertThat(place.has("out")).isFalse();
    }

    @Test
    void aHookHasOneWay() throws Exception {
        place.plan("hooks: { before: { timeout: 1s }, after: { call: \"ftp://x\" } }\n");

        assertThat(user.type("lint").exits(Exit.USAGE).err())
                .contains("a hook has either \"run\" or \"call\"", "\"call\" must be an http or https address");
    }

    @Test
    void whatAHookPrintsIsInTheLog() throws Exception {
        place.plan("hooks: { before: " + script("echo hello from the hook\n") + " }\n");

        user.type("run").exits(Exit.DONE);

        try (var logs = Files.walk(folder.resolve(".waybill/logs"))) {
            assertThat(logs.filter(Files::isRegularFile))
                    .anySatisfy(log -> assertThat(Files.readString(log)).contains("hello from the hook"));
        }
    }
}
