package io.waybill.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * A server in a JVM and on a class path of its own, listening on a free port of the loopback address. It ends when it is
 * closed, and with the JVM that started it, however that ends. Its output is kept in a file.
 *
 * <p>The class path comes from a module below {@code test-servers}, which writes {@code target/classpath.txt} in the build.
 */
public final class ServerJvm implements Closeable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Process process;
    private final int port;
    private final Path log;

    private ServerJvm(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /**
     * Starts {@code main} and waits until it accepts connections.
     *
     * @param server the folder below {@code test-servers} that names the class path
     * @param folder for the log and the arguments; made if it is not there
     * @param options for the JVM, for example {@code -Xmx256m}
     * @param arguments for {@code main}, given the port it shall listen on
     * @throws IllegalStateException with the end of the log, if it ends or does not listen in time
     */
    public static ServerJvm start(
            String server, String main, Path folder, List<String> options, IntFunction<List<String>> arguments) {
        try {
            Files.createDirectories(folder);
            String classPath = classPath(server);
            IllegalStateException last = null;
            for (int attempt = 1; attempt <= 3; attempt++) {
                try {
                    return startOnce(server, main, folder, options, arguments, classPath);
                } catch (IllegalStateException e) {
                    // Between our choice of a free port and its use another process may have taken it.
                    if (!String.valueOf(e.getMessage()).contains("already in use")) {
                        throw e;
                    }
                    last = e;
                }
            }
            throw new IllegalStateException("no free port for " + server + " in three attempts", last);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServerJvm startOnce(
            String server,
            String main,
            Path folder,
            List<String> options,
            IntFunction<List<String>> arguments,
            String classPath)
            throws IOException {
        int port = freePort();
        Path log = folder.resolve(server + ".log");
        Path argFile = folder.resolve(server + ".args");
        List<String> lines = new ArrayList<>(options);
        lines.add("-cp");
        lines.add(quote(classPath + System.getProperty("path.separator") + ours()));
        lines.add(ServerMain.class.getName());
        lines.add(main);
        arguments.apply(port).forEach(argument -> lines.add(quote(argument)));
        Files.write(argFile, lines, StandardCharsets.UTF_8);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "@" + argFile)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        ServerJvm jvm = new ServerJvm(process, port, log);
        jvm.awaitPort(server);
        return jvm;
    }

    private void awaitPort(String server) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (process.isAlive() && System.nanoTime() < end) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return;
            } catch (IOException e) {
                pause();
            }
        }
        String state = process.isAlive() ? "does not listen after " + PATIENCE : "ended";
        close();
        throw new IllegalStateException("Cannot start " + server + ": it " + state + ". Its log ends:\n" + logTail());
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a server started", e);
        }
    }

    /** The port it listens on. */
    public int port() {
        return port;
    }

    /** Everything it has printed. */
    public Path log() {
        return log;
    }

    /** The last 4,000 characters that it printed. */
    public String logTail() throws IOException {
        String text = Files.readString(log, StandardCharsets.ISO_8859_1);
        return text.substring(Math.max(0, text.length() - 4000));
    }

    /** Ends it at once and waits until it is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The class path that a module below {@code test-servers} wrote. */
    static String classPath(String server) throws IOException {
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            Path module = folder.resolve("test-servers").resolve(server);
            if (Files.isDirectory(module)) {
                Path file = module.resolve("target").resolve("classpath.txt");
                if (!Files.isRegularFile(file)) {
                    throw new IllegalStateException("Cannot start " + server + ": " + file
                            + " is not there. Run: ./mvnw generate-resources -am -pl test-servers/" + server);
                }
                return Files.readString(file).strip();
            }
        }
        throw new IllegalStateException("Cannot start " + server + ": no folder test-servers/" + server + " above "
                + start + ". Run the tests from inside the source tree.");
    }

    private static String ours() {
        try {
            return Path.of(ServerMain.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String quote(String argument) {
        return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
