package io.waybill.cli;

import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerFile;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.LedgerReader.BatchLine;
import io.waybill.ledger.Run;
import io.waybill.plan.PlanException;
import io.waybill.report.Figures;
import io.waybill.report.Grid;
import io.waybill.report.RunJson;
import io.waybill.report.RunSummary;
import io.waybill.report.Texts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says how the newest run, or a given one, stands. */
@Command(
        description = "Reads the ledger and nothing else, so it never disturbs a run.",
        footer = {"waybill status", "waybill status --watch", "waybill status r3 --by group"})
final class StatusVerb extends Verb {
    static final List<String> BY = List.of("move", "group", "batch");

    @Parameters(index = "0", arity = "0..1", paramLabel = "RUN", description = "For example r1. Default: the newest")
    @Nullable
    String run;

    @Option(names = "--watch", description = "Again every second until the run is over or Ctrl-C.")
    boolean watch;

    @Option(names = "--by", paramLabel = "WHAT", description = "One line for each move, group or batch.")
    @Nullable
    String by;

    @Option(names = "--batch", paramLabel = "BATCH", description = "Only this batch, for example r1.3.")
    @Nullable
    String batch;

    StatusVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    List<Exit> exits() {
        return List.of(Exit.UNAVAILABLE, Exit.REFUSED);
    }

    @Override
    Exit call() throws PlanException, LedgerException {
        if (by != null && !BY.contains(by)) {
            throw new CliException(
                    Code.USAGE, "--by is one of " + String.join(", ", BY) + ", not " + Texts.safe(by) + ".");
        }
        LedgerFile file = waybill.workplace().ledger();
        Integer wanted = run == null ? null : (Integer) RunName.parse(run);
        if (!file.exists() && wanted == null && batch == null) {
            nothing(file);
            return Exit.DONE;
        }
        try (LedgerReader ledger = file.read()) {
            show(file, ledger);
            while (watch && file.holder() != null && !screen().isClosed()) {
                try {
                    Thread.sleep(1000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    break;
                }
                if (screen().terminal().out() && !screen().isJson()) {
                    screen().text("\u001b[H\u001b[J");
                }
                show(file, ledger);
            }
        }
        return Exit.DONE;
    }

    private void nothing(LedgerFile file) {
        if (screen().isJson()) {
            Map<String, @Nullable Object> document = RunJson.document();
            document.put("ledger", file.path().toString());
            document.put("run", null);
            screen().document(document);
        } else {
            screen().line("No runs yet: there is no ledger " + waybill.show(file.path()) + ".");
            screen().next("waybill plan");
        }
    }

    private void show(LedgerFile file, LedgerReader ledger) throws LedgerException {
        Run chosen = choose(ledger);
        String holder = file.holder();
        if (chosen == null) {
            nothing(file);
            return;
        }
        RunSummary summary = RunSummary.of(ledger, chosen, 5);
        if (screen().isJson()) {
            json(file, ledger, summary, holder);
            screen().flush();
            return;
        }
        long now = waybill.surroundings().clock().millis();
        StatusText.print(screen(), summary, holder != null, now);
        if ("batch".equals(by) || batch != null) {
            batches(ledger, chosen).forEach(screen()::line);
        } else if (by != null || summary.groups().size() > 1) {
            StatusText.table(screen(), summary, "move".equals(by)).forEach(line -> screen().line("    " + line));
        }
        String active = holder == null ? "No run is active." : Texts.safe(holder) + " is at work.";
        String last = active + " Last verify: " + StatusText.verified(summary.verification(), now) + ".";
        screen().text(screen().width() == 0 ? last + "\n" : Manual.wrap(last, 0, screen().width()));
        screen().next(next(summary, holder));
        screen().flush();
    }

    private static String next(RunSummary summary, @Nullable String holder) {
        Run run = summary.run();
        if (holder != null) {
            return "waybill status --watch";
        } else if (run.kind().equals("rollback")) {
            return run.state().equals("finished") ? "waybill run" : "waybill rollback r" + run.ofRun();
        } else if (summary.open() > 0) {
            return "waybill run";
        } else if (summary.needYou() > 0) {
            return "waybill items --failed";
        }
        return "waybill verify";
    }

    private @Nullable Run choose(LedgerReader ledger) throws LedgerException {
        RunName.Batch named = batch == null ? null : RunName.batch(batch);
        if (run == null && (named == null || named.run() == null)) {
            List<Run> runs = ledger.runs();
            return runs.isEmpty() ? null : runs.get(runs.size() - 1);
        }
        int id = run != null ? RunName.parse(run) : named != null && named.run() != null ? named.run() : 0;
        return RunChoice.require(ledger, id);
    }

    /** The counters of one batch, its states together. */
    private static final class Batch {
        final Map<String, Long> states = new LinkedHashMap<>();
        long items;
        long bytes;
        long started;
        long finished;
        long done;
    }

    private Map<Integer, Batch> collect(LedgerReader ledger, Run chosen) throws LedgerException {
        Integer only = batch == null ? null : (Integer) RunName.batch(batch).number();
        Map<Integer, Batch> batches = new LinkedHashMap<>();
        for (BatchLine line : ledger.batches(chosen.id())) {
            if (only == null || only == line.batch()) {
                Batch sum = batches.computeIfAbsent(line.batch(), n -> new Batch());
                sum.states.merge(line.state().word(), line.items(), Long::sum);
                sum.items += line.items();
                sum.bytes += line.bytes();
                sum.done += line.state().isOpen() ? 0 : line.items();
                sum.started = sum.started == 0 ? line.started() : Math.min(sum.started, line.started());
                sum.finished = Math.max(sum.finished, line.finished());
            }
        }
        return batches;
    }

    private List<String> batches(LedgerReader ledger, Run chosen) throws LedgerException {
        Grid grid = new Grid("lrrrrl");
        collect(ledger, chosen)
                .forEach((number, batch) -> grid.row(
                        "    " + chosen.name() + "." + number,
                        Figures.percent(batch.done, batch.items) + "%",
                        Figures.count(batch.items, "item"),
                        Figures.bytes(batch.bytes),
                        batch.finished > batch.started && batch.started > 0
                                ? Figures.duration(batch.finished - batch.started)
                                : "",
                        String.join(
                                ", ",
                                batch.states.entrySet().stream()
                                        .map(state -> Figures.count(state.getValue()) + " " + state.getKey())
                                        .toList())));
        return grid.lines(screen().width());
    }

    private void json(LedgerFile file, LedgerReader ledger, RunSummary summary, @Nullable String holder)
            throws LedgerException {
        Map<String, @Nullable Object> document = RunJson.document();
        document.put("ledger", file.path().toString());
        document.put("active", holder == null ? null : Texts.safe(holder));
        document.putAll(RunJson.summary(summary));
        document.put("interrupted", StatusText.isInterrupted(summary, holder != null));
        if ("batch".equals(by) || batch != null) {
            List<Map<String, Object>> lines = new ArrayList<>();
            collect(ledger, summary.run()).forEach((number, sum) -> {
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("batch", summary.run().name() + "." + number);
                line.put("items", sum.items);
                line.put("bytes", sum.bytes);
                line.put("states", sum.states);
                lines.add(line);
            });
            document.put("batches", lines);
        }
        if (watch) {
            screen().jsonLine(document);
        } else {
            screen().document(document);
        }
    }
}
