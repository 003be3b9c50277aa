package io.waybill.cli;

import io.waybill.ledger.LedgerReader.VerificationLine;
import io.waybill.ledger.State;
import io.waybill.report.Figures;
import io.waybill.report.Grid;
import io.waybill.report.RunSummary;
import io.waybill.report.Texts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How runs stand, as lines of text. */
final class StatusText {
    private static final String INTERRUPTED = "interrupted, waybill run goes on";

    private StatusText() {}

    /** How a run stands, coloured by whether somebody is needed. */
    static String standing(Screen screen, RunSummary summary) {
        Screen.Style style = summary.needYou() > 0
                ? Screen.Style.YELLOW
                : summary.run().state().equals("finished") ? Screen.Style.GREEN : Screen.Style.CYAN;
        return screen.styled(style, summary.standing());
    }

    /** One run: a line, then a line for each cause of trouble. */
    static void print(Screen screen, RunSummary summary, boolean active, long now) {
        long last = Math.max(
                summary.run().created(),
                Math.max(summary.run().started(), summary.run().ended()));
        String name = summary.run().name() + "  " + summary.plan() + "  ";
        String standing = isInterrupted(summary, active)
                ? screen.styled(Screen.Style.YELLOW, INTERRUPTED)
                : standing(screen, summary);
        String counts = words(summary.counts())
                + (summary.run().worked() > 0
                        ? "   " + Figures.duration(summary.run().worked())
                        : "") + "   "
                + Figures.ago(now - last);
        int width = Texts.width(name + summary.standing() + "  " + counts) + INTERRUPTED.length();
        screen.text(screen.styled(Screen.Style.BOLD, summary.run().name()) + "  " + summary.plan() + "  " + standing);
        screen.line(
                screen.width() == 0 || width <= screen.width()
                        ? "  " + counts
                        : "\n" + Manual.wrap(counts, 4, screen.width()).stripTrailing());
        String message = summary.run().message();
        if (message != null && !message.isEmpty()) {
            screen.line("    " + cut(screen, Texts.safe(message), 4));
        }
        for (RunSummary.Trouble trouble : summary.troubles()) {
            String head = "    " + Texts.pad(trouble.state().word(), 9) + " " + Figures.count(trouble.items()) + "  ";
            String sample = trouble.sample().isEmpty() ? "" : trouble.sample() + "   ";
            String text = sample + Texts.safe(trouble.message());
            String whole = head + text + " -> " + trouble.advice();
            if (screen.width() == 0 || Texts.width(whole) <= screen.width()) {
                screen.line(whole);
            } else {
                screen.line(head + cut(screen, text, Texts.width(head)));
                screen.line(" ".repeat(Texts.width(head)) + cut(screen, "-> " + trouble.advice(), Texts.width(head)));
            }
        }
    }

    /** Whether the ledger says that the run is at work, and nobody is. */
    static boolean isInterrupted(RunSummary summary, boolean active) {
        return summary.run().state().equals("running") && !active;
    }

    private static String cut(Screen screen, String text, int used) {
        return screen.width() == 0 ? text : Texts.cut(text, Math.max(20, screen.width() - used));
    }

    private static String words(Map<State, RunSummary.Count> counts) {
        return RunSummary.words(counts).replace(", ", "  ");
    }

    /** When what was last verified, in words. */
    static String verified(@Nullable VerificationLine line, long now) {
        if (line == null) {
            return "not since this run";
        }
        long wrong = line.different() + line.missing() + line.extra();
        String found = wrong == 0
                ? Figures.count(line.same()) + " same"
                : Figures.count(line.same()) + " same, " + Figures.count(line.different()) + " different, "
                        + Figures.count(line.missing()) + " missing, " + Figures.count(line.extra()) + " extra";
        String when = line.ended() == 0 ? "not finished" : Figures.ago(now - line.ended());
        return when + " (" + found + ")";
    }

    /** A table of the run's groups, or of its moves. */
    static List<String> table(Screen screen, RunSummary summary, boolean byMove) {
        Map<String, List<RunSummary.Group>> rows = new LinkedHashMap<>();
        boolean isRollback = summary.run().kind().equals("rollback");
        for (RunSummary.Group group : summary.groups()) {
            String name = byMove || isRollback ? group.move() : group.name();
            rows.computeIfAbsent(name, key -> new ArrayList<>()).add(group);
        }
        Grid grid = new Grid("lrrrrl");
        rows.forEach((name, groups) -> {
            Map<State, RunSummary.Count> counts = new LinkedHashMap<>();
            long items = 0;
            long bytes = 0;
            long done = 0;
            for (RunSummary.Group group : groups) {
                for (State state : State.values()) {
                    RunSummary.Count count = group.count(state);
                    if (count.items() > 0) {
                        counts.merge(
                                state,
                                count,
                                (a, b) -> new RunSummary.Count(a.items() + b.items(), a.bytes() + b.bytes()));
                        items += count.items();
                        bytes += count.bytes();
                        done += isRollback || state.isDone() ? count.items() : 0;
                    }
                }
            }
            grid.row(
                    Texts.safe(name),
                    Figures.percent(done, items) + "%",
                    Figures.count(items),
                    Figures.count(items, "item").endsWith("s") ? "items" : "item",
                    Figures.bytes(bytes),
                    RunSummary.words(counts));
        });
        return grid.lines(screen.width());
    }
}
