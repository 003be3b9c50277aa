package io.waybill.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.slf4j.LoggerFactory;

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
              nobody: postgresql://nobody@127.0.0.1:1/nothing
              items: { type: dynamodb, endpoint: "%s", region: us-east-1, keys: TRAINING }
            moves:
              - from: disk:odd names/
                to: cloud:demo/${file.name}
                where: file.size < mb(10)
              - from: disk:people.csv
                to: disk:people.jsonl
                key: id
                row: { set: { total: "${decimal(row.total)}" } }
              - from: disk:people.csv
                to: items:people
                key: id
                exclusive: true
                row: { set: { total: "${decimal(row.total)}" } }
              - from: items:people
                to: disk:again.jsonl
            """;

    private static final String PEOPLE = """
            id,name,total
            1,Ann,2.50
            2,Bob,3
            """;

    /** The jars that are noted whole: there is no sample of what only a server brings in. */
    private static final String WHOLE = "{waybill,postgresql}-*.jar";

    private static final String CLASS = ".class";

    private Training() {}

    /**
     * Begins from the surroundings of the process, so that what makes them is noted too.
     *
     * @param lib the folder of the jars
     * @return the commands with their exit codes
     */
    static Map<String, Integer> in(Path folder, Path lib, Surroundings process) throws IOException {
        Map<String, Integer> exits = new LinkedHashMap<>();
        Files.createDirectories(folder);
        Samples.all(folder.resolve("data"), 1 << 20);
        Files.writeString(folder.resolve("data/people.csv"), PEOPLE);
        try (TrainingTable table = TrainingTable.open();
                PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            Files.writeString(folder.resolve(Workplace.USUAL), PLAN.formatted(table.url()));
            Surroundings surroundings = new Surroundings(
                    process.in(),
                    nowhere,
                    nowhere,
                    name -> name.startsWith("TRAINING_") ? "training" : null,
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
                "ls nobody:",
                "ls items:",
                "eval 1+1",
                "ledger",
                "ledger export",
                "rollback r1 --yes=r1",
                "status --json --by batch",
                "completion bash",
                "lint nothing.yaml"
            }) {
                exits.put(line, Cli.run(Arrays.asList(line.split(" ")), surroundings));
            }
        }
        DemoProvider.closeAll();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(lib, WHOLE)) {
            for (Path jar : jars) {
                load(jar);
            }
        }
        return exits;
    }

    private static void load(Path jar) throws IOException {
        List<String> missing = new ArrayList<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry : Collections.list(file.entries())) {
                String name = entry.getName();
                if (name.endsWith(CLASS) && !name.endsWith("-info" + CLASS) && !name.startsWith("META-INF/")) {
                    String plain =
                            name.substring(0, name.length() - CLASS.length()).replace('/', '.');
                    try {
                        Class.forName(plain, false, Training.class.getClassLoader());
                    } catch (ClassNotFoundException | LinkageError e) {
                        missing.add(plain); // of something that is not installed, as the driver has some
                    }
                }
            }
        }
        LoggerFactory.getLogger(Training.class).debug("Left out of {}: {}", jar, missing);
    }
}
