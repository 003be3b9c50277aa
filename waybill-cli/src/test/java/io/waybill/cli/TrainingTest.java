package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done only to make starting quick has to work too, or starting is slow and nobody sees why. */
final class TrainingTest {
    @TempDir
    Path folder;

    @Test
    void everyCommandDoesWhatItIsMeantToDo() throws Exception {
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Surroundings process = new Surroundings(
                InputStream.nullInputStream(),
                nowhere,
                nowhere,
                name -> null,
                folder,
                Terminal.NONE,
                InstantSource.system(),
                code -> {
                    throw new AssertionError("halt " + code);
                },
                Signals.NONE);
        Path lib = Files.createDirectory(folder.resolve("no jars"));

        Map<String, Integer> exits = Training.in(folder.resolve("train"), lib, process);

        assertThat(exits).containsKeys("plan", "run", "verify", "rollback r1 --yes=r1", "ls items:");
        exits.values().removeIf(exit -> exit == Exit.DONE.code());
        assertThat(exits)
                .isEqualTo(Map.of(
                        "nonsense", Exit.USAGE.code(),
                        "doctor", Exit.UNAVAILABLE.code(),
                        "ls nobody:", Exit.UNAVAILABLE.code(),
                        "lint nothing.yaml", Exit.USAGE.code()));
        assertThat(new Shell(folder.resolve("train")).run("runs").out())
                .containsPattern("r2 +rollback of r1 finished +19 rolled back ")
                .containsPattern("r1 +finished +6 same, 19 rolled back ");
    }
}
