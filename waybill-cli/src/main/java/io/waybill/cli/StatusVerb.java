package io.waybill.cli;

import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerFile;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.LedgerReader.BatchLine;
import io.waybill.ledger.Run;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says how the newest run, or a given one, stands. */
@Command(
        description = "Reads the ledger and nothing else, so it never disturbs a run.",
        footer = {
            "waybill status",
            "waybill status --watch",
            "waybill status r3 --by group",
            "waybill status --move media --match 'notes/**'"
        })
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

    @Mixin
    SelectorOptions which = new SelectorOptions();

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
        Selector selector = which.selector(run);
        if (!file.exists() && selector.run() == null && !selector.isPartial()) {
            nothing(file);
            return Exit.DONE;
        }
        try (LedgerReader ledger = file.read()) {
            show(file, ledger, selector);
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
                show(file, ledger, selector);
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

    private void show(LedgerFile file, LedgerReader ledger, Selector selector) throws LedgerException {
        Run chosen = selector.run() == null && !selector.isPartial()
                ? newest(ledger)
                : RunChoice.orNewest(ledger, selector.run());
        String holder = file.holder();
        if (chosen == null) {
            nothing(file);
            return;
        }
        which.known(ledger, selector.withRun(chosen.id()));
        RunSummary summary = RunSummary.of(ledger, chosen, selector, 5);
        if (screen().isJson()) {
            json(file, ledger, summary, selector, holder);
            screen().flush();
            return;
        }
        long now = waybill.surroundings().clock().millis();
        StatusText.print(screen(), summary, holder != null, now);
        if (isByBatch()) {
            batches(ledger, chosen, selector).forEach(screen()::line);
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

    /** The newest of all, a rollback too. */
    private static @Nullable Run newest(LedgerReader ledger) throws LedgerException {
        List<Run> runs = ledger.runs();
        return runs.isEmpty() ? null : runs.get(runs.size() - 1);
    }

    private boolean isByBatch() {
        return "batch".equals(by) || !which.batches.isEmpty();
    }

    /** The counters of one batch, its states together. */
    private static final class Batch {
        final Map<String, Long> states = new LinkedHashMap<>();
        long items;
        long bytes;
        long started;
        long finished;
        long done;

        void add(State state, long moreItems, long moreBytes, long began, long ended) {
            states.merge(state.word(), moreItems, Long::sum);
            items += moreItems;
            bytes += moreBytes;
            done += state.isDone() ? moreItems : 0;
            started = started == 0 ? began : began == 0 ? started : Math.min(started, began);
            finished = Math.max(finished, ended);
        }
    }

    private static Map<Integer, Batch> collect(LedgerReader ledger, Run chosen, Selector selector)
            throws LedgerException {
        Map<Integer, Batch> batches = new LinkedHashMap<>();
        if (selector.isPartial()) {
            ledger.entries(selector.withRun(chosen.id()), 0, entry -> {
                batches.computeIfAbsent(entry.batch(), n -> new Batch())
                        .add(entry.state(), entry.items(), entry.size(), entry.started(), entry.finished());
                return true;
            });
        } else {
            for (BatchLine line : ledger.batches(chosen.id())) {
                batches.computeIfAbsent(line.batch(), n -> new Batch())
                        .add(line.state(), line.items(), line.bytes(), line.started(), line.finished());
            }
        }
        return batches;
    }

    private List<String> batches(LedgerReader ledger, Run chosen, Selector selector) throws LedgerException {
        Grid grid = new Grid("lrrrrl");
        collect(ledger, chosen, selector)
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

    private void json(
            LedgerFile file, LedgerReader ledger, RunSummary summary, Selector selector, @Nullable String holder)
            throws LedgerException {
        Map<String, @Nullable Object> document = RunJson.document();
        document.put("ledger", file.path().toString());
        document.put("active", holder == null ? null : Texts.safe(holder));
        document.putAll(RunJson.summary(summary));
        document.put("interrupted", StatusText.isInterrupted(summary, holder != null));
        if (isByBatch()) {
            List<Map<String, Object>> lines = new ArrayList<>();
            collect(ledger, summary.run(), selector).forEach((number, sum) -> {
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
