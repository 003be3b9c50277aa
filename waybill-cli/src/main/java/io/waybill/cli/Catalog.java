package io.waybill.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** All verbs, in the order of help. */
final class Catalog {
    /**
     * A verb.
     *
     * @param section of the overview it stands in
     * @param summary one line, without a full stop
     */
    record Entry(String name, String section, String summary) {}

    static final List<Entry> VERBS = List.of(
            new Entry("demo", "Begin", "plan, run, verify, roll back on sample files with a pretend S3"),
            new Entry("init", "Begin", "write a plan: from a template, from real folders, or by asking"),
            new Entry("copy", "Begin", "copy a folder, bucket or file without a plan file"),
            new Entry("lint", "Work", "check the plan file and its examples; touches no store"),
            new Entry("eval", "Work", "try an expression on sample rows or files"),
            new Entry("plan", "Work", "show what a run would do, and save it"),
            new Entry("why", "Work", "show by which references a row moves with a root row"),
            new Entry("run", "Work", "carry it out; after a stop or crash, go on"),
            new Entry("status", "Work", "how the runs stand"),
            new Entry("verify", "Work", "compare the targets with the ledger, by content"),
            new Entry("rollback", "Work", "undo what a run did, as far as it is still ours"),
            new Entry("rehearse", "Work", "carry a few items over and back again, on the real stores"),
            new Entry("items", "Look", "the ledger, one line per item"),
            new Entry("runs", "Look", "the history of runs"),
            new Entry("report", "Look", "a run as text, JSON, CSV or one HTML page"),
            new Entry("ls", "Look", "what stands in a store"),
            new Entry("backup", "Care", "copy a table to a file that keeps every value exactly"),
            new Entry("restore", "Care", "put the rows of a backup into a table"),
            new Entry("stop", "Care", "stop the run that is at work; it can go on later"),
            new Entry("schedule", "Care", "run the plan at its times; say, trigger, pause and resume them"),
            new Entry("cleanup", "Care", "remove what interrupted runs left behind"),
            new Entry("doctor", "Care", "check Java, disk, ledger and stores; make a support bundle"),
            new Entry("ledger", "Care", "look at, check, back up, export or unlock the ledger"),
            new Entry("schema", "Help", "the JSON Schema of plan files"),
            new Entry("completion", "Help", "completion script for bash, zsh or fish"),
            new Entry("help", "Help", "help on a command, a topic or an error code"),
            new Entry("version", "Help", "the version of waybill and of Java"));

    private Catalog() {}

    /** Makes a verb that is in the list. A switch, since each method reference here would cost time at every start. */
    static Verb make(String name, Waybill waybill) {
        return switch (name) {
            case "demo" -> new DemoVerb(waybill);
            case "init" -> new InitVerb(waybill);
            case "copy" -> new CopyVerb(waybill);
            case "lint" -> new LintVerb(waybill);
            case "eval" -> new EvalVerb(waybill);
            case "plan" -> new PlanVerb(waybill);
            case "why" -> new WhyVerb(waybill);
            case "run" -> new RunVerb(waybill);
            case "status" -> new StatusVerb(waybill);
            case "verify" -> new VerifyVerb(waybill);
            case "rollback" -> new RollbackVerb(waybill);
            case "rehearse" -> new RehearseVerb(waybill);
            case "items" -> new ItemsVerb(waybill);
            case "runs" -> new RunsVerb(waybill);
            case "report" -> new ReportVerb(waybill);
            case "ls" -> new LsVerb(waybill);
            case "backup" -> new BackupVerb(waybill);
            case "restore" -> new RestoreVerb(waybill);
            case "stop" -> new StopVerb(waybill);
            case "schedule" -> new ScheduleVerb(waybill);
            case "cleanup" -> new CleanupVerb(waybill);
            case "doctor" -> new DoctorVerb(waybill);
            case "ledger" -> new LedgerVerb(waybill);
            case "schema" -> new SchemaVerb(waybill);
            case "completion" -> new CompletionVerb(waybill);
            case "help" -> new HelpVerb(waybill);
            case "version" -> new VersionVerb(waybill);
            default -> throw new IllegalArgumentException("no verb " + name);
        };
    }

    /** The verb of this name, or null. */
    static @Nullable Entry find(String name) {
        for (Entry entry : VERBS) {
            if (entry.name().equals(name)) {
                return entry;
            }
        }
        return null;
    }

    static List<String> names() {
        return VERBS.stream().map(Entry::name).toList();
    }
}
