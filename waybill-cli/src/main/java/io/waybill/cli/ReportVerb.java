package io.waybill.cli;

import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.LedgerReader.BatchAccount;
import io.waybill.ledger.LedgerReader.VerificationLine;
import io.waybill.ledger.Run;
import io.waybill.ledger.Selector;
import io.waybill.plan.PlanException;
import io.waybill.report.Csv;
import io.waybill.report.Figures;
import io.waybill.report.Grid;
import io.waybill.report.HtmlReport;
import io.waybill.report.Integrity;
import io.waybill.report.Items;
import io.waybill.report.Json;
import io.waybill.report.RunJson;
import io.waybill.report.RunSummary;
import io.waybill.report.TextReport;
import io.waybill.report.Texts;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a report about a run. */
@Command(
        description = {
            "text: the summary. json: the summary as JSON. csv: one line per item. html: one page for tickets and audits,"
                    + " with summary, groups, what needs you, the last verify; no script, nothing loaded."
        },
        footer = {
            "waybill report",
            "waybill report r1 --format html -o r1.html",
            "waybill report --format csv --failed -o failed.csv",
            "waybill report --format html,csv,json -o reports/",
            "waybill report r1 --of batches --format csv -o batches.csv",
            "waybill report --of audit --format csv -o audit.csv"
        })
final class ReportVerb extends Verb {
    static final List<String> FORMATS = List.of("text", "json", "csv", "html");
    private static final List<String> ABOUT = List.of("run", "batches", "audit");

    @Parameters(index = "0", arity = "0..1", paramLabel = "RUN", description = "For example r1. Default: the newest")
    @Nullable
    String run;

    @Option(names = "--format", paramLabel = "LIST", description = "One or more of text (default), json, csv, html.")
    @Nullable
    String format;

    @Option(
            names = "--of",
            paramLabel = "WHAT",
            description = "run (default); batches: of files that rows name, how many are named, proven, told, missing;"
                    + " audit: who ran, verified and rolled back what and when, and what became of each item.")
    String about = "run";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "PATH",
            description = "A file; for several formats a folder. Default: standard output")
    @Nullable
    String output;

    @Mixin
    SelectorOptions which = new SelectorOptions();

    ReportVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    List<Exit> exits() {
        return List.of(Exit.UNAVAILABLE, Exit.REFUSED);
    }

    @Override
    Exit call() throws IOException, PlanException {
        if (!ABOUT.contains(about)) {
            throw new CliException(
                    Code.USAGE, "--of is one of " + String.join(", ", ABOUT) + ", not " + Texts.safe(about) + ".");
        }
        List<String> formats = formats();
        if (!about.equals("run") && formats.contains("html")) {
            throw new CliException(
                    Code.USAGE, "A report of " + about + " is text, json or csv. Leave html out, or --of.");
        }
        if (formats.size() > 1 && output == null) {
            throw new CliException(Code.USAGE, "Several formats need a folder to write to: -o FOLDER");
        }
        Selector selector = which.selector(run);
        if (about.equals("audit") && selector.isPartial()) {
            throw new CliException(
                    Code.USAGE, "A report of audit is about a run or all of them. Leave out " + which.text() + ".");
        }
        try (LedgerReader ledger = waybill.workplace().ledger().read()) {
            Run chosen = RunChoice.orNewest(ledger, selector.run());
            if (chosen == null) {
                throw new CliException(Code.USAGE, "There is no run to report on yet. Begin with: waybill plan");
            }
            which.known(ledger, selector.withRun(chosen.id()));
            for (String one : formats) {
                if (output == null) {
                    write(ledger, chosen, selector, one, screen()::text);
                } else {
                    file(ledger, chosen, selector, one, formats.size() > 1);
                }
            }
        }
        return Exit.DONE;
    }

    private List<String> formats() {
        String chosen = format == null ? screen().isJson() ? "json" : "text" : format;
        List<String> formats = new ArrayList<>();
        for (String one : Arrays.asList(chosen.split(",", -1))) {
            String name = one.strip();
            if (!FORMATS.contains(name)) {
                throw new CliException(
                        Code.USAGE, "--format is of " + String.join(", ", FORMATS) + ", not " + Texts.safe(name) + ".");
            }
            formats.add(name);
        }
        return formats;
    }

    private void file(LedgerReader ledger, Run chosen, Selector selector, String one, boolean folder)
            throws IOException {
        String given = output == null ? "" : output;
        Path path = waybill.path(given);
        if (folder || given.endsWith("/") || Files.isDirectory(path)) {
            path = path.resolve(chosen.name() + (about.equals("run") ? "" : "-" + about) + "."
                    + (one.equals("text") ? "txt" : one));
        }
        Path parent = path.getParent();
        try {
            if (parent != null) {
                Files.createDirectories(parent);
            }
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                throw new CliException(
                        Code.USAGE,
                        "Cannot write the report " + waybill.show(path)
                                + ": it is no file. Give the name of a file, or leave -o out for the screen.");
            }
            // a half-written report never has the report's name; a link stays a link
            Path place = Files.exists(path) ? path.toRealPath() : path;
            Path draft = place.resolveSibling(place.getFileName() + ".new");
            try (PrintStream out = new PrintStream(Files.newOutputStream(draft), false, StandardCharsets.UTF_8)) {
                write(ledger, chosen, selector, one, out::print);
                if (out.checkError()) {
                    throw new IOException("the disk is full or the folder is gone");
                }
            } catch (IOException | RuntimeException e) {
                Files.deleteIfExists(draft);
                throw e;
            }
            Files.move(draft, place, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (LedgerException e) {
            throw e;
        } catch (IOException e) {
            throw new CliException(
                    Code.OUTPUT, "Cannot write the report " + waybill.show(path) + ": " + Failure.cause(e) + ".");
        }
        screen().message("Wrote " + waybill.show(path));
    }

    private void write(LedgerReader ledger, Run chosen, Selector selector, String one, Consumer<String> out)
            throws LedgerException {
        Integer of = selector.run();
        if (about.equals("audit")) {
            switch (one) {
                case "csv" -> AuditText.csv(ledger, of, out);
                case "json" -> AuditText.json(ledger, of, out);
                default -> AuditText.text(ledger, of, out);
            }
            return;
        } else if (about.equals("batches")) {
            batches(ledger, chosen, selector, one, out);
            return;
        }
        switch (one) {
            case "csv" -> csv(ledger, selector.withRun(chosen.id()), out);
            case "html" ->
                out.accept(HtmlReport.of(
                        ledger, chosen, selector, waybill.surroundings().clock().millis(), Version.text()));
            case "json" -> {
                Map<String, @Nullable Object> document = RunJson.document();
                document.putAll(RunJson.summary(RunSummary.of(ledger, chosen, selector, 50)));
                document.put("integrity", RunJson.integrity(Integrity.of(ledger, chosen)));
                out.accept(Json.document(document) + "\n");
            }
            default -> {
                int width = output == null ? screen().width() : 0;
                TextReport.lines(RunSummary.of(ledger, chosen, selector, 20), width)
                        .forEach(line -> out.accept(line + "\n"));
                TextReport.lines(Integrity.of(ledger, chosen), width).forEach(line -> out.accept(line + "\n"));
            }
        }
    }

    private void batches(LedgerReader ledger, Run chosen, Selector selector, String one, Consumer<String> out)
            throws LedgerException {
        VerificationLine verification =
                RunSummary.of(ledger, chosen, Selector.ALL, 0).verification();
        List<BatchAccount> batches =
                ledger.accounts(selector.withRun(chosen.id()), verification == null ? 0 : verification.id());
        switch (one) {
            case "csv" -> {
                out.accept(Csv.line(BatchText.columns()));
                batches.forEach(batch -> out.accept(Csv.line(BatchText.fields(batch).values().stream()
                        .map(Object::toString)
                        .toList())));
            }
            case "json" -> {
                Map<String, @Nullable Object> document = RunJson.document();
                document.put("run", chosen.name());
                document.put("last_verify", verification == null ? null : RunJson.verification(verification));
                document.put("batches", batches.stream().map(BatchText::fields).toList());
                out.accept(Json.document(document) + "\n");
            }
            default -> {
                Grid grid = new Grid("llllll");
                batches.forEach(batch -> grid.row(BatchText.cells(batch)));
                out.accept(
                        batches.isEmpty()
                                ? "No files that rows name are in " + chosen.name() + ".\n"
                                : Figures.count(batches.size()) + (batches.size() == 1 ? " batch" : " batches") + " of "
                                        + chosen.name() + "\n");
                grid.lines(output == null ? screen().width() : 0).forEach(line -> out.accept(line + "\n"));
            }
        }
    }

    private static void csv(LedgerReader ledger, Selector selector, Consumer<String> out) throws LedgerException {
        Items items = new Items(ledger);
        out.accept(Csv.line(Items.columns()));
        ledger.entries(selector, 0, entry -> {
            out.accept(Csv.line(items.cells(entry)));
            return true;
        });
    }
}
