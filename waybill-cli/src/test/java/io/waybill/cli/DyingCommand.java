package io.waybill.cli;

import io.waybill.store.Failpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A command whose process dies, without any cleaning up, when it reaches a named point for the nth time. Arguments of the
 * process: point, n, and the words of the command.
 */
final class DyingCommand {
    static final int DIED = 137;

    private DyingCommand() {}

    public static void main(String[] arguments) throws Exception {
        int nth = Integer.parseInt(arguments[1]);
        AtomicInteger reached = new AtomicInteger();
        Failpoint.arm(name -> {
            if (name.equals(arguments[0]) && reached.incrementAndGet() == nth) {
                Runtime.getRuntime().halt(DIED);
            }
        });
        Main.main(java.util.Arrays.copyOfRange(arguments, 2, arguments.length));
    }

    /** Starts one in a folder and waits for its end; answers its exit code. */
    static int run(Path folder, Map<String, String> environment, String point, int nth, List<String> words)
            throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                DyingCommand.class.getName(),
                point,
                Integer.toString(nth)));
        command.addAll(words);
        Path said = Files.createTempFile(folder, "dying", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().putAll(environment);
        return builder.start().waitFor();
    }
}
