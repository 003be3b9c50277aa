package io.waybill.cli;

import io.waybill.engine.Migration;
import io.waybill.engine.Phase;
import io.waybill.engine.PlanReport;
import io.waybill.engine.RefusedException;
import io.waybill.engine.RollbackReport;
import io.waybill.engine.RunOptions;
import io.waybill.engine.RunReport;
import io.waybill.engine.StageReport;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Run;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.plan.AfterMove;
import io.waybill.plan.Backup;
import io.waybill.plan.Exists;
import io.waybill.plan.Move;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.report.Figures;
import io.waybill.report.RunJson;
import io.waybill.report.RunSummary;
import io.waybill.report.Texts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Carries out the saved plan, goes on with an unfinished run, or plans and carries out a new one. */
@Command(
        description = {
            "After a stop, a crash or a loss of power the same command goes on where it was. Items that failed are tried"
                    + " again by the next run; --failed also takes those in conflict and quarantined, and what the newest"
                    + " verification found missing."
        },
        footer = {
            "waybill run",
            "waybill run --failed",
            "waybill run --group feeds --limit 100",
            "waybill run --move buyers --where \"row.no < 100\"",
            "waybill run --until check --move buyers",
            "waybill run --json --yes | jq -c 'select(.type == \"result\")'"
        })
class RunVerb extends Verb {
    static final List<String> UNTIL = List.of("read", "map", "check", "write", "verify", "link");

    @Option(names = "--dry-run", description = "Only say what would be done; reads every source and compares contents.")
    boolean dryRun;

    @Option(
            names = "--until",
            paramLabel = "PHASE",
            description =
                    "read, map and check put rows into files and write to no target; write leaves what was written"
                            + " unverified for a later run; verify (default) is all.")
    String until = "link";

    @Option(names = "--new", description = "Give up an unfinished run and begin another.")
    boolean anew;

    @Mixin
    SelectorOptions which = new SelectorOptions();

    RunVerb(Waybill waybill) {
        super(waybill);
        which.takesRows = true;
    }

    @Override
    List<Exit> exits() {
        return List.of(Exit.NEEDS_YOU, Exit.LOCKED, Exit.UNAVAILABLE, Exit.REFUSED, Exit.INTERRUPTED, Exit.TERMINATED);
    }

    @Override
    boolean writesJsonLines() {
        return true;
    }

    /** The command that does the rest, for messages. */
    String again() {
        return "waybill run";
    }

    @Override
    Exit call() throws IOException, PlanException, RefusedException {
        if (!UNTIL.contains(until)) {
            throw new CliException(
                    Code.USAGE, "--until is one of " + String.join(", ", UNTIL) + ", not " + Texts.safe(until) + ".");
        }
        Selector selector = which.selector(null);
        Plan plan = waybill.workplace().plan();
        for (String name : selector.moves()) {
            if (plan.find(name) == null) {
                List<String> names = plan.moves().stream().map(Move::name).toList();
                String near = io.waybill.mapping.Nearest.find(name, names);
                throw new CliException(
                        Code.USAGE,
                        "The plan has no move " + Texts.safe(name) + "."
                                + (near == null
                                        ? " It has: " + String.join(", ", names)
                                        : " Did you mean " + near + "?"));
            }
        }
        PlanText.warnings(screen(), plan);
        Phase phase = phase();
        begin(plan);
        Logs.open(waybill, "run");
        Migration migration = waybill.workplace().migration("run");
        if (dryRun) {
            return dry(plan, migration, selector);
        } else if (phase != null) {
            StageReport report =
                    Work.during(waybill, migration, "run", () -> migration.stage(phase, selector, which.rows()));
            return StageText.end(waybill, plan, report, again());
        }
        Notifying notifying = new Notifying(waybill, plan, migration);
        return notifying.after(() -> carryOut(plan, migration, selector, notifying));
    }

    private Exit carryOut(Plan plan, Migration migration, Selector selector, Notifying notifying)
            throws IOException, PlanException, RefusedException {
        consent(plan, migration);
        backups(plan);
        Selector chosen = which.failed ? selector.withStates(java.util.EnumSet.noneOf(State.class)) : selector;
        RunOptions options = new RunOptions(chosen, which.failed, anew, until, which.rows());
        Work.Answer<RunReport> answer = Work.answer(waybill, migration, "run", () -> migration.run(options));
        notifying.ended(answer.value());
        waybill.workplace().remember();
        if (which.isNarrow() && answer.value().trouble() == null) {
            try (LedgerReader ledger = waybill.workplace().ledger().read()) {
                which.require(ledger, chosen);
            }
        }
        return end(plan, answer.value(), answer.stopped());
    }

    /** The phase to stop after that writes to no target, or null. */
    private @Nullable Phase phase() {
        Phase phase = Phase.find(until);
        if (phase != null) {
            String rest = which.ofItems();
            String beside = dryRun ? "--dry-run" : anew ? "--new" : rest;
            if (!beside.isEmpty()) {
                throw new CliException(
                        Code.USAGE,
                        "Cannot run --until " + until + " with " + beside + ": a staged phase reads the source anew and"
                                + " keeps no account of items. Leave that out; --move, --limit and a --where over row. choose a part.");
            }
        }
        return phase;
    }

    private void begin(Plan plan) throws IOException, PlanException {
        String ledger = waybill.show(waybill.workplace().ledger().path());
        if (screen().isJson()) {
            Map<String, @Nullable Object> line = RunJson.document();
            line.put("type", "started");
            line.put("plan", plan.name());
            line.put("ledger", ledger);
            line.put("selection", which.text());
            screen().jsonLine(line);
        } else {
            String part = which.text().isEmpty() ? "" : " · only " + which.text();
            screen().message(plan.name() + " · ledger " + ledger + part
                    + " · Ctrl-C is safe, the same command continues");
        }
    }

    private Exit dry(Plan plan, Migration migration, Selector selector)
            throws IOException, PlanException, RefusedException {
        PlanReport report = Work.during(waybill, migration, "run", () -> migration.dryRun(selector, which.rows()));
        if (screen().isJson()) {
            Map<String, @Nullable Object> line = RunJson.document();
            line.put("type", "result");
            line.put("dry_run", true);
            line.putAll(PlanText.json(plan, report));
            screen().jsonLine(line);
        } else {
            PlanText.print(screen(), plan, report);
            PlanText.ending(screen(), report, again());
        }
        return report.needsYou() ? Exit.NEEDS_YOU : Exit.DONE;
    }

    /** Asks where the plan lets the run overwrite or delete, and there is something to overwrite or delete. */
    private void consent(Plan plan, Migration migration) throws IOException, PlanException, RefusedException {
        boolean replaces = plan.moves().stream().anyMatch(move -> move.exists() == Exists.REPLACE);
        boolean deletes = plan.moves().stream().anyMatch(move -> move.source() == AfterMove.DELETE);
        List<Move> edits = plan.moves().stream()
                .filter(move -> move.isInPlace() && which.isOfMove(move.name()))
                .toList();
        if ((!replaces && !deletes && edits.isEmpty()) || isBeingRolledBack()) {
            return;
        }
        Consent consent = new Consent(waybill);
        if (!edits.isEmpty() && !isBegun()) {
            consent.moderate("This changes rows of "
                    + Texts.safe(edits.stream()
                            .map(move -> move.to().text())
                            .distinct()
                            .collect(Collectors.joining(", ")))
                    + " in place; what they were is kept for rollback.");
        }
        if (!replaces && !deletes) {
            return;
        }
        if (which.failed) {
            long conflicts = conflicts();
            if (replaces && conflicts > 0) {
                consent.moderate("This replaces " + Figures.count(conflicts, "item")
                        + " at the target; what stands there" + " is kept for rollback.");
            }
            return;
        }
        PlanReport report = Work.during(waybill, migration, "run", () -> migration.plan(false));
        if (report.goesOn() && !deletes) {
            return; // asked when it began; deleting sources is asked again, since the plan may say so only now
        }
        long deleted = PlanText.deletes(plan, report);
        long replaced = report.moves().stream()
                .mapToLong(PlanReport.MoveReport::replaceItems)
                .sum();
        String replacing = replaced == 0
                ? ""
                : "This replaces " + Figures.count(replaced, "item") + " at the target; what stands there is kept for"
                        + " rollback.";
        if (deleted > 0) {
            consent.severe(
                    "This deletes up to " + Figures.count(deleted, "source item") + " once their targets are verified."
                            + (replacing.isEmpty() ? "" : " " + replacing),
                    List.of(plan.name(), report.run()));
        } else if (replaced > 0) {
            consent.moderate(replacing);
        }
    }

    /** Whether the run that this command goes on with was begun, and so asked about, before. */
    private boolean isBegun() throws IOException, PlanException {
        if (anew || !waybill.workplace().ledger().exists()) {
            return false;
        }
        try (LedgerReader ledger = waybill.workplace().ledger().read()) {
            return ledger.runs().stream()
                    .anyMatch(run -> run.kind().equals("run") && run.started() > 0 && run.isUnfinished());
        }
    }

    /** Whether this command only goes on with a rollback. */
    private boolean isBeingRolledBack() throws IOException, PlanException {
        if (!waybill.workplace().ledger().exists()) {
            return false;
        }
        try (LedgerReader ledger = waybill.workplace().ledger().read()) {
            return ledger.runs().stream().anyMatch(run -> run.kind().equals("rollback") && run.isUnfinished());
        }
    }

    /** Copies the target tables of moves that want it, before a run begins; a run that goes on has them. */
    private void backups(Plan plan) throws IOException, PlanException, RefusedException {
        List<TableCopies.Address> tables = plan.moves().stream()
                .filter(move -> move.rows() && move.backup() == Backup.FULL && which.isOfMove(move.name()))
                .map(move -> new TableCopies.Address(
                        move.to().store(), move.to().path().text()))
                .distinct()
                .toList();
        if (tables.isEmpty() || isBegun()) {
            return;
        }
        TableCopies copies = new TableCopies(waybill);
        for (TableCopies.Address table : tables) {
            Path file = copies.usual(table);
            Files.createDirectories(file.getParent());
            RunReport report = copies.backup(table, file);
            if (report.needYou() > 0) {
                throw new CliException(
                        Code.REFUSED,
                        "Cannot begin: the backup of " + Texts.safe(table.text()) + " is not whole: "
                                + BackupVerb.needing(report) + ". Nothing was written to it.");
            }
            screen().message("backed up " + Figures.count(report.items(State.VERIFIED), "row") + " of "
                    + Texts.safe(table.text()) + " to " + waybill.show(file));
        }
    }

    private long conflicts() throws IOException, PlanException {
        if (!waybill.workplace().ledger().exists()) {
            return 0;
        }
        try (LedgerReader ledger = waybill.workplace().ledger().read()) {
            Run newest = RunChoice.orNewest(ledger, null);
            return newest == null
                    ? 0
                    : RunSummary.of(ledger, newest, 0)
                            .counts()
                            .getOrDefault(State.CONFLICT, new RunSummary.Count(0, 0))
                            .items();
        }
    }

    private Exit end(Plan plan, RunReport report, @Nullable Exit stopped) throws IOException, PlanException {
        Map<State, RunSummary.Count> counts = counts(report);
        Exit exit = exit(report, stopped);
        if (screen().isJson()) {
            Map<String, @Nullable Object> line = RunJson.document();
            line.put("type", "result");
            line.put("plan", plan.name());
            line.put("run", report.run().isEmpty() ? null : report.run());
            line.put("finished", report.finished());
            line.put("stopped", stopped != null || report.stopped());
            line.put("stopped_because", report.why() == null ? null : Texts.safe(report.why()));
            line.put("rolled_back", RollbackVerb.json(report.rolledBack()));
            line.put("items", RunJson.counts(counts));
            line.put("wrote_items", report.wroteItems());
            line.put("wrote_bytes", report.wroteBytes());
            line.put("millis", report.millis());
            line.put("retries", report.retries());
            line.put("needs_you", report.needYou());
            line.put("errors", report.errors() == null ? null : waybill.show(report.errors()));
            line.put("balanced", report.balanced());
            line.put("notes", report.notes().stream().map(Texts::safe).toList());
            line.put("exit", exit.code());
            screen().jsonLine(line);
        } else {
            print(report, counts, stopped);
        }
        if (report.trouble() != null) {
            rethrow(report.trouble());
        } else if (!report.balanced()) {
            throw new CliException(
                    Code.UNBALANCED,
                    "The books of run " + report.run()
                            + " do not balance: what was listed is not what is accounted for."
                            + " Look: waybill ledger check");
        }
        return exit;
    }

    /** What a run counted, by state; states that hold nothing are left out. */
    static Map<State, RunSummary.Count> counts(RunReport report) {
        Map<State, RunSummary.Count> counts = new EnumMap<>(State.class);
        for (State state : State.values()) {
            if (report.items(state) > 0) {
                counts.put(
                        state,
                        new RunSummary.Count(report.items(state), report.bytes().getOrDefault(state, 0L)));
            }
        }
        return counts;
    }

    private static void rethrow(Exception trouble) throws IOException {
        if (trouble instanceof IOException known) {
            throw known;
        } else if (trouble instanceof RuntimeException fault) {
            throw fault;
        }
        throw new IllegalStateException(trouble);
    }

    private static Exit exit(RunReport report, @Nullable Exit stopped) {
        if (report.trouble() != null) {
            return Failure.of(report.trouble()).exit();
        } else if (!report.balanced()) {
            return Exit.INTERNAL;
        } else if (stopped != null && !report.finished()) {
            return stopped;
        }
        return report.needYou() > 0 || report.why() != null ? Exit.NEEDS_YOU : Exit.DONE;
    }

    private long removedSources(RunReport report) throws IOException, PlanException {
        try (LedgerReader ledger = waybill.workplace().ledger().read()) {
            Run run = RunChoice.require(ledger, RunName.parse(report.run()));
            return RunSummary.of(ledger, run, 0).sourcesRemoved();
        }
    }

    private void print(RunReport report, Map<State, RunSummary.Count> counts, @Nullable Exit stopped)
            throws IOException, PlanException {
        if (report.run().isEmpty()) {
            screen().line(
                            report.needYou() == 0
                                    ? "Nothing to do: every source is done and unchanged."
                                    : "Nothing new to do; " + Figures.count(report.needYou(), "conflict")
                                            + " of earlier runs still stand. Look: waybill items --failed");
            screen().next("waybill verify");
            return;
        }
        boolean halted = stopped != null || report.stopped() || report.trouble() != null;
        String how = report.finished() ? "Done in " : halted ? "Stopped after " : "Done so far in ";
        String words = RunSummary.words(counts);
        String nothing = report.finished() ? "there was nothing to move" : "nothing was moved yet";
        screen().line(report.run() + ": " + how + Figures.duration(report.millis()) + ": "
                + (words.isEmpty() ? nothing : words) + "."
                + (report.wroteBytes() > 0
                        ? " Wrote " + Figures.bytes(report.wroteBytes()) + speed(report) + "."
                        : ""));
        long removed = removedSources(report);
        if (removed > 0) {
            screen().line(Figures.count(removed, "source")
                    + " removed, their targets proven. A rollback puts them back.");
        }
        RollbackReport undone = report.rolledBack();
        if (undone != null) {
            screen().line(RollbackVerb.done(undone, RunName.parse(report.run()), false));
        }
        if (report.needYou() > 0) {
            screen().line(Figures.count(report.needYou()) + (report.needYou() == 1 ? " item needs" : " items need")
                    + " you: waybill items --failed");
            if (report.errors() != null) {
                screen().line("Each as it happened, with its reason: " + waybill.show(report.errors()));
            }
        }
        for (String note : report.notes()) {
            String text = Texts.safe(note);
            screen().line(text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".");
        }
        if (report.trouble() != null) {
            return;
        }
        if (undone != null && undone.complete()) {
            screen().next("waybill items " + report.run() + " --failed");
            return;
        }
        screen().next(report.finished() ? report.needYou() > 0 ? "waybill status" : "waybill verify" : again());
    }

    private static String speed(RunReport report) {
        return report.millis() < 1000
                ? ""
                : " at " + Figures.bytes(report.wroteBytes() * 1000 / report.millis()) + "/s";
    }
}
