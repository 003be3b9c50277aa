package io.waybill.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The process: standard streams, environment and signals, handed to {@link Cli}. */
public final class Main {
    private Main() {}

    /** Carries out one command and ends the process with its exit code. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 1 && arguments[0].matches("version|--version|-V")) {
            // asked so often by scripts that it goes around everything else
            System.out.println(VersionVerb.line());
            return;
        }
        Natives.prepare();
        Sink sink = new Sink(new FileOutputStream(FileDescriptor.out));
        PrintStream out = new PrintStream(new BufferedOutputStream(sink, 1 << 16), false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), false, StandardCharsets.UTF_8);
        Surroundings surroundings = surroundings(out, err);
        String training = System.getProperty("waybill.train");
        if (training != null) {
            Training.in(Path.of(training), Path.of(System.getProperty("waybill.lib", ".")), surroundings);
            return;
        }
        int code = Cli.run(Arrays.asList(arguments), surroundings);
        out.flush();
        String trouble = sink.trouble();
        if (trouble != null && code == Exit.DONE.code()) {
            err.println("error " + Code.OUTPUT.id() + ": Cannot write to standard output: " + trouble + ".");
            err.flush();
            code = Code.OUTPUT.exit().code();
        }
        System.exit(code);
    }

    private static Surroundings surroundings(PrintStream out, PrintStream err) {
        return new Surroundings(
                System.in,
                out,
                err,
                System::getenv,
                Path.of("").toAbsolutePath(),
                Tty.find(),
                InstantSource.system(),
                code -> Runtime.getRuntime().halt(code),
                Signals::ofProcess);
    }

    /** Remembers why data could not be written. A reader that has gone, as in a pipe to head, is no trouble. */
    private static final class Sink extends FilterOutputStream {
        private @Nullable IOException first;

        Sink(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                first = first == null ? e : first;
                throw e;
            }
        }

        @Nullable
        String trouble() {
            String message = first == null ? null : String.valueOf(first.getMessage());
            return message == null || message.contains("Broken pipe") ? null : message;
        }
    }
}
