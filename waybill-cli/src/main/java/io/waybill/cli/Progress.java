package io.waybill.cli;

import io.waybill.engine.Live;
import io.waybill.report.RunJson;
import io.waybill.report.Texts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Shows what an engine is doing while it works, from a thread of its own: bars that are redrawn, plain lines every few
 * seconds, JSON lines, or nothing. Notices of the engine are shown in any case.
 */
final class Progress {
    /** How progress is shown. */
    enum Mode {
        BAR(100),
        PLAIN(5_000),
        JSON(1_000),
        NONE(500);

        private final long millis;

        Mode(long millis) {
            this.millis = millis;
        }
    }

    static final List<String> CHOICES = List.of("auto", "bar", "plain", "json", "none");

    private final Screen screen;
    private final Mode mode;
    private final Live live;
    private final Consumer<Map<String, ?>> lines;
    private final Speed speed = new Speed();
    private final BarText bars = new BarText();
    private final Drawing drawing = new Drawing();
    private final Thread thread;
    private volatile boolean closing;
    private String lastPlain = "";

    private Progress(Screen screen, Mode mode, Live live, Consumer<Map<String, ?>> lines) {
        this.screen = screen;
        this.mode = mode;
        this.live = live;
        this.lines = lines;
        this.thread = new Thread(this::work, "progress");
        thread.setDaemon(true);
    }

    /** Begins to show; {@code lines} takes what is shown as JSON. */
    static Progress start(Waybill waybill, Live live) {
        Screen screen = waybill.screen();
        Mode mode = mode(waybill);
        // beside one JSON document, standard output has no room for lines
        Consumer<Map<String, ?>> lines = screen.isJson() && waybill.jsonLines
                ? screen::jsonLine
                : line -> screen.raw(io.waybill.report.Json.line(line) + "\n");
        Progress progress = new Progress(screen, mode, live, lines);
        if (mode == Mode.BAR) {
            screen.area(progress.drawing);
        }
        progress.thread.start();
        return progress;
    }

    static Mode mode(Waybill waybill) {
        String chosen = waybill.settings()
                .find("progress", waybill.progress, null, "auto")
                .value("auto");
        Surroundings around = waybill.surroundings();
        return switch (chosen) {
            case "auto" -> {
                if (waybill.json) {
                    yield waybill.jsonLines ? Mode.JSON : Mode.NONE;
                } else if (waybill.quiet) {
                    yield Mode.NONE;
                }
                boolean still = around.env("CI") != null || "dumb".equals(around.env("TERM"));
                yield around.terminal().err() && !still ? Mode.BAR : Mode.PLAIN;
            }
            case "bar" -> Mode.BAR;
            case "plain" -> Mode.PLAIN;
            case "json" -> Mode.JSON;
            case "none" -> Mode.NONE;
            default ->
                throw new CliException(
                        Code.USAGE,
                        "--progress is one of " + String.join(", ", CHOICES) + ", not " + Texts.safe(chosen) + ".");
        };
    }

    private void work() {
        long next = System.nanoTime() + (mode == Mode.BAR ? 0 : mode.millis * 1_000_000);
        while (!closing) {
            notices();
            if (System.nanoTime() >= next) {
                show();
                next = System.nanoTime() + mode.millis * 1_000_000;
            }
            try {
                Thread.sleep(Math.min(mode.millis, 100));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private synchronized void notices() {
        String notice = live.nextNotice();
        while (notice != null) {
            if (mode == Mode.JSON) {
                Map<String, @Nullable Object> line = RunJson.document();
                line.put("type", "notice");
                line.put("message", Texts.safe(notice));
                lines.accept(line);
            } else {
                screen.notice(notice);
            }
            notice = live.nextNotice();
        }
    }

    private synchronized void show() {
        long nanos = System.nanoTime();
        Picture picture = Picture.of(live.now(), speed, nanos);
        switch (mode) {
            case BAR -> {
                Terminal terminal = screen.terminal();
                drawing.show(bars.lines(
                        picture, terminal.columns().getAsInt(), terminal.rows().getAsInt(), nanos));
            }
            case PLAIN -> {
                String line = BarText.total(picture);
                if (!line.isEmpty() && !line.equals(lastPlain)) {
                    lastPlain = line;
                    screen.message(line);
                }
            }
            case JSON -> lines.accept(json(picture));
            case NONE -> {}
        }
    }

    private static Map<String, @Nullable Object> json(Picture picture) {
        Map<String, @Nullable Object> line = RunJson.document();
        line.put("type", "progress");
        line.put("run", picture.run());
        line.put("phase", picture.phase());
        line.put("items", picture.items());
        line.put("total_items", picture.totalItems());
        line.put("bytes", picture.bytes());
        line.put("total_bytes", picture.totalBytes());
        line.put("retries", picture.retries());
        line.put("failed", picture.trouble());
        line.put("in_flight", picture.inFlight().size());
        line.put("bytes_per_second", Math.round(picture.bytesPerSecond()));
        line.put("items_per_second", Math.round(picture.itemsPerSecond() * 10) / 10.0);
        line.put("left_ms", picture.left().isPresent() ? (Long) picture.left().getAsLong() : null);
        List<Map<String, @Nullable Object>> groups = new ArrayList<>();
        for (Live.GroupNow group : picture.groups()) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("group", Texts.safe(group.name()));
            fields.put("items", group.items());
            fields.put("total_items", group.totalItems());
            fields.put("bytes", group.bytes());
            fields.put("total_bytes", group.totalBytes());
            fields.put("failed", group.trouble());
            groups.add(fields);
        }
        line.put("groups", groups);
        return line;
    }

    /** Shows the last state, and leaves the terminal as any line of text would. */
    void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        notices();
        if (mode == Mode.BAR) {
            show();
            screen.area(null);
            drawing.leave();
        } else if (mode == Mode.JSON) {
            show();
        }
    }

    /** The lines that are redrawn. Everything goes out in one write, so that nothing flickers. */
    private final class Drawing implements Screen.Area {
        private List<String> shown = List.of();
        private int drawn;

        void show(List<String> lines) {
            synchronized (screen) {
                if (!lines.equals(shown) || drawn == 0) {
                    StringBuilder text = new StringBuilder();
                    if (drawn > 0) {
                        text.append("\u001b[").append(drawn).append('A');
                    }
                    for (String line : lines) {
                        text.append('\r').append(line).append("\u001b[K\n");
                    }
                    if (drawn > lines.size()) {
                        text.append("\u001b[J");
                    }
                    screen.draw(text.toString());
                    shown = lines;
                    drawn = lines.size();
                }
            }
        }

        @Override
        public void clear() {
            if (drawn > 0) {
                screen.draw("\u001b[" + drawn + "A\r\u001b[J");
                drawn = 0;
            }
        }

        @Override
        public void draw() {
            List<String> again = shown;
            shown = List.of();
            if (!again.isEmpty()) {
                show(again);
            }
        }

        /** Leaves the finished groups on the screen and takes the line about what goes on away. */
        void leave() {
            synchronized (screen) {
                if (drawn > 0) {
                    screen.draw("\u001b[1A\r\u001b[J");
                    drawn = 0;
                }
            }
        }
    }
}
