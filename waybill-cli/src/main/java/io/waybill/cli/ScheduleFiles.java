package io.waybill.cli;

import io.waybill.ledger.LedgerFile;
import io.waybill.plan.Schedule;
import io.waybill.report.Json;
import io.waybill.value.Value;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a schedule keeps beside the ledger: how far it has come, and what others ask of it. {@code NAME.schedule} says up to when
 * times were dealt with, {@code NAME.paused} and {@code NAME.trigger} are there or not, and a lock keeps a second process away.
 */
final class ScheduleFiles {
    private final LedgerFile ledger;
    private final LedgerFile lock;

    ScheduleFiles(LedgerFile ledger) {
        this.ledger = ledger;
        this.lock = new LedgerFile(ledger.beside(".schedule"), ledger.sources());
    }

    /**
     * How far a schedule has come.
     *
     * @param line what it was then, so that times of another one are not counted
     * @param seen times up to this one were dealt with
     * @param ran when it last ran the plan, or null
     * @param exit how that ended, or null
     */
    record State(
            String line,
            Instant seen,
            @Nullable Instant ran,
            @Nullable Long exit) {}

    static String line(Schedule schedule) {
        return schedule.cron() + " " + schedule.zone();
    }

    private Path state() {
        return ledger.beside(".schedule");
    }

    private Path pausedFile() {
        return ledger.beside(".paused");
    }

    private Path triggerFile() {
        return ledger.beside(".trigger");
    }

    /** How far it has come, or null when it has not begun or cannot say so. */
    @Nullable
    State read() throws IOException {
        if (!Files.exists(state())) {
            return null;
        }
        try {
            if (io.waybill.value.Json.parse(Files.readString(state())) instanceof Value.MapOf map
                    && map.values().get("line") instanceof Value.Text line
                    && map.values().get("seen") instanceof Value.Text seen) {
                Instant ran = map.values().get("ran") instanceof Value.Text text ? Instant.parse(text.value()) : null;
                Long exit = map.values().get("exit") instanceof Value.Int code
                        ? code.value().longValue()
                        : null;
                return new State(line.value(), Instant.parse(seen.value()), ran, exit);
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            // said below
        }
        throw new CliException(
                Code.OUTPUT,
                "Cannot read " + state() + ": it does not say how far the schedule has come. Remove it; then times that"
                        + " went by are not known as missed.");
    }

    void write(State state) throws IOException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("line", state.line());
        fields.put("seen", state.seen().toString());
        fields.put("ran", state.ran() == null ? null : state.ran().toString());
        fields.put("exit", state.exit());
        replace(state(), Json.line(fields) + "\n");
    }

    private static void replace(Path file, String text) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            Logs.makeFolder(parent);
        }
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(draft, text);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Keeps other processes from waiting for the same times until it is closed. */
    Closeable hold(String owner, InstantSource clock) throws IOException {
        return lock.hold(owner, clock);
    }

    /** Who waits for its times, or null. */
    @Nullable
    String holder() throws IOException {
        return lock.holder();
    }

    boolean isPaused() {
        return Files.exists(pausedFile());
    }

    void pause(Instant now) throws IOException {
        replace(pausedFile(), now + "\n");
    }

    /** Answers whether it was paused. */
    boolean resume() throws IOException {
        return Files.deleteIfExists(pausedFile());
    }

    void trigger(Instant now) throws IOException {
        replace(triggerFile(), now + "\n");
    }

    /** Takes away a request to run now that was made before a time. */
    void dropTrigger(Instant before) throws IOException {
        try {
            if (Instant.parse(Files.readString(triggerFile()).strip()).isBefore(before)) {
                takeTrigger();
            }
        } catch (NoSuchFileException e) {
            return; // there is none
        } catch (DateTimeParseException e) {
            takeTrigger(); // whatever it is, it was not made just now
        }
    }

    /** Takes away a request to run now; answers whether there was one. */
    boolean takeTrigger() throws IOException {
        return Files.exists(triggerFile()) && Files.deleteIfExists(triggerFile());
    }
}
