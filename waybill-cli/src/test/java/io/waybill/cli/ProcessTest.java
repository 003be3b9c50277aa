package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs a process of its own: signals, {@code waybill stop}, and who holds the ledger. */
class ProcessTest {
    private static final int FILES = 60;

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void makePlace() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        for (int i = 0; i < FILES; i++) {
            Files.write(data.resolve("f" + i), new byte[100_000]);
        }
        // ten files a second, so that there is time to stop it
        Files.writeString(folder.resolve("waybill.yaml"), """
                waybill: 1
                name: slow
                stores: { disk: ./data, out: ./out }
                limits: { bytes_per_second: 1MB, parallel: 2 }
                moves:
                  - { from: "disk:", to: "out:" }
                """);
    }

    @AfterEach
    void endProcesses() throws Exception {
        for (Process process : started) {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private Process start(String... words) throws IOException {
        Process process = CliProcess.of(folder, List.of(), words)
                .redirectErrorStream(true)
                .redirectOutput(
                        folder.resolve("output-" + started.size() + ".txt").toFile())
                .start();
        started.add(process);
        return process;
    }

    private String output(int number) throws IOException {
        return Files.readString(folder.resolve("output-" + number + ".txt"));
    }

    /** Waits until some files are there and not all. */
    private void awaitWork() throws Exception {
        Process last = started.get(started.size() - 1);
        for (int i = 0; i < 300 && last.isAlive(); i++) {
            Path out = folder.resolve("out");
            if (Files.isDirectory(out)) {
                try (var files = Files.list(out)) {
                    if (files.filter(file -> file.getFileName().toString().startsWith("f"))
                                    .count()
                            > 2) {
                        return;
                    }
                }
            }
            Thread.sleep(100);
        }
        throw new AssertionError("it does not begin to work: " + output(0));
    }

    private void awaitOutput(int number, String words) throws Exception {
        for (int i = 0; i < 300 && started.get(number).isAlive(); i++) {
            if (output(number).contains(words)) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("it does not say " + words + ": " + output(number));
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static int exit(Process process) throws Exception {
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("it ends").isTrue();
        return process.exitValue();
    }

    private void finishes() {
        User.Ran ran = new User(folder)
                .run("run", "--set", "limits.bytes_per_second=1GB")
                .exits(Exit.DONE);
        assertThat(ran.out()).contains(FILES + " verified");
    }

    @Test
    void anInterruptStopsGracefullyAndTheSameCommandGoesOn() throws Exception {
        Process process = start("run");
        awaitWork();

        signal(process, "INT");

        assertThat(exit(process)).isEqualTo(130);
        assertThat(output(0)).contains("stopping:", "Ctrl-C again to force", "Stopped after", "planned");
        assertThat(new User(folder).run("status").exits(Exit.DONE).out()).contains("stopped");
        finishes();
    }

    @Test
    void aTerminationStopsGracefullyToo() throws Exception {
        Process process = start("run", "--json");
        awaitWork();

        signal(process, "TERM");

        assertThat(exit(process)).isEqualTo(143);
        assertThat(output(0)).contains("\"type\":\"result\"", "\"exit\":143");
        finishes();
    }

    @Test
    void aTerminationIsToldToThePlansAddressAndAnInterruptIsNot() throws Exception {
        try (HookServer server = HookServer.start()) {
            Path plan = folder.resolve("waybill.yaml");
            Files.writeString(plan, Files.readString(plan) + "notify: { failed: \"" + server.url() + "/alert\" }\n");
            Process interrupted = start("run");
            awaitWork();
            signal(interrupted, "INT");
            assertThat(exit(interrupted)).isEqualTo(130);
            assertThat(server.calls()).isEmpty();

            Process terminated = start("run", "-v");
            awaitOutput(1, "phase what=\"running\"");
            signal(terminated, "TERM");
            assertThat(exit(terminated)).isEqualTo(143);

            assertThat(server.calls())
                    .singleElement()
                    .satisfies(call -> assertThat(call.body())
                            .contains("\"run\":\"r1\",\"state\":\"stopped\",\"exit\":143,\"items\":{")
                            .contains("\"planned\":"));
        }
    }

    @Test
    void aScheduleThatWaitsEndsAtASignal() throws Exception {
        Path plan = folder.resolve("waybill.yaml");
        Files.writeString(plan, Files.readString(plan) + "schedule: { cron: \"@yearly\" }\n");
        for (int i = 0; i < 2; i++) {
            Process process = start("schedule", "run");
            awaitOutput(i, "next: ");
            signal(process, i == 0 ? "TERM" : "INT");
            assertThat(exit(process)).isEqualTo(i == 0 ? 143 : 130);
            assertThat(output(i)).contains("nobody waits for the times of slow any more");
        }
    }

    @Test
    void stopReachesTheProcessThatIsAtWork() throws Exception {
        Process process = start("run");
        awaitWork();
        User user = new User(folder);
        assertThat(user.run("status").out()).contains("process " + process.pid(), "is at work");

        assertThat(user.run("stop").exits(Exit.DONE).out()).contains("Stopped.");

        assertThat(exit(process)).isEqualTo(143);
        assertThat(Files.exists(folder.resolve(".waybill/slow.stop"))).isFalse();
        assertThat(user.run("stop").exits(Exit.DONE).out()).contains("No run is active");
        finishes();
    }

    @Test
    void stopNowEndsTheProcessAndTheNextRunSettlesWhatWasUnderWay() throws Exception {
        Process process = start("run");
        awaitWork();

        assertThat(new User(folder).run("stop", "--now").exits(Exit.DONE).out())
                .contains("Ended process " + process.pid());

        assertThat(exit(process)).isNotZero();
        assertThat(new User(folder).run("status").out()).contains("interrupted");
        finishes();
    }

    @Test
    void aSecondRunnerIsToldWhoIsAtWorkAndChangesNothing() throws Exception {
        Process process = start("run");
        awaitWork();

        User.Ran second = new User(folder).run("run").exits(Exit.LOCKED);

        assertThat(second.err()).contains("WB-L01", "process " + process.pid(), "waybill stop");
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    void aStopRequestForSomebodyElseIsNotHeeded() throws Exception {
        Files.createDirectories(folder.resolve(".waybill"));
        Files.writeString(
                folder.resolve(".waybill/slow.stop"),
                "waybill run, process 1 on host other since 2020-01-01T00:00:00Z\n");
        Process process = start("run", "--set", "limits.bytes_per_second=1GB");

        assertThat(exit(process)).as(output(0)).isZero();
    }

    @Test
    void theFirstLineOfARunComesBeforeItsStoresAreOpened() throws Exception {
        Files.writeString(
                folder.resolve("waybill.yaml"),
                Files.readString(folder.resolve("waybill.yaml")).replace("./data", "./nothing"));

        assertThat(exit(start("run"))).isEqualTo(2);
        assertThat(output(0)).startsWith("slow · ledger .waybill/slow.db · Ctrl-C is safe");
    }
}
