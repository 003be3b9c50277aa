package io.waybill.cli;

import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Run;
import io.waybill.plan.PlanException;
import io.waybill.report.Figures;
import io.waybill.report.Grid;
import io.waybill.report.RunJson;
import io.waybill.report.RunSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the runs of a ledger, newest first. */
@Command(footer = {"waybill runs", "waybill runs --limit 5 --json"})
final class RunsVerb extends Verb {
    @Option(names = "--limit", paramLabel = "N", description = "At most so many. Default: 20")
    int limit = 20;

    RunsVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    List<Exit> exits() {
        return List.of(Exit.UNAVAILABLE, Exit.REFUSED);
    }

    @Override
    Exit call() throws PlanException, LedgerException {
        try (LedgerReader ledger = waybill.workplace().ledger().read()) {
            List<Run> runs = ledger.runs();
            List<RunSummary> summaries = new ArrayList<>();
            for (int i = runs.size() - 1; i >= 0 && summaries.size() < limit; i--) {
                summaries.add(RunSummary.of(ledger, runs.get(i), 0));
            }
            if (screen().isJson()) {
                Map<String, @Nullable Object> document = RunJson.document();
                document.put("plan", ledger.meta("plan"));
                document.put("runs", summaries.stream().map(RunJson::summary).toList());
                screen().document(document);
                return Exit.DONE;
            }
            Grid grid = new Grid("lllrrrl");
            long now = waybill.surroundings().clock().millis();
            for (RunSummary summary : summaries) {
                Run run = summary.run();
                grid.row(
                        run.name(),
                        StatusText.standing(screen(), summary),
                        RunSummary.words(summary.counts()),
                        Figures.bytes(summary.total().bytes()),
                        run.worked() == 0 ? "" : Figures.duration(run.worked()),
                        Figures.ago(now - Math.max(run.created(), Math.max(run.started(), run.ended()))),
                        run.selector());
            }
            grid.lines(screen().width()).forEach(screen()::line);
            if (summaries.isEmpty()) {
                screen().message("No runs yet.");
                screen().next("waybill plan");
            } else if (summaries.size() < runs.size()) {
                screen().message("and " + Figures.count(runs.size() - summaries.size(), "older run")
                        + ": waybill runs --limit " + runs.size());
            }
        }
        return Exit.DONE;
    }
}
