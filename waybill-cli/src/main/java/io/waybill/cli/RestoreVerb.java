package io.waybill.cli;

import io.waybill.engine.RefusedException;
import io.waybill.engine.RunReport;
import io.waybill.ledger.State;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.plan.StoreSpec;
import io.waybill.report.Figures;
import io.waybill.report.RunJson;
import io.waybill.store.Store;
import io.waybill.store.TableStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts the rows of a backup into a table. */
@Command(
        description = {
            "Rows that are missing are added, rows that differ are replaced, rows that the backup does not have stay. Each is"
                    + " read back. What was replaced is kept in the ledger of the restore."
        },
        footer = {
            "waybill restore orders.jsonl --into db:orders",
            "waybill restore orders.jsonl --into test:orders --yes"
        })
final class RestoreVerb extends Verb {
    @Parameters(index = "0", paramLabel = "FILE", description = "A file that backup wrote.")
    String file = "";

    @Option(
            names = "--into",
            paramLabel = "STORE:TABLE",
            required = true,
            description = "The table, of a store of the plan.")
    String into = "";

    RestoreVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    List<Exit> exits() {
        return List.of(Exit.NEEDS_YOU, Exit.LOCKED, Exit.UNAVAILABLE, Exit.REFUSED, Exit.INTERRUPTED, Exit.TERMINATED);
    }

    @Override
    Exit call() throws IOException, PlanException, RefusedException {
        TableCopies.Address table = TableCopies.Address.parse(into);
        Path backup = waybill.path(file);
        if (!Files.isRegularFile(backup)) {
            throw new CliException(Code.USAGE, "Cannot restore " + waybill.show(backup) + ": there is no such file.");
        }
        List<String> key = key(table);
        new Consent(waybill)
                .moderate("This replaces the rows of " + table.text() + " that differ from " + waybill.show(backup)
                        + ".");
        screen().message("restoring " + waybill.show(backup) + " into " + table.text());
        RunReport report = new TableCopies(waybill).restore(backup, table, key);
        long written = report.items(State.VERIFIED);
        long same = report.items(State.SAME);
        Exit exit = report.needYou() > 0 ? Exit.NEEDS_YOU : Exit.DONE;
        if (screen().isJson()) {
            Map<String, @Nullable Object> document = RunJson.document();
            document.put("table", table.text());
            document.put("file", waybill.show(backup));
            document.put("written", written);
            document.put("same", same);
            document.put("exit", exit.code());
            screen().document(document);
        } else {
            screen().line("Restored " + Figures.count(written, "row") + " of " + table.text() + ", "
                    + Figures.count(same) + " were the same"
                    + (report.needYou() > 0 ? "; " + BackupVerb.needing(report) : "") + ".");
        }
        return exit;
    }

    /** The key of the table, from its store. */
    private List<String> key(TableCopies.Address table) throws IOException, PlanException {
        Plan plan = waybill.workplace().plan();
        if (!plan.stores().containsKey(table.store())) {
            throw new CliException(
                    Code.USAGE,
                    "The plan has no store " + table.store() + ". It has: "
                            + String.join(", ", plan.stores().keySet()) + ".");
        }
        StoreSpec spec = plan.store(table.store());
        try (Store store = Providers.of(spec)
                .open(spec.settings(plan.folder(), waybill.surroundings().environment()))) {
            if (store instanceof TableStore tables) {
                return tables.table(table.table()).key();
            }
        }
        throw new CliException(Code.USAGE, "Store " + table.store() + " holds files, not tables.");
    }
}
