package io.waybill.report;

import io.waybill.ledger.Entry;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.LedgerReader.VerificationLine;
import io.waybill.ledger.Relation;
import io.waybill.ledger.Run;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/**
 * A run as one page of HTML that needs nothing else: no script, nothing loaded. Its size is bounded whatever the number of
 * items: groups and items beyond a limit are counted, not listed.
 */
public final class HtmlReport {
    private static final int MOST_GROUPS = 500;
    private static final int MOST_ITEMS = 200;
    private static final EnumSet<State> NEED = EnumSet.of(State.FAILED, State.CONFLICT, State.QUARANTINED, State.KEPT);

    private final LedgerReader ledger;
    private final RunSummary summary;
    private final Selector selector;
    private final long now;
    private final String version;
    private final Html html = new Html();

    private HtmlReport(LedgerReader ledger, RunSummary summary, Selector selector, long now, String version) {
        this.ledger = ledger;
        this.summary = summary;
        this.selector = selector;
        this.now = now;
        this.version = version;
    }

    /**
     * The page about what is selected of a run; {@code now} in milliseconds since 1970, {@code version} of the program that
     * writes it.
     */
    public static String of(LedgerReader ledger, Run run, Selector selector, long now, String version)
            throws LedgerException {
        return new HtmlReport(ledger, RunSummary.of(ledger, run, selector, 50), selector, now, version).page();
    }

    private String page() throws LedgerException {
        Run run = summary.run();
        html.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .raw("<meta name=\"color-scheme\" content=\"light dark\">\n")
                .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src"
                        + " 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n")
                .raw("<title>")
                .text(run.name() + " · " + summary.plan())
                .raw("</title>\n<style>\n")
                .raw(style())
                .raw("</style>\n</head>\n<body>\n<main>\n");
        head(run);
        tiles();
        units();
        groups();
        integrity();
        troubles();
        items();
        verification();
        history();
        html.raw("<footer>")
                .text("Written by waybill " + version + " on " + Items.time(now) + " from the ledger of series "
                        + ledger.meta("series") + ".")
                .raw("</footer>\n</main>\n</body>\n</html>\n");
        return html.toString();
    }

    private static String style() {
        try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
            if (in == null) {
                throw new IllegalStateException("report.css is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void head(Run run) {
        String kind = summary.needYou() > 0 ? "warn" : run.state().equals("finished") ? "good" : "open";
        html.raw("<header>\n<p class=\"brand\">waybill</p>\n<h1>")
                .text(summary.plan())
                .raw(" <span class=\"run\">")
                .text(run.name())
                .raw("</span></h1>\n")
                .element("p", " class=\"badge " + kind + "\"", summary.standing())
                .raw("\n<dl class=\"facts\">");
        fact("Started", or(Items.time(run.started()), "not yet"));
        fact("Ended", or(Items.time(run.ended()), run.state().equals("running") ? "at work" : "not yet"));
        fact("Worked", run.worked() == 0 ? "-" : Figures.duration(run.worked()));
        fact("Retries", Figures.count(run.retries()));
        if (!run.selector().isEmpty()) {
            fact("Only", run.selector());
        }
        if (summary.sourcesRemoved() > 0) {
            fact("Sources", Figures.count(summary.sourcesRemoved()) + " removed, their targets proven");
        }
        if (!summary.selection().isEmpty()) {
            fact("Shown", summary.selection());
        }
        if (run.message() != null && !run.message().isEmpty()) {
            fact("Message", run.message());
        }
        html.raw("</dl>\n</header>\n");
    }

    private static String or(@org.jspecify.annotations.Nullable String text, String other) {
        return text == null ? other : text;
    }

    private void fact(String name, String value) {
        html.raw("<div>").element("dt", "", name).element("dd", "", value).raw("</div>");
    }

    private void tiles() {
        html.raw("<section class=\"tiles\">\n");
        RunSummary.Count total = summary.total();
        tile("", Figures.count(total.items()), total.items() == 1 ? "item" : "items", Figures.bytes(total.bytes()));
        summary.counts()
                .forEach((state, count) -> tile(
                        " " + kind(state), Figures.count(count.items()), state.word(), Figures.bytes(count.bytes())));
        html.raw("</section>\n");
    }

    private void tile(String kind, String figure, String what, String bytes) {
        html.raw("<div class=\"tile" + kind + "\">")
                .element("b", "", figure)
                .element("span", "", what)
                .element("small", "", bytes)
                .raw("</div>\n");
    }

    /** The class of a state: good, warn, open or calm. */
    private static String kind(State state) {
        if (state.needsYou()) {
            return "warn";
        } else if (state.isOpen() || state == State.UNDOING) {
            return "open";
        }
        return state == State.SKIPPED || state == State.UNDONE ? "calm" : "good";
    }

    private void groups() {
        if (summary.groups().isEmpty()) {
            return;
        }
        html.raw(
                "<section>\n<h2>Groups</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>Move</th><th>Group</th>"
                        + "<th class=\"n\">Items</th><th class=\"n\">Size</th><th>Done</th><th>States</th></tr></thead>\n<tbody>\n");
        int shown = 0;
        for (RunSummary.Group group : summary.groups()) {
            if (shown++ == MOST_GROUPS) {
                break;
            }
            RunSummary.Count total = group.total();
            html.raw("<tr>")
                    .cell(group.move())
                    .raw("<td class=\"name\">")
                    .text(group.name())
                    .raw("</td>");
            html.figure(Figures.count(total.items())).figure(Figures.bytes(total.bytes()));
            html.raw("<td>");
            bar(group.counts(), total.items());
            html.raw("</td>").cell(RunSummary.words(group.counts())).raw("</tr>\n");
        }
        html.raw("</tbody></table></div>\n");
        more(summary.groups().size() - MOST_GROUPS, "more groups are in the ledger: waybill status --by group");
        html.raw("</section>\n");
    }

    /** What belonged together, as a picture and as a table. */
    private void units() throws LedgerException {
        if (selector.isPartial()) {
            return;
        }
        for (UnitGraph graph : UnitGraph.of(ledger, summary.run())) {
            html.raw("<section>\n<h2>What moves with ").text(graph.root()).raw("</h2>\n<div class=\"scroll\">\n");
            GraphPicture.draw(html, graph);
            html.raw("</div>\n");
            html.element(
                    "p",
                    " class=\"note\"",
                    "Rows and objects of move " + graph.move()
                            + " in this run, as the ledger has them. References are as they were"
                            + " when the run began, each with the number of rows that have it; dashed ones lead to rows that do not"
                            + " belong.");
            html.raw(
                    "<details><summary>All references</summary>\n<div class=\"scroll\"><table>\n<thead><tr><th>Rows of</th>"
                            + "<th>Reference</th><th>To</th><th>Rule</th><th class=\"n\">Rows</th></tr></thead>\n<tbody>\n");
            for (Relation each : graph.relations()) {
                if (each.kind() != Relation.Kind.ROOT && each.kind() != Relation.Kind.NAMES) {
                    html.raw("<tr>")
                            .cell(each.table())
                            .raw("<td class=\"name\">")
                            .text(each.reference())
                            .raw("</td>")
                            .cell(each.target())
                            .cell(GraphPicture.rule(each.kind()))
                            .figure(Figures.count(each.rows()))
                            .raw("</tr>\n");
                }
            }
            html.raw("</tbody></table></div></details>\n</section>\n");
        }
    }

    private void integrity() throws LedgerException {
        List<Integrity> moves = Integrity.of(ledger, summary.run());
        if (moves.isEmpty()) {
            return;
        }
        html.raw("<section>\n<h2>Counts and integrity</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>Move</th>"
                + "<th class=\"n\">Source</th><th class=\"n\">Target</th><th>Match</th>");
        for (Integrity.Check check : Integrity.Check.values()) {
            html.element("th", " class=\"n\"", check.word());
        }
        html.raw("</tr></thead>\n<tbody>\n");
        for (Integrity move : moves) {
            html.raw("<tr>")
                    .cell(move.move())
                    .figure(Figures.count(move.source()))
                    .figure(Figures.count(move.target()))
                    .raw("<td>")
                    .element(
                            "span",
                            " class=\"badge " + (move.matches() ? "good" : "warn") + "\"",
                            move.matches() ? "yes" : "no")
                    .raw("</td>");
            for (Integrity.Check check : Integrity.Check.values()) {
                html.figure(move.rows() ? Figures.count(move.broken(check)) : "-");
            }
            html.raw("</tr>\n");
        }
        html.raw("</tbody></table></div>\n");
        html.element(
                "p",
                " class=\"note\"",
                "Source: what this run took from it. Target: what of that stands there. Then the rows that were set aside, by what"
                        + " was wrong with them.");
        html.raw("</section>\n");
    }

    /** A bar of a hundred columns in a fixed grid; SVG needs no inline style. */
    private void bar(Map<State, RunSummary.Count> counts, long total) {
        html.raw("<svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"")
                .text(RunSummary.words(counts))
                .raw("\">");
        double at = 0;
        for (Map.Entry<State, RunSummary.Count> count : counts.entrySet()) {
            double width = total == 0 ? 0 : 100.0 * count.getValue().items() / total;
            html.raw(String.format(
                    java.util.Locale.ROOT,
                    "<rect class=\"%s\" x=\"%.3f\" y=\"0\" width=\"%.3f\" height=\"8\"/>",
                    kind(count.getKey()),
                    at,
                    width));
            at += width;
        }
        html.raw("</svg>");
    }

    private void more(long count, String what) {
        if (count > 0) {
            html.element("p", " class=\"note\"", Figures.count(count) + " " + what);
        }
    }

    private void troubles() {
        html.raw("<section>\n<h2>What needs you</h2>\n");
        if (summary.troubles().isEmpty()) {
            html.element("p", " class=\"note\"", summary.open() > 0 ? "Nothing so far." : "Nothing.");
            html.raw("</section>\n");
            return;
        }
        html.raw("<div class=\"scroll\"><table>\n<thead><tr><th>State</th><th class=\"n\">Items</th><th>Cause</th>"
                + "<th>For example</th><th>What to do</th></tr></thead>\n<tbody>\n");
        for (RunSummary.Trouble trouble : summary.troubles()) {
            html.raw("<tr><td><span class=\"badge warn\">")
                    .text(trouble.state().word())
                    .raw("</span></td>")
                    .figure(Figures.count(trouble.items()))
                    .cell(trouble.message())
                    .raw("<td class=\"name\">")
                    .text(trouble.sample())
                    .raw("</td>")
                    .cell(trouble.advice())
                    .raw("</tr>\n");
        }
        html.raw("</tbody></table></div>\n</section>\n");
    }

    private void items() throws LedgerException {
        if (summary.needYou() == 0) {
            return;
        }
        List<Entry> entries = new ArrayList<>();
        Selector wanted = selector.isPartial() ? selector : selector.withStates(NEED);
        ledger.entries(wanted.withRun(summary.run().id()), 0, entry -> {
            if (NEED.contains(entry.state())) {
                entries.add(entry);
            }
            return entries.size() < MOST_ITEMS;
        });
        html.raw("<section>\n<h2>Items that need you</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>Item</th>"
                + "<th>State</th><th class=\"n\">Size</th><th>Source</th><th>Target</th><th>Reason</th></tr></thead>\n"
                + "<tbody>\n");
        for (Entry entry : entries) {
            html.raw("<tr>")
                    .cell(entry.name())
                    .cell(entry.state().word())
                    .figure(Figures.bytes(entry.size()))
                    .raw("<td class=\"name\">")
                    .text(Items.source(entry))
                    .raw("</td><td class=\"name\">")
                    .text(Items.target(entry))
                    .raw("</td>")
                    .cell(entry.error() == null ? "" : entry.error())
                    .raw("</tr>\n");
        }
        html.raw("</tbody></table></div>\n");
        more(summary.needYou() - entries.size(), "more are in the ledger: waybill items --failed");
        html.raw("</section>\n");
    }

    private void verification() throws LedgerException {
        html.raw("<section>\n<h2>Last verify</h2>\n");
        VerificationLine line = summary.verification();
        if (line == null) {
            html.element("p", " class=\"note\"", "Not since this run. Compare the targets with: waybill verify");
            html.raw("</section>\n");
            return;
        }
        long wrong = line.different() + line.missing() + line.extra();
        html.raw("<p>")
                .element(
                        "span",
                        " class=\"badge " + (wrong == 0 ? "good" : "warn") + "\"",
                        wrong == 0 ? "all same" : Figures.count(wrong) + " not the same")
                .text(" " + Figures.count(line.same()) + " same, " + Figures.count(line.different()) + " different, "
                        + Figures.count(line.missing()) + " missing, " + Figures.count(line.extra()) + " extra; "
                        + (line.bytes() == 0 ? "by checksums" : Figures.bytes(line.bytes()) + " read") + ", "
                        + line.state()
                        + (line.selector().isEmpty() ? "" : ", only " + line.selector())
                        + (line.ended() == 0 ? "" : ", " + Items.time(line.ended())))
                .raw("</p>\n");
        List<LedgerReader.VerdictLine> verdicts = ledger.verdicts(line.id(), MOST_ITEMS);
        if (!verdicts.isEmpty()) {
            html.raw(
                    "<div class=\"scroll\"><table>\n<thead><tr><th>Verdict</th><th>Item</th><th>Detail</th></tr></thead>"
                            + "\n<tbody>\n");
            for (LedgerReader.VerdictLine verdict : verdicts) {
                html.raw("<tr><td><span class=\"badge warn\">")
                        .text(verdict.verdict())
                        .raw("</span></td><td class=\"name\">")
                        .text(Items.display(verdict.key()))
                        .raw("</td>")
                        .cell(verdict.detail())
                        .raw("</tr>\n");
            }
            html.raw("</tbody></table></div>\n");
            more(wrong - verdicts.size(), "more: waybill verify -o diff.csv");
        }
        html.raw("</section>\n");
    }

    private void history() throws LedgerException {
        List<Run> runs = ledger.runs();
        html.raw(
                "<section>\n<h2>Runs of this plan</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>Run</th><th>State"
                        + "</th><th>Items</th><th class=\"n\">Size</th><th class=\"n\">Worked</th><th>Began</th></tr></thead>\n"
                        + "<tbody>\n");
        int shown = 0;
        for (int i = runs.size() - 1; i >= 0 && shown < 20; i--, shown++) {
            RunSummary other = RunSummary.of(ledger, runs.get(i), 0);
            Run run = other.run();
            html.raw(run.id() == summary.run().id() ? "<tr class=\"this\">" : "<tr>")
                    .cell(run.name())
                    .cell(other.standing())
                    .cell(RunSummary.words(other.counts()))
                    .figure(Figures.bytes(other.total().bytes()))
                    .figure(run.worked() == 0 ? "-" : Figures.duration(run.worked()))
                    .cell(or(Items.time(run.started() == 0 ? run.created() : run.started()), "-"))
                    .raw("</tr>\n");
        }
        html.raw("</tbody></table></div>\n");
        more(runs.size() - shown, "older runs: waybill runs");
        html.raw("</section>\n");
    }
}
