package io.waybill.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Finds out what the process is connected to. The launcher tells in the system property {@code waybill.tty}: which streams
 * are terminals, then rows and columns, for example {@code in,out,err,24,80}.
 */
final class Tty {
    private Tty() {}

    @SuppressWarnings("SystemConsoleNull") // since Java 22 the console is asked itself
    static Terminal find() {
        String told = System.getProperty("waybill.tty");
        if (told == null) {
            boolean all = System.console() != null && !isRedirected();
            return new Terminal(all, all, all, () -> 80, () -> 24);
        }
        String[] words = told.split(",");
        AtomicIntegerArray size = new AtomicIntegerArray(new int[] {24, 80});
        int at = 0;
        boolean in = false;
        boolean out = false;
        boolean err = false;
        for (String word : words) {
            in |= word.equals("in");
            out |= word.equals("out");
            err |= word.equals("err");
            if (word.matches("[1-9][0-9]{0,3}") && at < 2) {
                size.set(at++, Integer.parseInt(word));
            }
        }
        if (err || out) {
            Signals.ofProcess("WINCH", () -> measure(size));
        }
        return new Terminal(in, out, err, () -> size.get(1), () -> size.get(0));
    }

    /** Before Java 22 a console exists only where both streams are terminals; since then it says so itself. */
    @SuppressWarnings("SystemConsoleNull") // before Java 22 it may be null
    private static boolean isRedirected() {
        try {
            Object console = System.console();
            return console != null
                    && !(boolean) console.getClass().getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    private static void measure(AtomicIntegerArray size) {
        try {
            Process stty = new ProcessBuilder("sh", "-c", "stty size </dev/tty 2>/dev/null").start();
            try (var answer = stty.getInputStream()) {
                String[] words = new String(answer.readAllBytes(), StandardCharsets.US_ASCII)
                        .strip()
                        .split(" ");
                if (stty.waitFor(1, TimeUnit.SECONDS)
                        && words.length == 2
                        && words[0].matches("[1-9][0-9]{0,3}")
                        && words[1].matches("[1-9][0-9]{0,3}")) {
                    size.set(0, Integer.parseInt(words[0]));
                    size.set(1, Integer.parseInt(words[1]));
                }
            }
        } catch (IOException e) {
            return; // the size stays what it was: only the look of the progress lines depends on it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
