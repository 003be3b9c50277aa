package io.waybill.cli;

import io.waybill.engine.Migration;
import io.waybill.engine.PlanReport;
import io.waybill.engine.RefusedException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.report.Items;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what a run would do and saves it, so that the run does just that. */
@Command(
        description = "Lists the sources and looks at the targets; changes nothing in any store.",
        footer = {
            "waybill plan",
            "waybill plan --full",
            "waybill plan --sample 20",
            "waybill plan --exit-code || waybill run"
        })
final class PlanVerb extends Verb {
    @Option(names = "--full", description = "Compare contents too, not only sizes.")
    boolean full;

    @Option(names = "--sample", paramLabel = "N", description = "Show N items with the places they would go to.")
    int sample;

    @Option(names = "--exit-code", description = "Exit with 5 when there is work to do.")
    boolean exitCode;

    PlanVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    List<Exit> exits() {
        return List.of(Exit.WORK, Exit.LOCKED, Exit.UNAVAILABLE, Exit.REFUSED, Exit.INTERRUPTED, Exit.TERMINATED);
    }

    @Override
    Exit call() throws IOException, PlanException, RefusedException {
        Plan plan = waybill.workplace().plan();
        PlanText.warnings(screen(), plan);
        screen().message(plan.name() + " · ledger "
                + waybill.show(waybill.workplace().ledger().path()) + " · nothing is written to any store");
        Logs.open(waybill, "plan");
        Migration migration = waybill.workplace().migration("plan");
        PlanReport report = Work.during(waybill, migration, "plan", () -> migration.plan(full));
        waybill.workplace().remember();
        if (screen().isJson()) {
            screen().document(PlanText.json(plan, report));
        } else {
            PlanText.print(screen(), plan, report);
            if (sample > 0 && !report.run().isEmpty()) {
                samples(RunName.parse(report.run()));
            }
            PlanText.ending(screen(), report, "waybill run");
        }
        return exitCode && report.hasWork() ? Exit.WORK : Exit.DONE;
    }

    private void samples(int run) throws IOException, PlanException {
        Selector some = new Selector(
                run,
                List.of(),
                List.of(),
                List.of(),
                EnumSet.of(State.PLANNED, State.WRITING),
                null,
                null,
                entry -> true,
                sample,
                "");
        try (LedgerReader ledger = waybill.workplace().ledger().read()) {
            ledger.entries(some, 0, entry -> {
                screen().line("    " + Items.source(entry) + " -> " + Items.target(entry));
                return true;
            });
        }
    }
}
