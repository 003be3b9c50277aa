package io.waybill.report;

import io.waybill.ledger.LedgerReader.VerificationLine;
import io.waybill.ledger.Run;
import java.util.ArrayList;
import java.util.List;

/** A run as lines of text. */
public final class TextReport {
    private TextReport() {}

    /** The lines; a positive width cuts tables to so many columns. */
    public static List<String> lines(RunSummary summary, int width) {
        Run run = summary.run();
        List<String> lines = new ArrayList<>();
        lines.add("Run " + run.name() + " of plan " + summary.plan() + ": " + summary.standing());
        lines.add("");
        Grid facts = new Grid("ll");
        facts.row("started", or(Items.time(run.started())));
        facts.row("ended", or(Items.time(run.ended())));
        facts.row("worked", Figures.duration(run.worked()));
        facts.row("retries", Figures.count(run.retries()));
        if (!run.selector().isEmpty()) {
            facts.row("only", Texts.safe(run.selector()));
        }
        if (!summary.selection().isEmpty()) {
            facts.row("shown", Texts.safe(summary.selection()));
        }
        facts.row(
                "items",
                Figures.count(summary.total().items()) + ", "
                        + Figures.bytes(summary.total().bytes()));
        if (summary.sourcesRemoved() > 0) {
            facts.row("sources", Figures.count(summary.sourcesRemoved()) + " removed, their targets proven");
        }
        lines.addAll(facts.lines(0));
        lines.add("");
        Grid states = new Grid("lrr");
        summary.counts()
                .forEach((state, count) ->
                        states.row(state.word(), Figures.count(count.items()), Figures.bytes(count.bytes())));
        lines.addAll(states.lines(0));
        if (summary.groups().size() > 1) {
            lines.add("");
            lines.add("By group");
            Grid groups = new Grid("llrrl");
            for (RunSummary.Group group : summary.groups()) {
                groups.row(
                        "  " + Texts.safe(group.move()),
                        Texts.safe(group.name()),
                        Figures.count(group.total().items()),
                        Figures.bytes(group.total().bytes()),
                        RunSummary.words(group.counts()));
            }
            lines.addAll(groups.lines(width));
        }
        if (!summary.troubles().isEmpty()) {
            lines.add("");
            lines.add("What needs you");
            for (RunSummary.Trouble trouble : summary.troubles()) {
                lines.add("  " + Figures.count(trouble.items()) + " "
                        + trouble.state().word() + ": " + Texts.safe(trouble.message()));
                if (!trouble.sample().isEmpty()) {
                    lines.add("      for example " + trouble.sample());
                }
                lines.add("      " + trouble.advice());
            }
        }
        lines.add("");
        lines.add("Last verify: " + verification(summary.verification()));
        return lines;
    }

    /** What a run brought over, move by move, and what it set aside. */
    public static List<String> lines(List<Integrity> moves, int width) {
        if (moves.isEmpty()) {
            return List.of();
        }
        Grid grid = new Grid("lrrll");
        grid.row("  move", "source", "target", "match", "set aside");
        for (Integrity move : moves) {
            List<String> broken = new ArrayList<>();
            for (Integrity.Check check : Integrity.Check.values()) {
                if (move.broken(check) > 0) {
                    broken.add(Figures.count(move.broken(check)) + " " + check.word());
                }
            }
            grid.row(
                    "  " + Texts.safe(move.move()),
                    Figures.count(move.source()),
                    Figures.count(move.target()),
                    move.matches() ? "yes" : "no",
                    broken.isEmpty() ? "-" : String.join(", ", broken));
        }
        List<String> lines = new ArrayList<>(List.of("", "Counts and integrity"));
        lines.addAll(grid.lines(width));
        return lines;
    }

    private static String or(@org.jspecify.annotations.Nullable String time) {
        return time == null ? "-" : time;
    }

    private static String verification(@org.jspecify.annotations.Nullable VerificationLine line) {
        if (line == null) {
            return "not since this run";
        }
        return Figures.count(line.same()) + " same, " + Figures.count(line.different()) + " different, "
                + Figures.count(line.missing()) + " missing, " + Figures.count(line.extra()) + " extra, "
                + or(Items.time(line.ended()));
    }
}
