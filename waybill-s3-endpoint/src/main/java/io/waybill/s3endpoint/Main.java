package io.waybill.s3endpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Runs an endpoint as a process of its own, for benchmarks and for trying things out. It prints its address on a line and
 * serves until it is killed, or with {@code --until-eof} until its input ends.
 *
 * <p>This is the one class outside the command line of waybill that uses {@code System.out} and {@code System.exit}: it is
 * a program of its own.
 */
public final class Main {
    private static final String USAGE =
            "Usage: [--memory | --discard [--no-verify] | --folder DIR [--no-sync]] [--port N]"
                    + " [--bucket NAME]... [--credentials FILE] [--latency MILLIS] [--until-eof]";

    private Main() {}

    /** Starts an endpoint as the arguments say; the file of {@code --credentials} has the key pair on two lines. */
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws IOException, InterruptedException {
        EndpointOptions options;
        long latency;
        boolean untilEof = List.of(args).contains("--until-eof");
        try {
            options = parse(args);
            latency = latency(List.of(args));
        } catch (IllegalArgumentException e) {
            System.err.println("Cannot start the endpoint: " + e.getMessage() + ". " + USAGE);
            System.exit(2);
            return;
        }
        try (S3Endpoint endpoint = S3Endpoint.start(options)) {
            if (latency > 0) {
                endpoint.faults().on().then(Fault.delay(Duration.ofMillis(latency)));
            }
            PrintStream out = System.out;
            out.println(endpoint.uri());
            out.flush();
            if (untilEof) {
                System.in.transferTo(OutputStream.nullOutputStream());
            } else {
                new CountDownLatch(1).await();
            }
        }
    }

    static EndpointOptions parse(String[] args) throws IOException {
        List<String> words = List.of(args);
        EndpointOptions options = mode(words);
        Iterator<String> rest = words.iterator();
        while (rest.hasNext()) {
            String word = rest.next();
            switch (word) {
                case "--memory", "--discard", "--until-eof" -> {}
                case "--folder", "--latency" -> value(word, rest);
                case "--no-verify" -> options = options.verify(false);
                case "--no-sync" -> options = options.sync(false);
                case "--port" -> options = options.port(Integer.parseInt(value(word, rest)));
                case "--bucket" -> options = options.bucket(value(word, rest));
                case "--credentials" -> {
                    List<String> lines = Files.readAllLines(Path.of(value(word, rest)), StandardCharsets.UTF_8);
                    if (lines.size() < 2) {
                        throw new IllegalArgumentException("the credentials file has fewer than two lines");
                    }
                    options = options.credentials(
                            lines.get(0).trim(), lines.get(1).trim());
                }
                default -> throw new IllegalArgumentException("unknown argument " + word);
            }
        }
        return options;
    }

    private static long latency(List<String> words) {
        int at = words.indexOf("--latency");
        return at < 0 ? 0 : Long.parseLong(value("--latency", words.listIterator(at + 1)));
    }

    private static EndpointOptions mode(List<String> words) {
        int folder = words.indexOf("--folder");
        int modes =
                (folder >= 0 ? 1 : 0) + (words.contains("--memory") ? 1 : 0) + (words.contains("--discard") ? 1 : 0);
        if (modes != 1) {
            throw new IllegalArgumentException("one of --memory, --discard and --folder is needed");
        }
        if (folder >= 0) {
            return EndpointOptions.folder(Path.of(value("--folder", words.listIterator(folder + 1))))
                    .logged(0);
        }
        return (words.contains("--memory") ? EndpointOptions.memory() : EndpointOptions.discard()).logged(0);
    }

    private static String value(String word, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(word + " needs a value");
        }
        return rest.next();
    }
}
