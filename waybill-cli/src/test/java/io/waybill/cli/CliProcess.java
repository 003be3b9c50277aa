package io.waybill.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The real program in a process of its own. */
final class CliProcess {
    private CliProcess() {}

    /** Not started yet; {@code jvm} are options of Java besides those of every test. */
    static ProcessBuilder of(Path folder, List<String> jvm, String... words) throws IOException {
        List<String> command = new ArrayList<>();
        if (isInterruptIgnored()) {
            command.addAll(List.of("env", "--default-signal=INT"));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        command.addAll(jvm);
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.waybill.cli.Main"));
        command.addAll(Arrays.asList(words));
        return new ProcessBuilder(command).directory(folder.toFile());
    }

    /** As of what a shell without job control starts in the background; those that it starts inherit that, and Java heeds it. */
    private static boolean isInterruptIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return false;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("SigIgn:")) {
                return (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1L << 1) != 0;
            }
        }
        return false;
    }
}
