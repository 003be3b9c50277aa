package io.waybill.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import org.slf4j.LoggerFactory;

/**
 * The file beside a ledger by which {@code waybill stop} asks a runner to stop. It holds what the runner wrote into its lock:
 * who it is and since when, so that a request never reaches another runner.
 *
 * @param owner who this runner is
 * @param began when it began; a request to somebody of the same name before is not meant
 */
record StopFile(Path path, String owner, Instant began) {
    private static final String SINCE = " since ";

    /** Asks the runner that holds the lock, as its lock says it. */
    static void ask(Path path, String holder) throws IOException {
        Path draft = path.resolveSibling(path.getFileName() + ".new");
        Files.writeString(draft, holder + "\n", StandardCharsets.UTF_8);
        Files.move(draft, path, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    /** Whether there is a request and this runner is meant. */
    boolean isMeant() {
        try {
            if (!Files.isRegularFile(path)) {
                return false;
            }
            String text = Files.readString(path, StandardCharsets.UTF_8).strip();
            int since = text.lastIndexOf(SINCE);
            return since > 0
                    && text.substring(0, since).equals(owner)
                    && !Instant.parse(text.substring(since + SINCE.length())).isBefore(began);
        } catch (IOException | DateTimeException e) {
            LoggerFactory.getLogger(StopFile.class)
                    .warn("stop request cannot be read, going on file={} error={}", path, e.getMessage());
            return false;
        }
    }

    /** Takes the request away, if it was meant for this runner. */
    void remove() {
        try {
            if (isMeant()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LoggerFactory.getLogger(StopFile.class)
                    .warn("stop request stays, it means nobody any more file={} error={}", path, e.getMessage());
        }
    }
}
