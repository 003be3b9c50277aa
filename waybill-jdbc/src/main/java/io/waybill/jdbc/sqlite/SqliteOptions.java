package io.waybill.jdbc.sqlite;

import io.waybill.store.StoreProvider;
import io.waybill.store.StoreProvider.Option;
import io.waybill.store.StoreProvider.Settings;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a SQLite store is opened with.
 *
 * @param path of the file, absolute
 * @param timeout longest wait for a lock that somebody else holds
 */
record SqliteOptions(Path path, boolean readOnly, Duration timeout) {
    static final List<Option> ALL = List.of(
            new Option(
                    "path",
                    StoreProvider.Type.TEXT,
                    null,
                    true,
                    "The file, which must be there; relative to the plan's folder."),
            new Option("read_only", StoreProvider.Type.BOOLEAN, "false", false, "Refuse every write on this store."),
            new Option(
                    "timeout",
                    StoreProvider.Type.DURATION,
                    "30s",
                    false,
                    "Longest wait while another program has the file locked."));

    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m)");

    /** @throws IllegalArgumentException with a message for people */
    static SqliteOptions of(Settings settings) {
        String path = settings.option("path");
        if (path.isEmpty() || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "Option path of store " + settings.name() + " is no path. Write one such as ./app.db.");
        }
        String readOnly = settings.option("read_only");
        if (!readOnly.equals("true") && !readOnly.equals("false")) {
            throw new IllegalArgumentException("Option read_only is " + readOnly + ". Give true or false.");
        }
        try {
            return new SqliteOptions(
                    real(settings.folder().resolve(path).toAbsolutePath().normalize()),
                    readOnly.equals("true"),
                    duration(settings.option("timeout")));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    "Option path of store " + settings.name() + " is no path: " + e.getReason() + ".", e);
        }
    }

    /** Without links, so that one file has one identity; as it is when it is not there. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path;
        }
    }

    private static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("Option timeout is " + text + ". Give for example 500ms, 30s or 5m.");
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            default -> Duration.ofMinutes(count);
        };
    }
}
