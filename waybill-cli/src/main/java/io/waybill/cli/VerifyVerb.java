package io.waybill.cli;

import io.waybill.engine.Migration;
import io.waybill.engine.RefusedException;
import io.waybill.engine.VerifyOptions;
import io.waybill.engine.VerifyReport;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Run;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.report.Csv;
import io.waybill.report.Figures;
import io.waybill.report.Grid;
import io.waybill.report.HtmlReport;
import io.waybill.report.Items;
import io.waybill.report.RunJson;
import io.waybill.report.Texts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares targets with the ledger, by content. */
@Command(
        description = {
            "A target counts as the same when it was read back and its SHA-256 is the source's, or when the store's own"
                    + " checksum says so and the store was found honest about it. Without a run: the newest entry of"
                    + " every item."
        },
        footer = {
            "waybill verify",
            "waybill verify r1 --read",
            "waybill verify --sample 5%",
            "waybill verify -o diff.csv"
        })
final class VerifyVerb extends Verb {
    private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,3})?)%?");
    private static final Pattern PART = Pattern.compile("([0-9]{1,4})/([0-9]{1,4})");
    private static final int SHOWN = 10;

    @Parameters(index = "0", arity = "0..1", paramLabel = "RUN", description = "For example r1. Default: all")
    @Nullable
    String run;

    @Option(names = "--read", description = "Read every target back, also where the store's checksum would count.")
    boolean read;

    @Option(
            names = "--sample",
            paramLabel = "SHARE",
            description = "Only a share, for example 5%; by key, so the same each time.")
    @Nullable
    String sample;

    @Option(
            names = "--part",
            paramLabel = "I/N",
            description = "Only the i-th of n parts; all n together are everything.")
    @Nullable
    String part;

    @Option(names = "--both-ways", description = "Also look for items at the targets that no entry knows.")
    boolean bothWays;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write what is not the same as CSV.")
    @Nullable
    String output;

    @Mixin
    SelectorOptions which = new SelectorOptions();

    VerifyVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    List<Exit> exits() {
        return List.of(Exit.DIFFERENT, Exit.LOCKED, Exit.UNAVAILABLE, Exit.REFUSED, Exit.INTERRUPTED, Exit.TERMINATED);
    }

    @Override
    boolean writesJsonLines() {
        return true;
    }

    @Override
    Exit call() throws IOException, PlanException, RefusedException {
        VerifyOptions options = options();
        Plan plan = waybill.workplace().plan();
        String ledger = waybill.show(waybill.workplace().ledger().path());
        if (screen().isJson()) {
            Map<String, @Nullable Object> line = RunJson.document();
            line.put("type", "started");
            line.put("plan", plan.name());
            line.put("ledger", ledger);
            screen().jsonLine(line);
        } else {
            screen().message(plan.name() + " · ledger " + ledger + " · comparing, nothing is written to any store");
        }
        try (LedgerReader reader = waybill.workplace().ledger().read()) {
            if (options.selector().run() != null) {
                RunChoice.require(reader, options.selector().run());
            }
            which.require(reader, options.selector());
        }
        Logs.open(waybill, "verify");
        Migration migration = waybill.workplace().migration("verify");
        Work.Answer<VerifyReport> answer = Work.answer(waybill, migration, "verify", () -> migration.verify(options));
        VerifyReport report = answer.value();
        Exit exit = !report.complete() && answer.stopped() != null
                ? answer.stopped()
                : report.allSame() ? Exit.DONE : Exit.DIFFERENT;
        end(options, report, exit);
        return exit;
    }

    private VerifyOptions options() {
        Selector selector = which.selector(run);
        if (sample != null && part != null) {
            throw new CliException(Code.USAGE, "--sample and --part exclude each other. Give one.");
        }
        double percent = 100;
        if (sample != null) {
            Matcher form = PERCENT.matcher(sample);
            percent = form.matches() ? Double.parseDouble(form.group(1)) : 0;
            if (percent <= 0 || percent > 100) {
                throw new CliException(
                        Code.USAGE, "--sample takes a share such as 5%, not " + Texts.safe(sample) + ".");
            }
        }
        int one = 1;
        int of = 1;
        if (part != null) {
            Matcher form = PART.matcher(part);
            one = form.matches() ? Integer.parseInt(form.group(1)) : 0;
            of = form.matches() ? Integer.parseInt(form.group(2)) : 0;
            if (one < 1 || one > of) {
                throw new CliException(Code.USAGE, "--part takes a part such as 1/5, not " + Texts.safe(part) + ".");
            }
        }
        return new VerifyOptions(selector, read, percent, one, of, bothWays);
    }

    private void end(VerifyOptions options, VerifyReport report, Exit exit) throws IOException, PlanException {
        List<LedgerReader.VerdictLine> some;
        List<LedgerReader.BatchAccount> batches;
        Path html = null;
        try (LedgerReader ledger = waybill.workplace().ledger().read()) {
            some = ledger.verdicts(report.id(), SHOWN);
            batches = ledger.accounts(options.selector().withStates(EnumSet.noneOf(State.class)), report.id());
            if (output != null) {
                csv(ledger, report.id(), waybill.path(output));
            }
            Run about = RunChoice.orNewest(ledger, options.selector().run());
            if (about != null) {
                html = waybill.workplace().beside("reports").resolve(about.name() + "-verify.html");
                Files.createDirectories(html.getParent());
                Files.writeString(
                        html,
                        HtmlReport.of(
                                ledger,
                                about,
                                Selector.ALL,
                                waybill.surroundings().clock().millis(),
                                Version.text()));
            }
        }
        if (screen().isJson()) {
            json(report, some, batches, html, exit);
            return;
        }
        long compared = report.same() + report.different();
        String how = report.readBack() >= compared
                ? "read back " + Figures.count(report.readBack(), "target") + ", " + Figures.bytes(report.bytes())
                : report.readBack() == 0
                        ? "compared " + Figures.count(compared, "target") + " by the store's proven checksums"
                        : "compared " + Figures.count(compared, "target") + ", " + Figures.count(report.readBack())
                                + " of them read back, " + Figures.bytes(report.bytes());
        StringBuilder found = new StringBuilder(Figures.count(report.same())).append(" same");
        add(found, report.different(), "different");
        add(found, report.missing(), "missing");
        add(found, report.extra(), "extra");
        screen().line(how + ", " + Figures.duration(report.millis()) + ": " + found
                + (report.complete() ? "" : "; stopped, the same command goes on"));
        for (LedgerReader.VerdictLine verdict : some) {
            String line = "  " + Texts.pad(verdict.verdict(), 9) + "  " + Items.display(verdict.key())
                    + (verdict.detail().isEmpty() ? "" : "   " + Texts.safe(verdict.detail()));
            screen().line(screen().width() == 0 ? line : Texts.cut(line, screen().width()));
        }
        long more = report.different() + report.missing() + report.extra() - some.size();
        if (more > 0) {
            screen().line("  and " + Figures.count(more) + " more: waybill verify -o diff.csv");
        }
        batches(batches);
        if (report.missing() > 0) {
            screen().message("What is missing can be written again: waybill run --failed");
        }
        if (report.changedSources() > 0) {
            screen().message(Figures.count(report.changedSources(), "source")
                    + " changed since they were copied; the next" + " run takes them: waybill run");
        }
        if (html != null) {
            screen().message("Report: " + waybill.show(html));
        }
    }

    private void batches(List<LedgerReader.BatchAccount> batches) {
        List<LedgerReader.BatchAccount> wrong =
                batches.stream().filter(batch -> batch.wrong() > 0).toList();
        if (wrong.isEmpty()) {
            return;
        }
        screen().line(Figures.count(wrong.size()) + " of " + Figures.count(batches.size())
                + (batches.size() == 1 ? " batch" : " batches") + " not complete:");
        Grid grid = new Grid("llllll");
        wrong.stream().limit(SHOWN).forEach(batch -> grid.row(BatchText.cells(batch)));
        grid.lines(screen().width()).forEach(screen()::line);
        if (wrong.size() > SHOWN) {
            screen().line("  and " + Figures.count(wrong.size() - SHOWN) + " more: waybill report --of batches");
        }
    }

    private static void add(StringBuilder found, long count, String what) {
        if (count > 0) {
            found.append(", ").append(Figures.count(count)).append(' ').append(what);
        }
    }

    private static void csv(LedgerReader ledger, long verification, Path path) throws IOException {
        StringBuilder text = new StringBuilder(Csv.line(List.of("verdict", "item", "detail", "key")));
        for (LedgerReader.VerdictLine verdict : ledger.verdicts(verification, Integer.MAX_VALUE)) {
            text.append(Csv.line(List.of(
                    verdict.verdict(), Items.display(verdict.key()), Texts.safe(verdict.detail()), verdict.key())));
        }
        Files.write(path, text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void json(
            VerifyReport report,
            List<LedgerReader.VerdictLine> some,
            List<LedgerReader.BatchAccount> batches,
            @Nullable Path html,
            Exit exit) {
        Map<String, @Nullable Object> line = RunJson.document();
        line.put("type", "result");
        line.put("same", report.same());
        line.put("different", report.different());
        line.put("missing", report.missing());
        line.put("extra", report.extra());
        line.put("conflicts", report.conflicts());
        line.put("bytes", report.bytes());
        line.put("read_back", report.readBack());
        line.put("changed_sources", report.changedSources());
        line.put("millis", report.millis());
        line.put("complete", report.complete());
        List<Map<String, Object>> verdicts = new ArrayList<>();
        for (LedgerReader.VerdictLine verdict : some) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("verdict", verdict.verdict());
            fields.put("item", Items.display(verdict.key()));
            fields.put("key", verdict.key());
            fields.put("detail", Texts.safe(verdict.detail()));
            verdicts.add(fields);
        }
        line.put("samples", verdicts);
        line.put("batches", batches.size());
        line.put(
                "incomplete_batches",
                batches.stream()
                        .filter(batch -> batch.wrong() > 0)
                        .limit(SHOWN)
                        .map(BatchText::fields)
                        .toList());
        line.put("report", html == null ? null : waybill.show(html));
        line.put("exit", exit.code());
        screen().jsonLine(line);
    }
}
