package io.waybill.cli;

import io.waybill.engine.RefusedException;
import io.waybill.plan.CopyPlan;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanContext;
import io.waybill.plan.PlanException;
import io.waybill.plan.StoreSpec;
import io.waybill.report.Texts;
import io.waybill.store.FileKey;
import io.waybill.store.Store;
import io.waybill.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Copies without a plan file: makes a plan of one move in memory and runs it. */
@Command(
        description = {
            "A folder goes as a whole, each file with its path below it. The same command again goes on, or copies only"
                    + " what is new or changed. Afterwards status, items, verify, report and rollback work here without"
                    + " naming anything.",
            "SRC and DST are paths or URLs: ./data, s3://bucket/prefix?region=eu-west-1. A DST that ends in a slash, or"
                    + " is a folder, is a folder."
        },
        footer = {
            "waybill copy ./data s3://bucket/prefix",
            "waybill copy s3://bucket/prefix ./data --set limits.parallel=16",
            "waybill copy report.pdf s3://bucket/2024/"
        })
final class CopyVerb extends RunVerb {
    @Parameters(index = "0", paramLabel = "SRC", description = "What is copied: a folder, a file, a bucket.")
    String source = "";

    @Parameters(index = "1", paramLabel = "DST", description = "Where it goes.")
    String target = "";

    CopyVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    String again() {
        return "waybill copy " + quoted(source) + " " + quoted(target);
    }

    /** As a shell takes it. */
    private static String quoted(String argument) {
        return argument.matches("[A-Za-z0-9_./:@%+=,-]+")
                ? argument
                : "'" + Texts.safe(argument).replace("'", "'\\''") + "'";
    }

    @Override
    Exit call() throws IOException, PlanException, RefusedException {
        if (waybill.planFile != null) {
            throw new CliException(Code.USAGE, "copy makes its own plan; --plan-file does not go with it.");
        }
        if (!which.moves.isEmpty() || !which.batches.isEmpty() || which.run != null) {
            throw new CliException(
                    Code.USAGE,
                    "copy has one move; of the selectors it takes --group, --match, --where,"
                            + " --since, --before, --limit and --failed.");
        }
        Path folder = waybill.surroundings().folder();
        PlanContext context = waybill.workplace().context();
        CopyPlan.End from = source();
        CopyPlan.End to = CopyPlan.End.parse(target);
        boolean isFolder = !Addresses.isUrl(target) && Files.isDirectory(waybill.path(target));
        boolean isBesideAPlan = waybill.workplace().planFile() != null;
        waybill.workplace(new Workplace(waybill, CopyPlan.of(from, isFolder ? to.asFolder() : to, folder, context)));
        if (isBesideAPlan) {
            // else the next command would be about the plan
            screen().ofLedger(waybill.show(waybill.workplace().ledger().path()));
        }
        return super.call();
    }

    /** The source; whether it is a folder is seen from what stands there, if it was not said with a slash. */
    private CopyPlan.End source() throws IOException, PlanException {
        CopyPlan.End end = CopyPlan.End.parse(source);
        if (end.path().isEmpty() || end.path().endsWith("/") || end.path().indexOf('*') >= 0) {
            return end;
        } else if (!Addresses.isUrl(source)) {
            Path path = waybill.path(source);
            if (!Files.exists(path)) {
                throw new StoreException(
                        StoreException.Kind.NOT_FOUND,
                        "Cannot copy " + waybill.show(path)
                                + ": there is no such file or folder. Nothing was written.");
            }
            return Files.isDirectory(path) ? CopyPlan.End.parse(source + "/") : end;
        }
        Plan plan = Addresses.plan(waybill, end.store());
        StoreSpec spec = plan.store(Addresses.STORE);
        FileKey key = new FileKey(end.path());
        try (Store store = Providers.of(spec)
                .open(spec.settings(plan.folder(), waybill.surroundings().environment()))) {
            return store.find(List.of(key)).containsKey(key) ? end : end.asFolder();
        }
    }
}
