package io.waybill.engine;

import io.waybill.ledger.Entry;
import io.waybill.ledger.State;
import io.waybill.store.Secret;
import io.waybill.value.Display;
import io.waybill.value.Json;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong in a run, as it happens: a file of JSON Lines, one for each item that needs somebody. It is for people and
 * their tools; the ledger is what counts, so a file that cannot be written is said once and stops nothing. Safe for use by many
 * threads.
 */
final class ErrorLog implements Closeable {
    /** Shorter ones would blot out ordinary words. */
    private static final int SHORTEST_SECRET = 6;

    private final Path file;
    private final String run;
    private final List<String> secrets;
    private final Live live;
    private @Nullable BufferedWriter out;
    private boolean broken;

    ErrorLog(Setup setup, String run, Live live) {
        this.file = file(setup, run);
        this.run = run;
        this.live = live;
        this.secrets = setup.plan().stores().values().stream()
                .flatMap(store -> store.secrets().values().stream())
                .map(Secret::reveal)
                .filter(secret -> secret.length() >= SHORTEST_SECRET)
                .toList();
    }

    private static Path file(Setup setup, String run) {
        return setup.ledger().beside(".errors").resolve(run + ".jsonl");
    }

    /** One item that needs somebody; {@code key} is that of the source. */
    record Line(
            long at,
            String move,
            String item,
            Value key,
            State state,
            @Nullable String reason) {
        static Line of(Entry file, String move, State state, @Nullable String reason, long now) {
            return new Line(now, move, file.name(), Value.of(file.display()), state, reason);
        }

        static Value key(Row key) {
            return Display.json(new Value.MapOf(key.fields()));
        }
    }

    /** Where it is, or null when nothing was written to it. */
    @Nullable
    Path path() {
        return Files.exists(file) ? file : null;
    }

    synchronized void add(List<Line> lines) {
        if (broken || lines.isEmpty()) {
            return;
        }
        try {
            BufferedWriter writer = out == null ? open() : out;
            out = writer;
            for (Line line : lines) {
                writer.write(text(line));
                writer.write('\n');
            }
            writer.flush();
        } catch (IOException e) {
            broken = true;
            live.notice("Cannot write the log of errors " + file + ": " + e.getMessage()
                    + ". The ledger has them: waybill items --failed --values");
        }
    }

    private BufferedWriter open() throws IOException {
        Files.createDirectories(file.resolveSibling(""));
        boolean cut = Files.exists(file) && isCut();
        BufferedWriter writer = Files.newBufferedWriter(
                file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (cut) {
            writer.write('\n');
        }
        return writer;
    }

    /** Whether a process died in the middle of a line. */
    private boolean isCut() throws IOException {
        try (RandomAccessFile there = new RandomAccessFile(file.toFile(), "r")) {
            long length = there.length();
            if (length == 0) {
                return false;
            }
            there.seek(length - 1);
            return there.read() != '\n';
        }
    }

    private String text(Line line) {
        Map<String, Value> fields = new LinkedHashMap<>();
        fields.put("time", Value.of(Instant.ofEpochMilli(line.at()).toString()));
        fields.put("run", Value.of(run));
        fields.put("move", Value.of(line.move()));
        fields.put("item", Value.of(line.item()));
        fields.put("key", line.key());
        fields.put("state", Value.of(line.state().word()));
        fields.put("reason", Value.of(clean(line.reason() == null ? "" : line.reason())));
        return Json.write(new Value.MapOf(fields));
    }

    /** The text without the secrets of the plan's stores, should one stand in it: a server may say anything. */
    String clean(String reason) {
        String clean = reason;
        for (String secret : secrets) {
            clean = clean.replace(secret, "***");
        }
        return clean;
    }

    @Override
    public synchronized void close() throws IOException {
        if (out != null) {
            out.close();
        }
    }
}
