package io.waybill.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.waybill.ledger.LedgerException;
import io.waybill.plan.LogOptions;
import io.waybill.plan.PlanException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The log: a file per run, and on the console nothing but warnings unless more is asked for. Secrets that this process came
 * across never stand in it.
 */
final class Logs {
    static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static @Nullable FileAppender open;

    private Logs() {}

    /** Begins the log of a verb that works on the plan. */
    static synchronized void open(Waybill waybill, String verb) throws PlanException, LedgerException {
        LogOptions wanted = waybill.workplace().plan().log();
        String format =
                choice(waybill, "log-format", waybill.logFormat, wanted.format(), "text", List.of("text", "json"));
        String level = choice(waybill, "log-level", waybill.logLevel, wanted.level(), "info", LEVELS);
        String named = wanted.folder();
        Path folder = named == null
                ? waybill.workplace().beside("logs")
                : waybill.workplace().plan().folder().resolve(named);
        Settings.Found place = waybill.settings().find("log-file", waybill.logFile, null, null);
        String stamp = STAMP.format(waybill.surroundings().clock().instant());
        String pid = Long.toString(ProcessHandle.current().pid());
        Path file = place.value() != null
                ? waybill.path(place.value())
                : folder.resolve(stamp + "-" + verb + "-" + pid + ".log");
        FileAppender appender;
        try {
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null && !Files.isDirectory(parent)) {
                makeFolder(parent);
            }
            BufferedWriter writer = Files.newBufferedWriter(
                    file,
                    StandardCharsets.UTF_8,
                    java.nio.file.StandardOpenOption.CREATE,
                    java.nio.file.StandardOpenOption.APPEND);
            appender = new FileAppender(writer, new LogLine(format.equals("json"), waybill.redaction()));
        } catch (IOException e) {
            throw new CliException(
                    Code.OUTPUT,
                    "Cannot write the log " + waybill.show(file) + ": " + Failure.cause(e)
                            + ". Free the way or give another place with --log-file.");
        }
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        appender.setContext(context);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level least = Level.toLevel(level.toUpperCase(Locale.ROOT), Level.INFO);
        // libraries say little that helps and, when asked for everything, too much that should stay private
        root.setLevel(least.isGreaterOrEqual(Level.WARN) ? least : Level.WARN);
        context.getLogger("io.waybill").setLevel(least);
        root.addAppender(appender);
        ConsoleAppender console = new ConsoleAppender(waybill);
        console.setContext(context);
        console.start();
        root.addAppender(console);
        open = appender;
    }

    /** Makes a folder that only its owner may look into. */
    static void makeFolder(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(folder);
        }
    }

    private static String choice(
            Waybill waybill,
            String name,
            @Nullable String flag,
            @Nullable String plan,
            String initial,
            List<String> values) {
        String value = waybill.settings().find(name, flag, plan, initial).value(initial);
        if (!values.contains(value)) {
            throw new CliException(
                    Code.USAGE, "--" + name + " is one of " + String.join(", ", values) + ", not " + value + ".");
        }
        return value;
    }

    /** How the command ended, if a log is open: to make one ready costs each command time. */
    static synchronized void ended(String why, Exit exit) {
        if (open != null) {
            LoggerFactory.getLogger(Logs.class).info("ended exit={}{}", exit.code(), why);
        }
    }

    /** Ends the log, if one is open. */
    static synchronized void close() {
        FileAppender appender = open;
        if (appender != null) {
            open = null;
            ((LoggerContext) LoggerFactory.getILoggerFactory()).reset();
            Quiet.silence((LoggerContext) LoggerFactory.getILoggerFactory());
        }
    }

    /** Writes lines to the log file, each at once: the last lines before a crash are the ones that matter. */
    private static final class FileAppender extends AppenderBase<ILoggingEvent> {
        private final BufferedWriter writer;
        private final LogLine lines;

        FileAppender(BufferedWriter writer, LogLine lines) {
            this.writer = writer;
            this.lines = lines;
        }

        @Override
        protected void append(ILoggingEvent event) {
            try {
                writer.write(lines.of(event));
                writer.flush();
            } catch (IOException e) {
                addError("log file cannot be written: " + e.getMessage());
            }
        }

        @Override
        public void stop() {
            super.stop();
            try {
                writer.close();
            } catch (IOException e) {
                addError("log file cannot be closed: " + e.getMessage());
            }
        }
    }

    /** Shows warnings on the console; with {@code -v} what is informative too, with {@code -vv} everything that is logged. */
    private static final class ConsoleAppender extends AppenderBase<ILoggingEvent> {
        private final Waybill waybill;
        private final Level least;

        ConsoleAppender(Waybill waybill) {
            this.waybill = waybill;
            this.least = waybill.verbosity() == 0 ? Level.WARN : waybill.verbosity() == 1 ? Level.INFO : Level.TRACE;
        }

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(least) && !waybill.screen().isJson()) {
                String level = event.getLevel().toString().toLowerCase(Locale.ROOT);
                waybill.screen()
                        .error(
                                Screen.Style.DIM,
                                level + ": ",
                                waybill.redaction().apply(event.getFormattedMessage()));
            }
        }
    }
}
