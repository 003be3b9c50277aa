package io.waybill.cli;

import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Run;
import io.waybill.plan.PlanException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows everything once on sample files with a pretend S3, and leaves it there to play with. */
@Command(
        description = {
            "Makes a folder with some hundred sample files, among them odd names, an empty file and one of 64 MiB, then runs"
                    + " plan, run, status, verify, rollback and run again on them, showing each command. Needs no account"
                    + " and no network. May be run again."
        },
        footer = {"waybill demo", "waybill demo --dir /tmp/try"})
final class DemoVerb extends Verb {
    private static final String PLAN = """
            waybill: 1
            name: demo
            stores:
              disk: ./data
              cloud: demo-s3:./cloud     # a pretend S3 inside waybill, its objects in this folder
            moves:
              - from: ["disk:notes/", "disk:photos/", "disk:odd names/", "disk:large/"]
                to: cloud:demo/
            """;

    @Option(names = "--dir", paramLabel = "FOLDER", description = "Where. Default: waybill-demo")
    String dir = "waybill-demo";

    @Option(names = "--large", hidden = true, description = "Bytes of the large file.")
    long large = 64L << 20;

    DemoVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    List<Exit> exits() {
        return List.of(Exit.UNAVAILABLE, Exit.REFUSED, Exit.INTERRUPTED, Exit.TERMINATED);
    }

    @Override
    Exit call() throws IOException, PlanException {
        Path folder = waybill.path(dir);
        Path plan = folder.resolve(Workplace.USUAL);
        boolean again = Files.exists(plan);
        if (again && !Files.readString(plan).equals(PLAN)) {
            throw new CliException(
                    Code.REFUSED,
                    "Cannot show the demo in " + waybill.show(folder)
                            + ": its waybill.yaml is not the demo's. Nothing was"
                            + " changed. Give another folder with --dir.");
        }
        say((again ? "Using" : "Making") + " sample files in " + waybill.show(folder) + " ...");
        Samples.all(folder.resolve("data"), large);
        Files.writeString(plan, PLAN);
        say("The plan, " + waybill.show(plan) + ":");
        for (String line : PLAN.strip().split("\n", -1)) {
            say("    " + line);
        }
        Surroundings there = waybill.surroundings().in(folder);
        for (String[] command : new String[][] {{"plan"}, {"run"}, {"status"}, {"verify"}}) {
            Exit exit = step(there, command);
            if (exit != Exit.DONE) {
                return exit;
            }
        }
        String newest = newest(there);
        Exit exit = step(there, "rollback", newest, "--yes=" + newest);
        exit = exit == Exit.DONE ? step(there, "run") : exit;
        if (exit == Exit.DONE) {
            ending(folder);
        }
        return exit;
    }

    private void say(String line) {
        screen().message(line);
    }

    /** Shows a command and carries it out as if it had been typed. */
    private Exit step(Surroundings there, String... command) {
        screen().flush();
        screen().message("");
        screen().raw(screen().styledMessage(Screen.Style.BOLD, "$ waybill " + String.join(" ", command)) + "\n");
        List<String> arguments = new ArrayList<>(List.of(command));
        if (waybill.noColor) {
            arguments.add("--no-color");
        }
        if (waybill.progress != null) {
            arguments.add("--progress=" + waybill.progress);
        }
        if (waybill.quiet) {
            arguments.add("--quiet");
        }
        int code = Cli.run(arguments, there);
        for (Exit exit : Exit.values()) {
            if (exit.code() == code) {
                return exit;
            }
        }
        return Exit.INTERNAL;
    }

    /** The newest run that can be rolled back. */
    private static String newest(Surroundings there) throws PlanException, LedgerException {
        try (LedgerReader ledger = new Waybill(there).workplace().ledger().read()) {
            Run run = RunChoice.orNewest(ledger, null);
            return run == null ? "r1" : run.name();
        }
    }

    private void ending(Path folder) {
        screen().flush();
        say("");
        say("That was: plan, run, status, verify, rollback, run. Everything is in " + waybill.show(folder)
                + "; delete the folder when you are done.");
        say("Try next:");
        say("    cd " + waybill.show(folder));
        say("    waybill items --match '*/odd*/**'       the ledger, item by item");
        say("    waybill report --format html -o r.html  a page for the ticket");
        say("    echo more >> data/notes/2024-02/note-001.txt; waybill plan; waybill run");
        say("    kill it in the middle and run it again; it goes on where it was");
        say("Your own files:  waybill init --from ./folder --to 's3://bucket/prefix?region=eu-west-1'");
    }
}
