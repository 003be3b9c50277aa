package io.waybill.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;

/** The process: standard streams, environment and signals, handed to {@link Cli}. */
public final class Main {
    private Main() {}

    /** Carries out one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Natives.prepare();
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), false, StandardCharsets.UTF_8);
        Surroundings surroundings = new Surroundings(
                System.in,
                out,
                err,
                System::getenv,
                Path.of("").toAbsolutePath(),
                Tty.find(),
                InstantSource.system(),
                code -> Runtime.getRuntime().halt(code),
                true);
        int code = Cli.run(Arrays.asList(arguments), surroundings);
        System.exit(code);
    }
}
