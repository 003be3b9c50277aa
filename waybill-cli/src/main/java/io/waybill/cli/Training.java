package io.waybill.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Uses a little of everything on sample files of its own, so that Java can note which classes a command needs: the launcher
 * makes an archive of them, from which later starts are quick.
 */
final class Training {
    private static final String PLAN = """
            waybill: 1
            name: training
            stores:
              disk: ./data
              cloud: demo-s3:./cloud
            moves:
              - from: disk:odd names/
                to: cloud:demo/${file.name}
                where: file.size < mb(10)
            """;

    private Training() {}

    /** Begins from the surroundings of the process, so that what makes them is noted too. */
    static void in(Path folder, Surroundings process) throws IOException {
        Files.createDirectories(folder);
        Samples.all(folder.resolve("data"), 1 << 20);
        Files.writeString(folder.resolve(Workplace.USUAL), PLAN);
        try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            Surroundings surroundings = new Surroundings(
                    process.in(),
                    nowhere,
                    nowhere,
                    name -> null,
                    folder.toAbsolutePath(),
                    process.terminal(),
                    process.clock(),
                    process.halt(),
                    process.signals());
            for (String line : new String[] {
                "version",
                "help",
                "help run",
                "nonsense",
                "schema",
                "lint",
                "plan",
                "run",
                "status",
                "items",
                "items --json",
                "runs",
                "verify",
                "report --format html",
                "doctor",
                "ls cloud:",
                "eval 1+1",
                "ledger",
                "ledger export",
                "rollback r1 --yes=r1",
                "status --json --by batch",
                "completion bash",
                "lint nothing.yaml"
            }) {
                Cli.run(Arrays.asList(line.split(" ")), surroundings);
            }
        }
        DemoProvider.closeAll();
    }
}
