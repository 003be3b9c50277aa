package io.waybill.cli;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All verbs, in the order of help. */
final class Catalog {
    /**
     * A verb.
     *
     * @param section of the overview it stands in
     * @param summary one line, without a full stop
     */
    record Entry(String name, String section, String summary, Function<Waybill, Verb> make) {}

    static final List<Entry> VERBS = List.of(
            new Entry("demo", "Begin", "plan, run, verify, roll back on sample files with a pretend S3", DemoVerb::new),
            new Entry("init", "Begin", "write a plan: from a template, from real folders, or by asking", InitVerb::new),
            new Entry("copy", "Begin", "copy a folder, bucket or file without a plan file", CopyVerb::new),
            new Entry("lint", "Work", "check the plan file; touches no store", LintVerb::new),
            new Entry("plan", "Work", "show what a run would do, and save it", PlanVerb::new),
            new Entry("run", "Work", "carry it out; after a stop or crash, go on", RunVerb::new),
            new Entry("status", "Work", "how the runs stand", StatusVerb::new),
            new Entry("verify", "Work", "compare the targets with the ledger, by content", VerifyVerb::new),
            new Entry("rollback", "Work", "undo what a run did, as far as it is still ours", RollbackVerb::new),
            new Entry("items", "Look", "the ledger, one line per item", ItemsVerb::new),
            new Entry("runs", "Look", "the history of runs", RunsVerb::new),
            new Entry("report", "Look", "a run as text, JSON, CSV or one HTML page", ReportVerb::new),
            new Entry("ls", "Look", "what stands in a store", LsVerb::new),
            new Entry("stop", "Care", "stop the run that is at work; it can go on later", StopVerb::new),
            new Entry("cleanup", "Care", "remove what interrupted runs left behind", CleanupVerb::new),
            new Entry("doctor", "Care", "check Java, disk, ledger and stores; make a support bundle", DoctorVerb::new),
            new Entry("ledger", "Care", "look at, check, back up, export or unlock the ledger", LedgerVerb::new),
            new Entry("schema", "Help", "the JSON Schema of plan files", SchemaVerb::new),
            new Entry("completion", "Help", "completion script for bash, zsh or fish", CompletionVerb::new),
            new Entry("help", "Help", "help on a command, a topic or an error code", HelpVerb::new),
            new Entry("version", "Help", "the version of waybill and of Java", VersionVerb::new));

    private Catalog() {}

    /** The verb of this name, or null. */
    static @Nullable Entry find(String name) {
        return VERBS.stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    static List<String> names() {
        return VERBS.stream().map(Entry::name).toList();
    }
}
