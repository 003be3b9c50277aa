package io.waybill.cli;

import io.waybill.engine.RefusedException;
import io.waybill.plan.PlanException;
import io.waybill.report.Texts;
import java.io.IOException;
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
        return argument.matches("[A-Za-z0-9_./:@%+=,-]+") ? argument : "'" + Texts.safe(argument).replace("'", "'\\''") + "'";
    }

    @Override
    Exit call() throws IOException, PlanException, RefusedException {
        if (waybill.planFile != null) {
            throw new CliException(Code.USAGE, "copy makes its own plan; --plan-file does not go with it.");
        }
        if (!which.moves.isEmpty() || !which.batches.isEmpty() || which.run != null) {
            throw new CliException(Code.USAGE, "copy has one move; of the selectors it takes --group, --match, --where,"
                    + " --since, --before, --limit and --failed.");
        }
        CopyPlan plan = CopyPlan.of(waybill, source, target);
        waybill.workplace(new Workplace(waybill, plan.yaml()));
        return super.call();
    }

    @Override
    List<Exit> exits() {
        return super.exits();
    }
}
