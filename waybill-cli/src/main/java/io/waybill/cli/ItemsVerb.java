package io.waybill.cli;

import io.waybill.engine.ItemReport;
import io.waybill.engine.Migration;
import io.waybill.engine.RefusedException;
import io.waybill.ledger.Entry;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.plan.PlanException;
import io.waybill.report.Figures;
import io.waybill.report.Items;
import io.waybill.report.Json;
import io.waybill.report.RunJson;
import io.waybill.report.Texts;
import io.waybill.table.RowLine;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the ledger, one line per item, or shows everything about one. */
@Command(
        description = "Without a run: the items of all runs, oldest first.",
        footer = {
            "waybill items --failed",
            "waybill items r1 --match 'notes/**' --limit 20",
            "waybill items --failed -o quarantine.jsonl",
            "waybill items --show r1.3/17",
            "waybill items --where \"file.size > mb(10)\" --json"
        })
final class ItemsVerb extends Verb {
    @Parameters(index = "0", arity = "0..1", paramLabel = "RUN", description = "For example r1. Default: all runs")
    @Nullable
    String run;

    @Option(names = "--show", paramLabel = "ID", description = "The whole history of one item, for example r1.3/17.")
    @Nullable
    String show;

    @Option(
            names = "--values",
            description = "With values: of a file its checksum and versions, of a batch every row with its keys.")
    boolean values;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "Write the rows themselves, as the source has them now, as JSON Lines that can be mended and read"
                            + " as a table; _waybill in each says what became of it.")
    @Nullable
    String output;

    @Mixin
    SelectorOptions which = new SelectorOptions();

    ItemsVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    List<Exit> exits() {
        return List.of(Exit.UNAVAILABLE, Exit.REFUSED);
    }

    @Override
    Exit call() throws IOException, PlanException, RefusedException {
        Selector selector = which.selector(run);
        try (LedgerReader ledger = waybill.workplace().ledger().read()) {
            if (selector.run() != null) {
                RunChoice.require(ledger, selector.run());
            }
            which.known(ledger, selector);
            Items items = new Items(ledger);
            if (output != null) {
                rows(selector, waybill.path(output));
            } else if (show != null) {
                one(ledger, items, show);
            } else if (screen().isJson()) {
                json(ledger, items, selector);
            } else {
                lines(ledger, selector);
            }
        }
        return Exit.DONE;
    }

    /** Written whole or not at all. */
    private void rows(Selector selector, Path file) throws IOException, PlanException, RefusedException {
        Path draft = file.resolveSibling(file.getFileName() + ".part");
        long[] count = new long[2];
        Migration migration = waybill.workplace().migration("items");
        try (BufferedWriter out = Files.newBufferedWriter(draft, StandardCharsets.UTF_8)) {
            Work.during(waybill, migration, "items", () -> {
                migration.rows(selector, row -> {
                    count[row.row() == null ? 1 : 0]++;
                    out.write(RowLine.of(line(row)));
                    out.write('\n');
                });
                return true;
            });
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw e;
        }
        Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
        if (screen().isJson()) {
            Map<String, @Nullable Object> document = RunJson.document();
            document.put("file", waybill.show(file));
            document.put("rows", count[0] + count[1]);
            document.put("gone", count[1]);
            screen().document(document);
            return;
        }
        screen().line("Wrote " + Figures.count(count[0] + count[1], "row") + " to " + waybill.show(file) + "."
                + (count[1] == 0 ? "" : " " + Figures.count(count[1]) + " of them only by key: gone at the source."));
    }

    /** The row with what became of it. */
    private static Row line(ItemReport item) {
        Row row = item.row() == null ? item.key() : item.row();
        Map<String, Value> told = new LinkedHashMap<>();
        told.put("run", Value.of(item.run()));
        told.put("move", Value.of(item.move()));
        told.put("item", Value.of(item.item()));
        told.put("key", new Value.MapOf(item.key().fields()));
        told.put("state", Value.of(item.state().word()));
        told.put("reason", item.reason() == null ? Value.NULL : Value.of(item.reason()));
        if (item.row() == null) {
            told.put("gone", Value.of(true));
        }
        return row.with("_waybill", new Value.MapOf(told));
    }

    /** The same, and with what needs somebody also the batches that have such rows beside others still to be verified. */
    private static Selector withHidden(Selector selector) {
        Set<State> states = selector.states();
        if (states.isEmpty() || !states.stream().allMatch(State::needsYou)) {
            return selector;
        }
        EnumSet<State> more = EnumSet.copyOf(states);
        more.add(State.WRITTEN);
        return new Selector(
                selector.run(),
                selector.moves(),
                selector.groups(),
                selector.batches(),
                more,
                selector.since(),
                selector.before(),
                entry -> selector.where().test(entry)
                        && (entry.state() != State.WRITTEN || (entry.isRows() && entry.error() != null)),
                selector.limit(),
                selector.text());
    }

    private void json(LedgerReader ledger, Items items, Selector selector) throws LedgerException {
        screen().text("{\"schema_version\": " + RunJson.SCHEMA + ", \"items\": [");
        long[] count = {0};
        ledger.entries(withHidden(selector), 0, entry -> {
            Map<String, Object> fields = items.fields(entry);
            if (values && entry.isRows()) {
                fields.put("rows", Items.rows(ledger.block(entry.id())));
            }
            screen().text((count[0]++ == 0 ? "\n" : ",\n") + Json.line(fields));
            return count[0] % 1000 != 0 || !screen().isClosed();
        });
        screen().text("\n], \"count\": " + count[0] + "}\n");
    }

    private void lines(LedgerReader ledger, Selector selector) throws LedgerException {
        long[] count = {0};
        int width = screen().width();
        ledger.entries(withHidden(selector), 0, entry -> {
            screen().line(line(entry, width));
            if (values) {
                values(ledger, entry);
            }
            return ++count[0] % 1000 != 0 || !screen().isClosed();
        });
        if (count[0] == 0) {
            screen().message("No item is meant by that.");
        }
    }

    private void values(LedgerReader ledger, Entry entry) throws LedgerException {
        if (!entry.isRows()) {
            Items.evidence(entry)
                    .forEach((name, value) -> screen().line("    " + Texts.pad(name, 16) + Texts.safe(value)));
            return;
        }
        for (Map<String, Object> row : Items.rows(ledger.block(entry.id()))) {
            Object reason = row.get("reason");
            screen().line("    " + row.get("source") + " -> " + row.get("target") + "  " + row.get("state")
                    + (reason == null ? "" : "   " + reason));
        }
    }

    private String line(Entry entry, int width) {
        Screen.Style style = entry.state().needsYou()
                ? Screen.Style.YELLOW
                : entry.state().isOpen() ? Screen.Style.CYAN : Screen.Style.GREEN;
        String head = Texts.pad(entry.name(), 10) + "  "
                + screen().styled(style, Texts.pad(entry.state().word(), 11)) + "  "
                + Texts.padLeft(entry.isRows() ? Figures.count(entry.items(), "row") : Figures.bytes(entry.size()), 8)
                + "  ";
        int used = 10 + 2 + 11 + 2 + 8 + 2;
        String source = Items.source(entry);
        String reason = entry.error() == null ? "" : "   " + Texts.safe(entry.error());
        if (width == 0) {
            String target = Items.target(entry);
            return head + source + (target.isEmpty() ? "" : " -> " + target) + reason;
        }
        int room = Math.max(20, width - used);
        if (reason.isEmpty() || Texts.width(source + reason) <= room) {
            return head + Texts.cutMiddle(source + reason, room);
        }
        String name = Texts.cutMiddle(source, Math.max(12, room / 2));
        return head + name + Texts.cut(reason, Math.max(8, room - Texts.width(name)));
    }

    private void one(LedgerReader ledger, Items items, String name) throws LedgerException {
        long id = RunName.item(name);
        Entry entry = ledger.entry(id);
        if (entry == null || (name.indexOf('/') >= 0 && !name.equals(entry.name()))) {
            throw new CliException(
                    Code.USAGE,
                    "There is no item " + Texts.safe(name) + "."
                            + (entry == null ? "" : " Number " + id + " is " + entry.name() + ".")
                            + " See: waybill items");
        }
        List<LedgerReader.Event> events = ledger.events(id);
        if (screen().isJson()) {
            Map<String, @Nullable Object> document = RunJson.document();
            document.putAll(items.fields(entry));
            List<Map<String, @Nullable Object>> history = new ArrayList<>();
            for (LedgerReader.Event event : events) {
                Map<String, @Nullable Object> line = new LinkedHashMap<>();
                line.put("at", Items.time(event.at()));
                line.put("run", "r" + event.run());
                line.put("what", event.what());
                line.put("detail", Texts.safe(event.detail()));
                history.add(line);
            }
            if (entry.row() != null) {
                document.put("rows", Items.links(ledger, entry));
            }
            document.put("history", history);
            screen().document(document);
            return;
        }
        items.fields(entry).forEach((field, value) -> {
            boolean twice = (field.equals("source_key")
                            && !entry.isRows()
                            && value.equals(entry.sourceKey().display()))
                    || (field.equals("target_key") && value.equals(Items.target(entry)));
            if (!twice) {
                screen().line(screen().styled(Screen.Style.DIM, Texts.pad(field, 16))
                        + Texts.safe(String.valueOf(value)));
            }
        });
        if (entry.row() != null) {
            for (Map<String, Object> link : Items.links(ledger, entry)) {
                Object reason = link.get("reason");
                screen().line(screen().styled(Screen.Style.DIM, Texts.pad(String.valueOf(link.get("what")), 16))
                        + link.get("state") + " " + link.get("row") + "  " + link.get("fields")
                        + (reason == null ? "" : "   " + reason));
            }
        }
        if (entry.started() > 0 && entry.finished() >= entry.started()) {
            screen().line(screen().styled(Screen.Style.DIM, Texts.pad("took", 16))
                    + Figures.duration(entry.finished() - entry.started()));
        }
        screen().line("");
        screen().line(screen().styled(Screen.Style.BOLD, "History"));
        history(ledger, entry, events).forEach(screen()::line);
    }

    /** What happened to the item: what the ledger noted, and what follows from its own times. */
    private static List<String> history(LedgerReader ledger, Entry entry, List<LedgerReader.Event> events)
            throws LedgerException {
        record Line(long at, String text) {}
        List<Line> lines = new ArrayList<>();
        var planned = ledger.run(entry.run());
        if (planned != null) {
            lines.add(new Line(planned.created(), "planned in r" + entry.run()));
        }
        for (LedgerReader.Event event : events) {
            lines.add(new Line(event.at(), event.what() + (event.detail().isEmpty() ? "" : ": " + event.detail())));
        }
        if (entry.started() > 0) {
            lines.add(new Line(
                    entry.started(),
                    "attempt " + entry.attempts() + " begun" + (entry.attempts() > 1 ? " (the last one)" : "")));
        }
        if (entry.finished() > 0) {
            String why = entry.error() == null ? "" : ": " + entry.error();
            lines.add(new Line(entry.finished(), entry.state().word() + why));
        }
        lines.sort((a, b) -> Long.compare(a.at(), b.at()));
        return lines.stream()
                .map(line -> Texts.pad(String.valueOf(Items.time(line.at())), 26) + Texts.safe(line.text()))
                .toList();
    }
}
