package io.waybill.report;

import io.waybill.ledger.LedgerReader.VerificationLine;
import io.waybill.ledger.Run;
import io.waybill.ledger.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Summaries as fields for JSON. Fields are only ever added; {@link #SCHEMA} grows when one changes its meaning. */
public final class RunJson {
    /** The version of every JSON output. */
    public static final int SCHEMA = 1;

    private RunJson() {}

    /** The beginning of a document. */
    public static Map<String, @Nullable Object> document() {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("schema_version", SCHEMA);
        return document;
    }

    /** A run without its counters. */
    public static Map<String, @Nullable Object> run(Run run) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("run", run.name());
        fields.put("kind", run.kind());
        if (run.ofRun() != null) {
            fields.put("of_run", "r" + run.ofRun());
        }
        fields.put("state", run.state());
        fields.put("selection", run.selector());
        fields.put("created", Items.time(run.created()));
        fields.put("started", Items.time(run.started()));
        fields.put("ended", Items.time(run.ended()));
        fields.put("worked_ms", run.worked());
        fields.put("retries", run.retries());
        fields.put("message", run.message() == null ? null : Texts.safe(run.message()));
        return fields;
    }

    /** A run with everything its summary says. */
    public static Map<String, @Nullable Object> summary(RunSummary summary) {
        Map<String, @Nullable Object> fields = run(summary.run());
        fields.put("plan", summary.plan());
        fields.put("shown", summary.selection());
        fields.put("items", counts(summary.counts()));
        fields.put("total", count(summary.total()));
        fields.put("needs_you", summary.needYou());
        fields.put("sources_removed", summary.sourcesRemoved());
        fields.put("open", summary.open());
        List<Map<String, @Nullable Object>> groups = new ArrayList<>();
        for (RunSummary.Group group : summary.groups()) {
            Map<String, @Nullable Object> line = new LinkedHashMap<>();
            line.put("move", group.move());
            line.put("group", Texts.safe(group.name()));
            line.put("items", counts(group.counts()));
            line.put("total", count(group.total()));
            groups.add(line);
        }
        fields.put("groups", groups);
        List<Map<String, @Nullable Object>> troubles = new ArrayList<>();
        for (RunSummary.Trouble trouble : summary.troubles()) {
            Map<String, @Nullable Object> line = new LinkedHashMap<>();
            line.put("state", Items.name(trouble.state().word()));
            line.put("error_kind", trouble.kind());
            line.put("items", trouble.items());
            line.put("message", Texts.safe(trouble.message()));
            line.put("sample", trouble.sample());
            line.put("advice", trouble.advice());
            troubles.add(line);
        }
        fields.put("troubles", troubles);
        VerificationLine verification = summary.verification();
        fields.put("last_verify", verification == null ? null : verification(verification));
        return fields;
    }

    /** What a run brought over, move by move, and what it set aside. */
    public static List<Map<String, @Nullable Object>> integrity(List<Integrity> moves) {
        List<Map<String, @Nullable Object>> lines = new ArrayList<>();
        for (Integrity move : moves) {
            Map<String, @Nullable Object> line = new LinkedHashMap<>();
            line.put("move", move.move());
            line.put("source", move.source());
            line.put("target", move.target());
            line.put("match", move.matches());
            Map<String, @Nullable Object> broken = new LinkedHashMap<>();
            for (Integrity.Check check : Integrity.Check.values()) {
                broken.put(check.word(), move.broken(check));
            }
            line.put("set_aside", broken);
            lines.add(line);
        }
        return lines;
    }

    /** A verification. */
    public static Map<String, @Nullable Object> verification(VerificationLine line) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", line.id());
        fields.put("run", line.run() == null ? null : "r" + line.run());
        fields.put("selection", line.selector());
        fields.put("mode", line.mode());
        fields.put("state", line.state());
        fields.put("same", line.same());
        fields.put("different", line.different());
        fields.put("missing", line.missing());
        fields.put("extra", line.extra());
        fields.put("bytes", line.bytes());
        fields.put("started", Items.time(line.started()));
        fields.put("ended", Items.time(line.ended()));
        return fields;
    }

    /** Counters by state and, as the field {@code progress}, by the five names of pending to skipped. */
    public static Map<String, @Nullable Object> counts(Map<State, RunSummary.Count> counts) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        Map<String, Long> progress = new LinkedHashMap<>();
        for (String name : List.of("pending", "in_progress", "completed", "failed", "skipped")) {
            progress.put(name, 0L);
        }
        counts.forEach((state, count) -> {
            fields.put(Items.name(state.word()), count.items());
            progress.merge(state.progress(), count.items(), Long::sum);
        });
        fields.put("progress", progress);
        return fields;
    }

    private static Map<String, @Nullable Object> count(RunSummary.Count count) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("items", count.items());
        fields.put("bytes", count.bytes());
        return fields;
    }
}
