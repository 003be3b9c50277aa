package io.waybill.cli;

import io.waybill.report.Json;
import io.waybill.report.Texts;
import java.io.PrintStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a command writes: data to standard output, messages to standard error. Data lines are printed as given and must be
 * safe already; messages are made safe here. Safe for use by many threads.
 */
final class Screen {
    /** How a text stands out. Never the only sign: the words say the same. */
    enum Style {
        BOLD("1"),
        DIM("2"),
        RED("31"),
        GREEN("32"),
        YELLOW("33"),
        CYAN("36");

        private final String sequence;

        Style(String sequence) {
            this.sequence = sequence;
        }
    }

    private final PrintStream out;
    private final PrintStream err;
    private final Terminal terminal;
    private final boolean color;
    private final boolean quiet;
    private final boolean json;
    private @Nullable Area area;
    private String planFlag = "";

    /** Something drawn below the messages, which must go while one is printed. */
    interface Area {
        void clear();

        void draw();
    }

    Screen(PrintStream out, PrintStream err, Terminal terminal, boolean color, boolean quiet, boolean json) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.color = color;
        this.quiet = quiet;
        this.json = json;
    }

    /** Commands that come next name this plan file, since it is not the usual one. */
    void planFile(String name) {
        planFlag = " -f " + Texts.safe(name);
    }

    /** Commands that come next name this ledger, since without it they would be about another. */
    void ofLedger(String path) {
        planFlag = " --ledger " + Texts.safe(path);
    }

    /** Whether the output is for programs. */
    boolean isJson() {
        return json;
    }

    /** Whether only results and errors are wanted. */
    boolean isQuiet() {
        return quiet;
    }

    Terminal terminal() {
        return terminal;
    }

    /** How wide lines of data may be, or 0 for no limit: output that goes to a file or a pipe is never cut. */
    int width() {
        return terminal.out() ? Math.max(20, terminal.columns().getAsInt()) : 0;
    }

    /** A line of data. */
    synchronized void line(String text) {
        out.print(text + "\n");
    }

    /** Text of data as it is, without a line end. */
    synchronized void text(String text) {
        out.print(text);
    }

    /** A document of data. */
    synchronized void document(Map<String, ?> document) {
        out.print(Json.document(document) + "\n");
    }

    /** One line of data of a stream of them. */
    synchronized void jsonLine(Map<String, ?> line) {
        out.print(Json.line(line) + "\n");
        out.flush();
    }

    /** Whether the reader of the data has gone, so that more of it makes no sense. */
    boolean isClosed() {
        return out.checkError();
    }

    /** A message, unless only results are wanted. */
    void message(String text) {
        if (!quiet && !json) {
            error(text);
        }
    }

    /** A message about something that somebody should look at, also when the data is for programs. */
    void notice(String text) {
        if (!quiet) {
            error(text);
        }
    }

    /** A message that is printed whatever was asked for. */
    synchronized void error(String text) {
        raw(Texts.safeLines(text) + "\n");
    }

    /** An error or warning with a part that stands out before it. */
    synchronized void error(Style style, String head, String text) {
        raw(styled(terminal.err(), style, head) + Texts.safeLines(text) + "\n");
    }

    /** Text on standard error as it is, with whatever is drawn there put aside meanwhile. */
    synchronized void raw(String text) {
        out.flush(); // data and messages stand in their order where both go to one terminal
        if (area != null) {
            area.clear();
        }
        err.print(text);
        err.flush();
        if (area != null) {
            area.draw();
        }
    }

    /** Draws on standard error without regard to the area. */
    synchronized void draw(String text) {
        err.print(text);
        err.flush();
    }

    synchronized void area(@Nullable Area now) {
        area = now;
    }

    /** What to do next, as a message. */
    void next(String command) {
        if (!quiet && !json) {
            boolean ofPlan = command.matches(
                    "waybill (plan|run|status|items|verify|rollback|report|doctor|cleanup|schedule)\\b.*");
            raw("Next: " + styled(terminal.err(), Style.BOLD, ofPlan ? command + planFlag : command) + "\n");
        }
    }

    /** Text of data that stands out, where there is colour. */
    String styled(Style style, String text) {
        return styled(terminal.out(), style, text);
    }

    /** The same for standard error. */
    String styledMessage(Style style, String text) {
        return styled(terminal.err(), style, text);
    }

    private String styled(boolean tty, Style style, String text) {
        return color && tty ? "\u001b[" + style.sequence + "m" + text + "\u001b[0m" : text;
    }

    void flush() {
        out.flush();
        err.flush();
    }
}
