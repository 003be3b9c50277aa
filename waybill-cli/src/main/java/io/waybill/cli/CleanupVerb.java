package io.waybill.cli;

import io.waybill.engine.CleanupReport;
import io.waybill.engine.Migration;
import io.waybill.engine.RefusedException;
import io.waybill.plan.PlanException;
import io.waybill.report.Figures;
import io.waybill.report.RunJson;
import io.waybill.report.Texts;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Removes what interrupted runs of this plan left behind and nobody needs any more. */
@Command(
        description = "Only what the ledger says is ours: abandoned uploads, temporary files, before-images.",
        footer = {"waybill cleanup --dry-run", "waybill cleanup"})
final class CleanupVerb extends Verb {
    @Option(names = "--dry-run", description = "Only say what would be removed.")
    boolean dryRun;

    CleanupVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    List<Exit> exits() {
        return List.of(Exit.LOCKED, Exit.UNAVAILABLE, Exit.REFUSED);
    }

    @Override
    Exit call() throws IOException, PlanException, RefusedException {
        screen().message(waybill.workplace().plan().name() + " · ledger "
                + waybill.show(waybill.workplace().ledger().path()));
        Logs.open(waybill, "cleanup");
        Migration migration = waybill.workplace().migration("cleanup");
        CleanupReport report = Work.during(waybill, migration, "cleanup", () -> migration.cleanup(dryRun));
        if (screen().isJson()) {
            Map<String, @Nullable Object> document = RunJson.document();
            document.put("preview", report.preview());
            document.put("removed", report.lines().stream().map(Texts::safe).toList());
            screen().document(document);
            return Exit.DONE;
        }
        report.lines().forEach(line -> screen().line((dryRun ? "would remove " : "removed ") + Texts.safe(line)));
        screen().line(
                        report.lines().isEmpty()
                                ? "There is nothing to clean up."
                                : Figures.count(report.lines().size(), "thing")
                                        + (dryRun ? " to remove." : " removed."));
        return Exit.DONE;
    }
}
