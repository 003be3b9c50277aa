package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.ledger.LedgerFile;
import io.waybill.value.Value;
import java.io.Closeable;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** Addresses that are told how a run ended. */
class NotifyTest {
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
        user.env("ALERT_WEBHOOK", server.url() + "/failed");
        place.plan(notifies());
    }

    private String notifies() {
        return "notify: { failed: \"${env.ALERT_WEBHOOK}\", done: \"" + server.url() + "/done\", timeout: 5s }\n";
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private static String text(Value.MapOf told, String name) {
        return ((Value.Text) User.field(told, name)).value();
    }

    private Value.MapOf told(String address) {
        assertThat(server.addresses()).isNotEmpty().last().isEqualTo(address);
        return server.calls().get(server.calls().size() - 1).json();
    }

    @Test
    void aRunThatIsDoneTellsSoWithItsCountsAndTimes() {
        Instant before = Instant.now();
        user.type("run").exits(Exit.DONE);

        Value.MapOf told = told("/done");
        assertThat(server.calls()).hasSize(1);
        assertThat(told.values().keySet())
                .containsExactly(
                        "plan", "run", "state", "exit", "items", "message", "started", "ended", "host", "text");
        assertThat(text(told, "plan")).isEqualTo("place");
        assertThat(text(told, "run")).isEqualTo("r1");
        assertThat(text(told, "state")).isEqualTo("done");
        assertThat(User.field(told, "exit")).isEqualTo(Value.of(0));
        assertThat(User.field(told, "items")).isEqualTo(new Value.MapOf(Map.of("verified", Value.of(5))));
        assertThat(text(told, "message")).isEqualTo("5 verified");
        assertThat(Instant.parse(text(told, "started"))).isBetween(before, Instant.now());
        assertThat(Instant.parse(text(told, "ended"))).isBetween(before, Instant.now());
        assertThat(text(told, "host")).isEqualTo(Host.name());
        assertThat(text(told, "text")).isEqualTo("waybill place r1 done on " + Host.name() + " (exit 0): 5 verified");
    }

    @Test
    void aRunThatHasNothingToDoIsDone() {
        user.type("run").exits(Exit.DONE);
        user.type("run").exits(Exit.DONE);

        assertThat(server.calls()).hasSize(2);
        assertThat(User.field(told("/done"), "run")).isEqualTo(Value.NULL);
        assertThat(text(told("/done"), "message")).startsWith("nothing to do");
    }

    @Test
    void aRunThatNeedsSomebodyTellsThoseWhoAreToldOfFailures() throws Exception {
        place.file("out/notes/a.txt", "something else");

        user.type("run").exits(Exit.NEEDS_YOU);

        Value.MapOf told = told("/failed");
        assertThat(server.calls()).hasSize(1);
        assertThat(text(told, "state")).isEqualTo("failed");
        assertThat(User.field(told, "exit")).isEqualTo(Value.of(3));
        assertThat(text(told, "message")).isEqualTo("1 item to look at: 4 verified, 1 conflict");
    }

    @Test
    void whatIsRefusedOrCannotBeReachedIsToldToo() throws Exception {
        place.file("out/notes/a.txt", "something else").plan("exists: fail\n" + notifies());
        user.type("run").exits(Exit.REFUSED);
        assertThat(User.field(told("/failed"), "exit")).isEqualTo(Value.of(8));

        String gone = Place.PLAN.replace("./data", "./nowhere").replace("name: place", "name: gone");
        place.file("waybill.yaml", gone + notifies());
        int exit = user.type("run").exit();
        Value.MapOf told = told("/failed");
        assertThat(exit).isNotZero();
        assertThat(User.field(told, "exit")).isEqualTo(Value.of(exit));
        assertThat(text(told, "message")).contains("nowhere");
        assertThat(server.calls()).hasSize(2);
    }

    @Test
    void aRunThatFindsAnotherAtWorkIsToldAsFailed() throws Exception {
        LedgerFile ledger = new LedgerFile(folder.resolve(".waybill/place.db"), path -> {
            SQLiteDataSource source = new SQLiteDataSource();
            source.setUrl("jdbc:sqlite:" + path);
            return source;
        });
        try (Closeable held = ledger.hold("somebody", InstantSource.system())) {
            assertThat(held).isNotNull();
            user.type("run").exits(Exit.LOCKED);
        }

        assertThat(User.field(told("/failed"), "exit")).isEqualTo(Value.of(6));
        assertThat(User.field(told("/failed"), "run")).isEqualTo(Value.NULL);
    }

    @Test
    void aMissingConfirmationIsTold() throws Exception {
        place.file("out/notes/a.txt", "something else").plan("exists: replace\n" + notifies());

        user.type("run --no-input").exits(Exit.USAGE);

        assertThat(text(told("/failed"), "message")).contains("Confirm with: --yes");
    }

    @Test
    void whoDoesNotTakeItIsToldAgainAndTheExitCodeStays() {
        server.answersFirst(500, 503, 200);

        User.Ran ran = user.type("run").exits(Exit.DONE);

        assertThat(server.addresses()).containsExactly("/done", "/done", "/done");
        assertThat(ran.err()).doesNotContain("notify");
        assertThat(user.type("ledger export").out()).contains("\"what\":\"notify\",\"detail\":\"done (exit 0): told\"");
    }

    @Test
    void thatNobodyTakesItIsSaidAndEnteredInTheLedger() {
        server.answers(500);

        User.Ran ran = user.type("run").exits(Exit.DONE);

        assertThat(server.calls()).hasSize(3);
        assertThat(ran.err()).contains("Cannot tell how place ended (notify, done): HTTP 500, 3 times");
        assertThat(user.type("ledger export").out()).contains("done (exit 0): HTTP 500, 3 times");
    }

    @Test
    void anAnswerThatIsNoUseToRepeatIsNotAskedForAgain() {
        server.answers(404);

        assertThat(user.type("run --json").exits(Exit.DONE).err()).contains("HTTP 404. The run");

        assertThat(server.calls()).hasSize(1);
    }

    @Test
    void otherVerbsTellNobody() {
        for (String line : new String[] {"plan", "run --dry-run", "run", "status", "verify", "rollback r1 --yes=r1"}) {
            user.type(line).exits(Exit.DONE);
        }

        assertThat(server.addresses()).containsExactly("/done");
    }

    @Test
    void whatIsWrongInNotifyIsSaidWithItsPlace() throws Exception {
        place.plan("notify:\n  failed: ftp://x\n  timeout: soon\n  dome: x\n");
        assertThat(user.type("lint").exits(Exit.USAGE).err())
                .contains("waybill.yaml:11:11: \"failed\" must be an http or https address")
                .contains("waybill.yaml:12:12: \"timeout\" must be")
                .contains("waybill.yaml:13:3: unknown key \"dome\" -> did you mean \"done\"?");

        place.plan("notify: { timeout: 5s }\n");
        assertThat(user.type("lint").exits(Exit.USAGE).err())
                .contains("\"notify\" has neither \"failed\" nor \"done\"");
    }
}
