package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.value.Json;
import io.waybill.value.Value;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans that are run at their times, by a clock that the test sets. */
class ScheduleTest {
    private static final String SCHEDULE = "schedule: { cron: \"0 2 * * *\", zone: UTC }\n";

    @TempDir
    Path folder;

    private final List<Waiting> started = new ArrayList<>();
    private Place place;
    private volatile Instant now = Instant.parse("2026-11-21T12:00:00Z");

    @BeforeEach
    void makePlace() throws Exception {
        place = Place.in(folder).plan(SCHEDULE);
    }

    @AfterEach
    void endAll() throws Exception {
        for (Waiting waiting : started) {
            waiting.signal("TERM");
            waiting.exit.get(30, TimeUnit.SECONDS);
        }
    }

    /** A command that goes on in a thread of its own, with the test's clock. */
    private final class Waiting {
        private final ByteArrayOutputStream said = new ByteArrayOutputStream();
        private final Map<String, Runnable> listeners = new ConcurrentHashMap<>();
        private final CompletableFuture<Integer> exit;

        Waiting(String... words) {
            PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
            Surroundings surroundings = new Surroundings(
                    InputStream.nullInputStream(),
                    out,
                    out,
                    name -> null,
                    folder.toAbsolutePath(),
                    Terminal.NONE,
                    () -> now,
                    code -> {
                        throw new AssertionError("halt " + code);
                    },
                    listeners::put);
            exit = CompletableFuture.supplyAsync(
                    () -> Cli.run(List.of(words), surroundings), task -> new Thread(task, "schedule").start());
            started.add(this);
        }

        String said() {
            return said.toString(StandardCharsets.UTF_8);
        }

        /** Waits until it has said this so often. */
        Waiting says(String text, int times) throws Exception {
            for (int i = 0; i < 600; i++) {
                if (said().split(java.util.regex.Pattern.quote(text), -1).length > times) {
                    return this;
                } else if (exit.isDone()) {
                    break;
                }
                Thread.sleep(50);
            }
            throw new AssertionError("it does not say \"" + text + "\" " + times + " times:\n" + said());
        }

        Waiting says(String text) throws Exception {
            return says(text, 1);
        }

        void signal(String name) {
            Runnable listener = listeners.get(name);
            if (listener != null && !exit.isDone()) {
                listener.run();
            }
        }

        Waiting exits(Exit expected) throws Exception {
            assertThat(exit.get(30, TimeUnit.SECONDS)).as(said()).isEqualTo(expected.code());
            return this;
        }
    }

    private User.Ran type(String line) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.run(
                List.of(line.split(" ")),
                new Surroundings(
                        InputStream.nullInputStream(),
                        new PrintStream(out, false, StandardCharsets.UTF_8),
                        new PrintStream(err, false, StandardCharsets.UTF_8),
                        name -> null,
                        folder.toAbsolutePath(),
                        Terminal.NONE,
                        () -> now,
                        code -> {
                            throw new AssertionError("halt " + code);
                        },
                        Signals.NONE));
        return new User.Ran(
                List.of(line), exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void runsThePlanAtItsTimesAndNotBetween() throws Exception {
        Waiting waiting = new Waiting("schedule", "run").says("next: Sun 2026-11-22 02:00 UTC");
        now = Instant.parse("2026-11-22T01:59:59Z");
        Thread.sleep(500);
        assertThat(place.has("out")).isFalse();

        now = Instant.parse("2026-11-22T02:00:00Z");
        waiting.says("exit 0").says("next: Mon 2026-11-23 02:00 UTC");
        assertThat(waiting.said()).contains("5 verified");
        assertThat(place.text("out/notes/a.txt")).isEqualTo("alpha");
        place.file("data/notes/new.txt", "new");
        now = Instant.parse("2026-11-23T02:00:30Z");
        waiting.says("exit 0", 2);

        assertThat(place.text("out/notes/new.txt")).isEqualTo("new");
        assertThat(waiting.said()).doesNotContain("missed");
        waiting.signal("INT");
        waiting.exits(Exit.INTERRUPTED);
    }

    @Test
    void aRunThatFailsDoesNotEndTheSchedule() throws Exception {
        place.file("out/notes/a.txt", "something else");
        Waiting waiting = new Waiting("schedule", "run", "--times", "3").says("next:");
        now = Instant.parse("2026-11-22T02:00:00Z");
        waiting.says("exit 3 (");
        Files.move(folder.resolve("waybill.yaml"), folder.resolve("away.yaml"));
        place.file("waybill.yaml", "waybill: 1\n");
        now = Instant.parse("2026-11-23T02:00:00Z");
        waiting.says("exit 2 (");
        Files.move(
                folder.resolve("away.yaml"),
                folder.resolve("waybill.yaml"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        place.file("data/notes/a.txt", "something else");

        now = Instant.parse("2026-11-24T02:00:00Z");

        waiting.exits(Exit.DONE);
        assertThat(waiting.said()).contains("\"name\" is missing", "exit 0 (");
    }

    @Test
    void theExitCodeAfterSoManyTimesIsThatOfTheLastRun() throws Exception {
        place.file("out/notes/a.txt", "something else");
        Waiting waiting = new Waiting("schedule", "run", "--times", "1").says("next:");

        now = Instant.parse("2026-11-22T02:00:00Z");

        waiting.exits(Exit.NEEDS_YOU);
    }

    private void awaitBegun() throws Exception {
        for (int i = 0; i < 1_200 && !place.has("begun"); i++) {
            Thread.sleep(50);
        }
        assertThat(place.has("begun")).isTrue();
    }

    @Test
    void timesThatPassWhileARunIsAtWorkAreSaidAndNotMadeUpFor() throws Exception {
        place.plan("schedule: { cron: \"* * * * *\", missed: run }\nhooks: { before: { run: [sh, wait.sh] } }\n")
                .file("wait.sh", "echo x >> begun; while ! test -f go; do sleep 0.1; done\n");
        Waiting waiting = new Waiting("schedule", "run").says("next: Sat 2026-11-21 12:01 UTC");
        now = Instant.parse("2026-11-21T12:01:00Z");
        awaitBegun();

        now = Instant.parse("2026-11-21T12:04:30Z");
        Thread.sleep(500);
        place.file("go", "");

        waiting.says("exit 0")
                .says("3 times were missed, the newest Sat 2026-11-21 12:04 UTC: the run was still at work");
        waiting.says("next: Sat 2026-11-21 12:05 UTC");
        assertThat(place.text("begun").lines()).hasSize(1);
    }

    @Test
    void timesThatWentByWhileNobodyWasThereAreSaidAtTheStart() throws Exception {
        Waiting first = new Waiting("schedule", "run").says("next:");
        now = Instant.parse("2026-11-22T02:00:00Z");
        first.says("exit 0").says("next: Mon");
        first.signal("TERM");
        first.exits(Exit.TERMINATED);

        now = Instant.parse("2026-11-26T01:00:00Z");
        Waiting second = new Waiting("schedule", "run")
                .says("3 times were missed, the newest Wed 2026-11-25 02:00 UTC: nobody was there");
        now = Instant.parse("2026-11-26T02:00:01Z");
        second.says("exit 0");

        assertThat(second.said().split("missed", -1)).hasSize(2);
        assertThat(type("runs").out()).contains("r1").doesNotContain("r2");
    }

    @Test
    void aMachineThatSleptIsToldApartFromOneThatIsInTime() throws Exception {
        Waiting waiting = new Waiting("schedule", "run").says("next:");

        now = Instant.parse("2026-11-22T05:00:00Z");
        waiting.says("1 time was missed, Sun 2026-11-22 02:00 UTC: nobody was there");
        assertThat(place.has("out")).isFalse();
        now = Instant.parse("2026-11-24T02:00:10Z");
        waiting.says("1 time was missed, Mon 2026-11-23 02:00 UTC: nobody was there")
                .says("exit 0");

        assertThat(place.has("out")).isTrue();
    }

    @Test
    void missedTimesAreMadeUpForOnceWhenThePlanWantsIt() throws Exception {
        place.plan("schedule: { cron: \"0 * * * *\", missed: run }\n");
        Waiting waiting = new Waiting("schedule", "run", "--times", "1").says("next:");

        now = Instant.parse("2026-11-22T05:30:00Z");

        waiting.exits(Exit.DONE);
        assertThat(waiting.said())
                .contains("17 times were missed, the newest Sun 2026-11-22 05:00 UTC: nobody was there; it is run once")
                .contains("5 verified");
    }

    @Test
    void noTimeIsMissedWhenTheScheduleIsAnotherOneNow() throws Exception {
        Waiting first = new Waiting("schedule", "run").says("next:");
        first.signal("TERM");
        first.exits(Exit.TERMINATED);
        place.plan("schedule: { cron: \"0 3 * * *\", zone: UTC }\n");
        now = now.plus(Duration.ofDays(9));

        Waiting second = new Waiting("schedule", "run").says("next: Tue 2026-12-01 03:00 UTC");
        Thread.sleep(500);

        assertThat(second.said()).doesNotContain("missed");
    }

    @Test
    void aPausedScheduleRunsNothingUntilItIsResumed() throws Exception {
        Waiting waiting = new Waiting("schedule", "run").says("next:");
        assertThat(type("schedule pause").exits(Exit.DONE).out()).contains("Paused: place is not run");
        waiting.says("paused: nothing is run");
        now = Instant.parse("2026-11-22T02:00:00Z");
        waiting.says("1 time was missed, Sun 2026-11-22 02:00 UTC: paused");
        assertThat(type("schedule").exits(Exit.DONE).out()).contains("paused");
        assertThat(place.has("out")).isFalse();

        assertThat(type("schedule resume").exits(Exit.DONE).out()).contains("Resumed");
        waiting.says("resumed");
        now = Instant.parse("2026-11-23T02:00:00Z");
        waiting.says("exit 0");
        assertThat(type("schedule resume").exits(Exit.DONE).out()).contains("was not paused");
    }

    @Test
    void aTriggerRunsItNowAndNeedsSomebodyWhoWaits() throws Exception {
        assertThat(type("schedule trigger").exits(Exit.USAGE).err()).contains("Nobody waits", "waybill run");
        Waiting waiting = new Waiting("schedule", "run").says("next:");

        assertThat(type("schedule trigger").exits(Exit.DONE).out()).contains("Asked to run now", "process ");

        waiting.says("runs now, as it was asked to").says("exit 0").says("next: Sun 2026-11-22 02:00 UTC", 2);
        assertThat(place.has("out")).isTrue();
    }

    @Test
    void aSecondProcessIsToldWhoWaitsAlready() throws Exception {
        new Waiting("schedule", "run").says("next:");

        assertThat(type("schedule run").exits(Exit.LOCKED).err())
                .contains(
                        "Cannot wait for the times of place",
                        "process " + ProcessHandle.current().pid());
    }

    @Test
    void aSignalDuringARunStopsTheRunAndTheSchedule() throws Exception {
        place.plan(SCHEDULE + "hooks: { before: { run: [sh, wait.sh] } }\n")
                .file("wait.sh", "echo x >> begun; while ! test -f go; do sleep 0.1; done\n");
        Waiting waiting = new Waiting("schedule", "run").says("next:");
        now = Instant.parse("2026-11-22T02:00:00Z");
        awaitBegun();

        waiting.signal("TERM");

        waiting.exits(Exit.TERMINATED);
        assertThat(waiting.said()).contains("stopping:", "exit 143");
        assertThat(type("status").out()).contains("stopped");
        place.file("go", "");
        assertThat(type("run").exits(Exit.DONE).out()).contains("r1: Done", "5 verified");
    }

    @Test
    void aRunThatSomebodyStopsLeavesTheScheduleWaiting() throws Exception {
        place.plan(SCHEDULE + "hooks: { before: { run: [sh, wait.sh] } }\n")
                .file("wait.sh", "echo x >> begun; while ! test -f go; do sleep 0.1; done\n");
        Waiting waiting = new Waiting("schedule", "run").says("next:");
        now = Instant.parse("2026-11-22T02:00:00Z");
        awaitBegun();

        type("stop").exits(Exit.DONE);
        waiting.says("exit 143").says("next: Mon 2026-11-23 02:00 UTC");

        place.file("go", "");
        now = Instant.parse("2026-11-23T02:00:00Z");
        waiting.says("exit 0").says("r1: Done");
    }

    @Test
    void whatARunWouldAskForIsAskedForAtTheStart() throws Exception {
        place.plan(SCHEDULE + "exists: replace\n");
        assertThat(type("schedule run").exits(Exit.USAGE).err()).contains("WB-U02", "with: --yes");
        place.plan(SCHEDULE + "source: delete\n");
        assertThat(type("schedule run --yes").exits(Exit.USAGE).err()).contains("with: --yes=place");
        Waiting waiting = new Waiting("schedule", "run", "--yes=place", "--times", "1").says("next:");

        now = Instant.parse("2026-11-22T02:00:00Z");

        waiting.exits(Exit.DONE);
        assertThat(place.has("data/notes/a.txt")).isFalse();
    }

    @Test
    void eachRunHasItsLogAndIsTold() throws Exception {
        try (HookServer server = HookServer.start()) {
            place.plan(SCHEDULE + "notify: { done: \"" + server.url() + "/\" }\n");
            Waiting waiting = new Waiting("schedule", "run", "--times", "2").says("next:");
            now = Instant.parse("2026-11-22T02:00:00Z");
            waiting.says("exit 0");
            now = Instant.parse("2026-11-23T02:00:00Z");
            waiting.exits(Exit.DONE);

            assertThat(server.calls()).hasSize(2);
            try (var logs = Files.list(folder.resolve(".waybill/logs"))) {
                assertThat(logs.map(log -> log.getFileName().toString().substring(0, 19)))
                        .containsExactlyInAnyOrder("20261122-020000-run", "20261123-020000-run");
            }
        }
    }

    @Test
    void programsGetLinesWithTypes() throws Exception {
        Waiting waiting = new Waiting("schedule", "run", "--json", "--times", "1").says("waiting");
        now = Instant.parse("2026-11-24T02:00:00Z");
        waiting.exits(Exit.DONE);

        List<Value> types = waiting.said()
                .lines()
                .map(line -> User.field(Json.parse(line), "type"))
                .toList();
        assertThat(types)
                .startsWith(Value.of("waiting"), Value.of("missed"), Value.of("started"))
                .endsWith(Value.of("result"), Value.of("ran"));
    }

    @Test
    void theNextTimesAreSaidInTheZoneOfThePlanAndHere() throws Exception {
        TimeZone before = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
        try {
            assertThat(type("schedule next").exits(Exit.DONE).out().lines())
                    .hasSize(5)
                    .first()
                    .isEqualTo("Sun 2026-11-22 02:00 UTC (Sat 2026-11-21 21:00 here)");
            Value next =
                    User.field(type("schedule next --json").exits(Exit.DONE).json(), "next");
            assertThat(((Value.ListOf) next).values()).hasSize(5);
            assertThat(next.toString()).contains("2026-11-22T02:00:00Z", "2026-11-22T02:00Z", "2026-11-21T21:00-05:00");
        } finally {
            TimeZone.setDefault(before);
        }
    }

    @Test
    void theScheduleAndHowItStandsAreListed() throws Exception {
        assertThat(type("schedule").exits(Exit.DONE).all())
                .contains("place  0 2 * * *  UTC", "nobody waits", "Sun 2026-11-22 02:00 UTC", "waybill schedule run");
        Waiting waiting = new Waiting("schedule", "run").says("next:");
        now = Instant.parse("2026-11-22T02:00:00Z");
        waiting.says("next: Mon");

        assertThat(type("schedule list").exits(Exit.DONE).out())
                .contains(
                        "waiting", "process ", "Mon 2026-11-23 02:00 UTC", "last    Sun 2026-11-22 02:00 UTC, exit 0");
        assertThat(type("schedule list --json").exits(Exit.DONE).out())
                .contains("\"cron\": \"0 2 * * *\"", "\"paused\": false", "\"exit\": 0");
    }

    @Test
    void whatIsWrongInAScheduleIsSaidWithItsPlace() throws Exception {
        place.plan("schedule:\n  cron: \"0 2 * * MO\"\n  zone: Berlin\n  missed: never\n");
        assertThat(type("lint").exits(Exit.USAGE).err())
                .contains("waybill.yaml:11:18: in \"cron\": \"MO\" is not a day of the week -> 0 to 7 or SUN to SAT")
                .contains("waybill.yaml:12:9: no zone \"Berlin\" -> did you mean \"Europe/Berlin\"?")
                .contains("waybill.yaml:13:11: \"missed\" cannot be \"never\"");

        place.plan("");
        assertThat(type("schedule next").exits(Exit.USAGE).err()).contains("Plan place has no schedule. Add to it:");
        assertThat(type("schedule sometimes").exits(Exit.USAGE).err()).contains("not sometimes");
        assertThat(type("schedule next --times 2").exits(Exit.USAGE).err()).contains("--times");
    }
}
