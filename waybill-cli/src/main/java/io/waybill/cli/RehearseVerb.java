package io.waybill.cli;

import io.waybill.engine.RefusedException;
import io.waybill.ledger.LedgerFile;
import io.waybill.plan.Move;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.report.Figures;
import io.waybill.report.Grid;
import io.waybill.report.RunJson;
import io.waybill.report.Texts;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Carries a few items of each move over and back again, on the real stores and with a ledger of its own. */
@Command(
        description = {
            "Writes the first items of each move, verifies them, runs again to see that nothing changes, rolls back, and"
                    + " compares the targets with what stood there before. What an earlier rehearsal left is taken back"
                    + " first. Hooks are not called, sources are kept, and references to other moves are not checked."
        },
        footer = {"waybill rehearse", "waybill rehearse --items 100 --yes", "waybill rehearse --keep"})
final class RehearseVerb extends Verb {
    private static final int MOST = 100_000;

    @Option(names = "--items", paramLabel = "N", description = "How many items of each move (default: 5).")
    int items = 5;

    @Option(
            names = "--keep",
            description = "Leave what was written, to be looked at; the next rehearsal takes it back.")
    boolean keep;

    RehearseVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    List<Exit> exits() {
        return List.of(
                Exit.NEEDS_YOU,
                Exit.DIFFERENT,
                Exit.LOCKED,
                Exit.UNAVAILABLE,
                Exit.REFUSED,
                Exit.INTERRUPTED,
                Exit.TERMINATED);
    }

    @Override
    Exit call() throws IOException, PlanException, RefusedException {
        if (items < 1 || items > MOST) {
            throw new CliException(
                    Code.USAGE, "--items is a number from 1 to " + Figures.count(MOST) + ", not " + items + ".");
        }
        Plan plan = waybill.workplace().plan();
        PlanText.warnings(screen(), plan);
        LedgerFile own = waybill.workplace().rehearsal();
        screen().message(plan.name() + " · rehearsal with ledger " + waybill.show(own.path()));
        new Consent(waybill)
                .moderate("This writes up to " + Figures.count(items, "item") + " of each move into "
                        + Texts.safe(plan.moves().stream()
                                .map(move -> move.to().text().replaceAll("\\$\\{.*", ""))
                                .distinct()
                                .limit(5)
                                .collect(Collectors.joining(", ")))
                        + (keep ? "." : ", and takes them back."));
        Logs.open(waybill, "rehearse");
        String owner = waybill.workplace().setup("rehearse").owner();
        try (Closeable alone =
                waybill.workplace().ledger().hold(owner, waybill.surroundings().clock())) {
            java.util.Objects.requireNonNull(alone);
            return carryOut(plan, own);
        }
    }

    private Exit carryOut(Plan plan, LedgerFile own) throws IOException, PlanException, RefusedException {
        Rehearsal rehearsal = new Rehearsal(waybill, plan, own, items);
        Rehearsal.Left left = rehearsal.takeBackEarlier();
        if (left != null && left.stopped() != null) {
            return stopped(left.stopped());
        } else if (left != null && !left.isWhole()) {
            throw new CliException(
                    Code.REFUSED,
                    "Cannot begin: what an earlier rehearsal wrote cannot be taken back whole: "
                            + Texts.safe(left.trouble()) + ". Look: waybill items --ledger "
                            + waybill.show(own.path()));
        } else if (left != null) {
            screen().message("took back what an earlier rehearsal left: " + Figures.count(left.undone(), "item"));
        }
        Rehearsal.Result result = rehearsal.carryOut(keep);
        if (result.stopped() != null) {
            return stopped(result.stopped());
        }
        Exit exit = result.differs() ? Exit.DIFFERENT : result.needYou() > 0 ? Exit.NEEDS_YOU : Exit.DONE;
        show(plan, own, result, exit);
        return exit;
    }

    private Exit stopped(Exit exit) {
        screen().message("Stopped. What was written is taken back by the next: waybill rehearse");
        return exit;
    }

    private void show(Plan plan, LedgerFile own, Rehearsal.Result result, Exit exit) {
        List<String> notes = notes(plan);
        if (screen().isJson()) {
            json(own, result, notes, exit);
            return;
        }
        Grid grid = new Grid("lrrrrrrl")
                .row("move", "written", "there", "need you", "again", keep ? "" : "undone", "took", "the whole move");
        for (Rehearsal.Part part : result.parts()) {
            grid.row(
                    Texts.safe(part.move()),
                    Figures.count(part.written()),
                    Figures.count(part.same()),
                    Figures.count(part.needYou()),
                    part.again() < 0 ? "-" : Figures.count(part.again()),
                    keep ? "" : Figures.count(part.undone()),
                    Figures.duration(part.millis()),
                    part.projected() < 0
                            ? ""
                            : "about " + Figures.count(part.known(), "row") + ", at most "
                                    + Figures.duration(part.projected()) + " at this pace");
        }
        grid.lines(screen().width()).forEach(screen()::line);
        screen().line("verified: " + Figures.count(result.verified()) + " same"
                + (result.wrong() == 0 ? "" : ", " + Figures.count(result.wrong()) + " not"));
        if (result.againWrote() > 0) {
            screen().line("a second run wrote " + Figures.count(result.againWrote(), "item")
                    + ", and should have written none");
        }
        if (!keep) {
            screen().line("after the rollback: " + Figures.count(result.compared(), "target")
                    + " compared with what stood" + " there before, "
                    + (result.notRestored() == 0
                            ? "all as they were"
                            : Figures.count(result.notRestored()) + " not as they were"));
        }
        result.samples().forEach(sample -> screen().line("  " + Texts.safe(sample)));
        notes.forEach(note -> screen().message(Texts.safe(note)));
        if (result.stays()) {
            screen().line((keep
                            ? "Kept. Take it back: waybill rollback r1 --ledger "
                            : "Its ledger stays: waybill items --ledger ")
                    + waybill.show(own.path()));
        } else {
            screen().next(exit == Exit.DONE ? "waybill run" : "waybill rehearse");
        }
    }

    /** What a rehearsal leaves out. */
    private static List<String> notes(Plan plan) {
        List<String> notes = new ArrayList<>();
        for (Move move : plan.moves()) {
            List<String> others = move.steps().checks().refs().values().stream()
                    .filter(text -> plan.find(text) != null)
                    .distinct()
                    .toList();
            if (!others.isEmpty()) {
                notes.add("move " + move.name() + ": references to " + String.join(", ", others)
                        + " were not checked, since only a few of their rows were there");
            }
            if (Rehearsal.isOnce(move)) {
                notes.add("move " + move.name() + " was not run again: its where leaves out rows that it changed");
            }
        }
        return notes;
    }

    private void json(LedgerFile own, Rehearsal.Result result, List<String> notes, Exit exit) {
        Map<String, @Nullable Object> document = RunJson.document();
        List<Map<String, @Nullable Object>> moves = new ArrayList<>();
        for (Rehearsal.Part part : result.parts()) {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("name", part.move());
            one.put("written", part.written());
            one.put("same", part.same());
            one.put("needs_you", part.needYou());
            one.put("again_written", part.again() < 0 ? null : part.again());
            one.put("rolled_back", keep ? null : part.undone());
            one.put("millis", part.millis());
            one.put("known_items", part.known() < 0 ? null : part.known());
            one.put("projected_millis", part.projected() < 0 ? null : part.projected());
            moves.add(one);
        }
        document.put("items", items);
        document.put("moves", moves);
        document.put("verified", result.verified());
        document.put("verify_differs", result.wrong());
        document.put("again_written", result.againWrote());
        document.put("compared_after_rollback", keep ? null : result.compared());
        document.put("not_restored", keep ? null : result.notRestored());
        document.put("needs_you", result.needYou());
        document.put("samples", result.samples().stream().map(Texts::safe).toList());
        document.put("notes", notes.stream().map(Texts::safe).toList());
        document.put("ledger", result.stays() ? waybill.show(own.path()) : null);
        document.put("exit", exit.code());
        screen().document(document);
    }
}
