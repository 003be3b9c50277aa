package io.waybill.cli;

import io.waybill.engine.RefusedException;
import io.waybill.engine.RunReport;
import io.waybill.plan.PlanException;
import io.waybill.report.Figures;
import io.waybill.report.RunJson;
import io.waybill.report.RunSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies a table to a file that keeps every value exactly. */
@Command(
        description = {
            "Writes every row as a line of JSON that keeps each value exactly, and reads it back. The stores are those of the"
                    + " plan. restore puts it back."
        },
        footer = {"waybill backup db:orders", "waybill backup db:orders -o orders.jsonl"})
final class BackupVerb extends Verb {
    @Parameters(index = "0", paramLabel = "STORE:TABLE", description = "The table, of a store of the plan.")
    String address = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where it goes; ends in .jsonl. Default: in .waybill/backups")
    @Nullable
    String output;

    BackupVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    List<Exit> exits() {
        return List.of(Exit.NEEDS_YOU, Exit.LOCKED, Exit.UNAVAILABLE, Exit.REFUSED, Exit.INTERRUPTED, Exit.TERMINATED);
    }

    @Override
    Exit call() throws IOException, PlanException, RefusedException {
        TableCopies.Address table = TableCopies.Address.parse(address);
        TableCopies copies = new TableCopies(waybill);
        Path file = output == null ? copies.usual(table) : waybill.path(output);
        if (Files.exists(file)) {
            throw new CliException(
                    Code.USAGE,
                    "Cannot back up to " + waybill.show(file) + ": it is there already. Name another file.");
        }
        screen().message("backing up " + table.text() + " to " + waybill.show(file));
        Files.createDirectories(file.toAbsolutePath().getParent());
        RunReport report = copies.backup(table, file);
        long rows = report.items(io.waybill.ledger.State.VERIFIED);
        Exit exit = report.needYou() > 0 ? Exit.NEEDS_YOU : Exit.DONE;
        if (screen().isJson()) {
            Map<String, @Nullable Object> document = RunJson.document();
            document.put("table", table.text());
            document.put("file", waybill.show(file));
            document.put("rows", rows);
            document.put("exit", exit.code());
            screen().document(document);
        } else {
            screen().line("Backed up " + Figures.count(rows, "row") + " of " + table.text() + " to "
                    + waybill.show(file) + (report.needYou() > 0 ? "; " + needing(report) : "") + ".");
            screen().next("waybill restore " + waybill.show(file) + " --into " + table.text());
        }
        return exit;
    }

    static String needing(RunReport report) {
        Map<io.waybill.ledger.State, RunSummary.Count> counts = new java.util.EnumMap<>(io.waybill.ledger.State.class);
        report.items().forEach((state, items) -> {
            if (state.needsYou()) {
                counts.put(state, new RunSummary.Count(items, 0));
            }
        });
        return RunSummary.words(counts);
    }
}
