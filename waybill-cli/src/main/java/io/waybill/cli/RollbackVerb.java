package io.waybill.cli;

import io.waybill.engine.Migration;
import io.waybill.engine.RefusedException;
import io.waybill.engine.RollbackOptions;
import io.waybill.engine.RollbackReport;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Selector;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.report.Figures;
import io.waybill.report.RunJson;
import io.waybill.report.Texts;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Undoes what a run did, newest first, as far as it is provably ours and unchanged. */
@Command(
        description = {
            "Removes what the run created, if it is still as the run left it and its source is still there; restores what"
                    + " the run replaced; keeps and names the rest. Shows first what it would do and asks. An"
                    + " interrupted rollback goes on with the same command."
        },
        footer = {
            "waybill rollback r1 --dry-run",
            "waybill rollback r1",
            "waybill rollback r1 --batch r1.3 --yes",
            "waybill rollback r1 --yes=r1"
        })
final class RollbackVerb extends Verb {
    @Parameters(index = "0", paramLabel = "RUN", description = "The run to undo, for example r1.")
    String run = "";

    @Option(names = "--dry-run", description = "Only say what would be done.")
    boolean dryRun;

    @Option(
            names = "--keep-going",
            description =
                    "Leave out a move that cannot be undone now, for example since its store does not answer, and undo"
                            + " the others.")
    boolean keepGoing;

    @Option(
            names = "--only",
            paramLabel = "END",
            description =
                    "Of files that rows name: links puts the rows back and leaves the objects; target removes the objects"
                            + " and is refused while rows name them.")
    @Nullable
    String only;

    @Option(
            names = "--leave-links",
            description = "With --only target: remove objects although rows name them, which then name nothing.")
    boolean leaveLinks;

    @Mixin
    SelectorOptions which = new SelectorOptions();

    RollbackVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    List<Exit> exits() {
        return List.of(Exit.NEEDS_YOU, Exit.LOCKED, Exit.UNAVAILABLE, Exit.REFUSED, Exit.INTERRUPTED, Exit.TERMINATED);
    }

    @Override
    Exit call() throws IOException, PlanException, RefusedException {
        int id = RunName.parse(run);
        RollbackOptions options = options();
        Selector selector = which.selector(run);
        Plan plan = waybill.workplace().plan();
        try (LedgerReader ledger = waybill.workplace().ledger().read()) {
            if (RunChoice.require(ledger, id).kind().equals("rollback")) {
                throw new CliException(
                        Code.USAGE, "r" + id + " is a rollback itself. To do again what it undid: waybill run");
            }
            which.require(ledger, selector.withRun(id));
        }
        screen().message(plan.name() + " · ledger "
                + waybill.show(waybill.workplace().ledger().path()) + " · looking at what r" + id + " did");
        Logs.open(waybill, "rollback");
        Migration migration = waybill.workplace().migration("rollback");
        RollbackReport preview =
                Work.during(waybill, migration, "rollback", () -> migration.previewRollback(id, selector, options));
        String text = describe(plan, preview);
        if (dryRun) {
            show(preview, text, Exit.DONE);
            return Exit.DONE;
        }
        if (preview.removeItems() + preview.restoreItems() + preview.rowsBack() == 0) {
            RollbackReport found = preview;
            if (preview.unfinished()) {
                // nothing is removed or restored; what is over already is recorded, what was interrupted brought to its
                // end
                found = Work.during(waybill, migration, "rollback", () -> migration.rollback(id, selector, options));
            }
            Exit exit = needsYou(found) ? Exit.NEEDS_YOU : Exit.DONE;
            String nothing = found.undoneItems() == 0
                    ? "Nothing of r" + id + " is left to undo."
                    : "Nothing had to be removed: " + Figures.count(found.undoneItems(), "target") + " of r" + id
                            + " gone already, noted as rolled back.";
            show(found, nothing + kept(found), exit);
            return exit;
        }
        Consent consent = new Consent(waybill);
        if (selector.isPartial()) {
            consent.moderate(text);
        } else {
            consent.severe(text, List.of("r" + id));
        }
        if (waybill.yes != null) {
            screen().message(text);
        }
        Work.Answer<RollbackReport> answer =
                Work.answer(waybill, migration, "rollback", () -> migration.rollback(id, selector, options));
        RollbackReport report = answer.value();
        Exit exit = !report.complete() && answer.stopped() != null
                ? answer.stopped()
                : needsYou(report) ? Exit.NEEDS_YOU : Exit.DONE;
        boolean part = selector.isPartial() || options.ends() != RollbackOptions.Ends.ALL;
        show(report, done(report, id, part), exit);
        return exit;
    }

    private RollbackOptions options() {
        RollbackOptions.Ends ends = RollbackOptions.Ends.ALL;
        if (only != null) {
            ends = switch (only) {
                case "links" -> RollbackOptions.Ends.LINKS;
                case "target" -> RollbackOptions.Ends.TARGET;
                default ->
                    throw new CliException(Code.USAGE, "--only is one of links, target, not " + Texts.safe(only) + ".");
            };
        }
        if (leaveLinks && ends != RollbackOptions.Ends.TARGET) {
            throw new CliException(Code.USAGE, "--leave-links goes with --only target.");
        }
        return new RollbackOptions(keepGoing, ends, leaveLinks);
    }

    private static String describe(Plan plan, RollbackReport preview) {
        String targets = plan.moves().stream()
                .map(move -> move.to().text().replaceAll("\\$\\{.*", ""))
                .distinct()
                .limit(3)
                .collect(Collectors.joining(", "));
        StringBuilder text = new StringBuilder();
        if (preview.removeItems() > 0) {
            text.append("This deletes ")
                    .append(Figures.count(preview.removeItems(), "item"))
                    .append(" (")
                    .append(Figures.bytes(preview.removeBytes()))
                    .append(") that run ")
                    .append(preview.run())
                    .append(" created in ")
                    .append(Texts.safe(targets))
                    .append('.');
        }
        if (preview.restoreItems() > 0) {
            text.append(text.length() == 0 ? "This restores " : " It restores ")
                    .append(Figures.count(preview.restoreItems(), "item"))
                    .append(" that it replaced.");
        }
        if (preview.rowsBack() > 0) {
            String rows = Figures.count(preview.rowsBack(), "row");
            text.append(
                    text.length() == 0
                            ? "This puts back " + rows + " that learned of files. No object goes."
                            : " It first puts back " + rows + " that learned of them.");
        }
        if (text.length() == 0) {
            text.append("Nothing of ").append(preview.run()).append(" is left to undo.");
        }
        if (preview.sourcesBack() > 0) {
            text.append(" It first puts back ")
                    .append(Figures.count(preview.sourcesBack(), "source"))
                    .append(" that the run removed.");
        }
        if (preview.sourcesEqual() > 0) {
            text.append(preview.sourcesEqual() == 1 ? " The one source" : " All ")
                    .append(preview.sourcesEqual() == 1 ? "" : Figures.count(preview.sourcesEqual(), "source"))
                    .append(preview.sourcesBack() > 0 ? " of the others" : "")
                    .append(preview.sourcesEqual() == 1 ? " is present and equal." : " are present and equal.");
        }
        if (preview.untouchedItems() > 0) {
            text.append(' ')
                    .append(Figures.count(preview.untouchedItems()))
                    .append(preview.untouchedItems() == 1 ? " was" : " were")
                    .append(" there before or never written, and stay");
            text.append(preview.untouchedItems() == 1 ? "s." : ".");
        }
        return text + kept(preview);
    }

    private static boolean needsYou(RollbackReport report) {
        return report.keepItems() > 0 || !report.leftOut().isEmpty();
    }

    private static String kept(RollbackReport report) {
        StringBuilder text = new StringBuilder();
        if (report.keepItems() > 0) {
            text.append("\n")
                    .append(Figures.count(report.keepItems(), "item"))
                    .append(report.preview() ? " will be kept:" : " kept:");
            report.reasons().forEach(reason -> text.append("\n  ").append(Texts.safe(reason)));
        }
        if (!report.leftOut().isEmpty()) {
            text.append("\n")
                    .append(Figures.count(report.leftOut().size(), "move"))
                    .append(report.preview() ? " will be left out:" : " left out; the same command takes them up:");
            report.leftOut().forEach(reason -> text.append("\n  ").append(Texts.safe(reason)));
        }
        return text.toString();
    }

    static String done(RollbackReport report, int id, boolean partial) {
        String text = "Rolled back " + Figures.count(report.undoneItems()) + ", kept "
                + Figures.count(report.keepItems()) + ", in " + Figures.duration(report.millis()) + ".";
        if (report.rowsBack() > 0) {
            text += " Put " + Figures.count(report.rowsBack(), "row") + " back.";
        }
        if (!report.complete() && report.leftOut().isEmpty()) {
            text += " Stopped; the same command goes on.";
        } else if (!needsYou(report) && !partial) {
            text += " The target is as before r" + id + ".";
        }
        for (String note : report.notes()) {
            text += "\n" + Texts.safe(note);
        }
        return text + kept(report);
    }

    /** What a run rolled back by itself, for its JSON. */
    static @Nullable Map<String, @Nullable Object> json(@Nullable RollbackReport report) {
        if (report == null) {
            return null;
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("undone", report.undoneItems());
        fields.put("keep", report.keepItems());
        fields.put("reasons", report.reasons().stream().map(Texts::safe).toList());
        fields.put("complete", report.complete());
        return fields;
    }

    private void show(RollbackReport report, String text, Exit exit) {
        if (!screen().isJson()) {
            screen().line(text);
            if (!report.preview()) {
                screen().next(report.complete() ? "waybill status" : "waybill rollback " + report.run());
            }
            return;
        }
        Map<String, @Nullable Object> document = RunJson.document();
        document.put("run", report.run());
        document.put("preview", report.preview());
        document.put("remove", report.removeItems());
        document.put("remove_bytes", report.removeBytes());
        document.put("restore", report.restoreItems());
        document.put("rows_put_back", report.rowsBack());
        document.put("keep", report.keepItems());
        document.put("sources_equal", report.sourcesEqual());
        document.put("sources_put_back", report.sourcesBack());
        document.put("untouched", report.untouchedItems());
        document.put("undone", report.undoneItems());
        document.put("reasons", report.reasons().stream().map(Texts::safe).toList());
        document.put("notes", report.notes().stream().map(Texts::safe).toList());
        document.put("left_out", report.leftOut().stream().map(Texts::safe).toList());
        document.put("millis", report.millis());
        document.put("complete", report.complete());
        document.put("exit", exit.code());
        screen().document(document);
    }
}
