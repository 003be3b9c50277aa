package io.waybill.cli;

import io.waybill.engine.PlanReport;
import io.waybill.engine.PlanReport.Difference;
import io.waybill.engine.PlanReport.MoveReport;
import io.waybill.plan.AfterMove;
import io.waybill.plan.Exists;
import io.waybill.plan.Move;
import io.waybill.plan.Plan;
import io.waybill.plan.Problem;
import io.waybill.report.Figures;
import io.waybill.report.Grid;
import io.waybill.report.RunJson;
import io.waybill.report.Texts;
import io.waybill.store.Abilities;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a run would do, as text and as JSON. */
final class PlanText {
    private static final int MOST_DIFFERENCES = 40;

    private PlanText() {}

    static void warnings(Screen screen, Plan plan) {
        if (!screen.isJson()) {
            for (Problem warning : plan.warnings()) {
                screen.error(Screen.Style.YELLOW, "warning: ", warning.toString());
            }
        }
    }

    static void print(Screen screen, Plan plan, PlanReport report) {
        String stores = report.stores().stream().map(PlanText::store).collect(Collectors.joining("   "));
        if (!stores.isEmpty()) {
            screen.text(screen.width() == 0 ? stores + "\n" : Manual.wrap(stores, 0, screen.width()));
        }
        for (MoveReport move : report.moves()) {
            if (report.moves().size() > 1) {
                screen.line(screen.styled(Screen.Style.BOLD, Texts.safe(move.name())) + "  " + Texts.safe(move.from())
                        + " -> " + Texts.safe(move.to()));
            }
            screen.line(listed(move));
            Move of = plan.find(move.name());
            boolean skips = of != null && of.exists() == Exists.SKIP;
            lines(move, skips).lines(screen.width()).forEach(screen::line);
            PlanReport.Graph graph = move.graph();
            if (graph != null) {
                GraphText.lines(graph, screen.width()).forEach(screen::line);
            }
            PlanReport.Cost cost = move.cost();
            if (cost != null) {
                screen.line("  takes " + Figures.count(cost.amount()) + " " + Texts.safe(cost.units()));
            }
            PlanReport.Named named = move.named();
            if (named != null) {
                named(named).forEach(screen::line);
            }
            for (String sample : move.samples()) {
                String line = "    " + Texts.safe(sample);
                screen.line(screen.width() == 0 ? line : Texts.cut(line, screen.width()));
            }
        }
        differences(screen, report.differences());
        screen.line("  " + ending(plan, report));
        report.notes().forEach(screen::message);
    }

    /** What differs between the tables of the two ends, and what is done about it. */
    private static void differences(Screen screen, List<Difference> all) {
        if (all.isEmpty()) {
            return;
        }
        Grid grid = new Grid("lllll");
        List<Difference> notable = all.stream().filter(Difference::isNotable).toList();
        for (Difference each : notable.subList(0, Math.min(notable.size(), MOST_DIFFERENCES))) {
            String types = Texts.safe(each.source())
                    + (each.source().isEmpty() ? "+ " : " -> ")
                    + (each.target().isEmpty() ? "none" : Texts.safe(each.target()));
            grid.row(
                    "    " + each.action().word(),
                    Texts.safe(each.subject()),
                    each.part() != Difference.Part.COLUMN
                            ? ""
                            : each.source().equals(each.target()) ? each.source() : types,
                    Texts.safe(each.note()));
        }
        screen.line("  tables of source and target: "
                + (notable.isEmpty() ? "no difference" : Figures.count(notable.size(), "difference")) + ", "
                + Figures.count(all.size() - notable.size(), "column") + ", keys and rules alike");
        grid.lines(screen.width()).forEach(screen::line);
        if (notable.size() > MOST_DIFFERENCES) {
            screen.line("    and " + Figures.count(notable.size() - MOST_DIFFERENCES) + " more: waybill plan --json");
        }
    }

    private static Map<String, Object> json(Difference each) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("move", each.move());
        line.put("table", Texts.safe(each.table()));
        line.put("part", each.part().word());
        line.put("name", Texts.safe(each.name()));
        line.put("source", Texts.safe(each.source()));
        line.put("target", Texts.safe(each.target()));
        line.put("action", each.action().word());
        line.put("note", Texts.safe(each.note()));
        return line;
    }

    private static String listed(MoveReport move) {
        PlanReport.Graph graph = move.graph();
        if (graph != null) {
            return GraphText.sum(graph) + (move.estimated() ? "; what becomes of each: waybill run --dry-run" : "");
        }
        if (move.estimated()) {
            return (move.listedItems() < 0 ? "rows are counted" : "about " + Figures.count(move.listedItems(), "row"))
                    + (move.listedItems() < 0 ? " when they are read" : "")
                    + "; what becomes of each: waybill run --dry-run";
        }
        return (move.rows() ? "read " : "listed ")
                + Figures.count(move.listedItems(), move.rows() ? "row" : "file")
                + (move.rows() ? "" : ", " + Figures.bytes(move.listedBytes()));
    }

    private static Grid lines(MoveReport move, boolean skips) {
        Grid grid = new Grid("lrlrl");
        line(
                grid,
                "+",
                move.estimated() ? 0 : move.copyItems(),
                move.rows() ? "to write" : "to copy",
                move.copyBytes(),
                "");
        line(grid, "?", move.presentItems(), "same size there", move.presentBytes(), "the run compares contents");
        line(grid, "=", move.sameItems(), "already there", 0, skips ? "kept as it is" : "same content");
        line(grid, "~", move.replaceItems(), "to replace", 0, "what stands there is kept for rollback");
        line(
                grid,
                "!",
                move.conflictItems(),
                move.conflictItems() == 1 ? "conflict" : "conflicts",
                0,
                "other content stands there (set exists: replace or skip)");
        line(grid, "-", move.skippedItems(), move.rows() ? "to be set aside" : "left out", 0, "");
        line(grid, "x", move.unreadableItems(), "cannot be read", 0, "the run will say failed");
        line(grid, " ", move.unchangedItems(), "unchanged", 0, "done in an earlier run");
        return grid;
    }

    /** What stands on one side only. */
    private static List<String> named(PlanReport.Named named) {
        List<String> lines = new ArrayList<>();
        lines.add("  " + Figures.count(named.rowsWithoutFile(), "row") + " without a file");
        named.missing().forEach(line -> lines.add("    " + Texts.safe(line)));
        lines.add("  " + Figures.count(named.filesWithoutRow(), "file") + " without a row, "
                + Figures.bytes(named.filesWithoutRowBytes()));
        named.orphans().forEach(line -> lines.add("    " + Texts.safe(line)));
        if (named.largeFiles() > 0) {
            lines.add("  " + Figures.count(named.largeFiles(), "file") + " of 100 MB and more, "
                    + Figures.bytes(named.largeBytes()) + "; the largest is " + Texts.safe(named.largest()));
        }
        lines.add("  " + Figures.count(named.batches()) + (named.batches() == 1 ? " batch" : " batches"));
        return lines;
    }

    private static Map<String, Object> json(PlanReport.Named named) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("rows_without_file", named.rowsWithoutFile());
        line.put("files_without_row", named.filesWithoutRow());
        line.put("files_without_row_bytes", named.filesWithoutRowBytes());
        line.put("orphans", named.orphans().stream().map(Texts::safe).toList());
        line.put("large", named.largeFiles());
        line.put("large_bytes", named.largeBytes());
        line.put("largest", Texts.safe(named.largest()));
        line.put("batches", named.batches());
        return line;
    }

    private static void line(Grid grid, String sign, long items, String what, long bytes, String remark) {
        if (items > 0) {
            grid.row("  " + sign, Figures.count(items), what, bytes > 0 ? Figures.bytes(bytes) : "", remark);
        }
    }

    private static String ending(Plan plan, PlanReport report) {
        long replaced =
                report.moves().stream().mapToLong(MoveReport::replaceItems).sum();
        long deleted = deletes(plan, report);
        return "overwrites " + Figures.count(replaced) + " · deletes " + Figures.count(deleted)
                + (deleted > 0 ? " (sources, once their targets are verified)" : "")
                + (report.hasWork() ? " · " + time(report.estimate()) : "")
                + " · everything can be rolled back";
    }

    /** A store that was reached, and what is known of it. */
    private static String store(PlanReport.StoreReport store) {
        Abilities abilities = store.abilities();
        if (!store.measured()) {
            return Texts.safe(store.name()) + " ok";
        } else if (abilities == null) {
            return Texts.safe(store.name()) + " ok (not measured yet)";
        }
        return Texts.safe(store.name()) + " ok (no-overwrite writes "
                + (abilities.createsConditionally() ? "yes" : "no") + ", checksums "
                + (abilities.honestChecksums().isEmpty() ? "not proven, read back" : "proven") + ")";
    }

    /** How long it will take; a guess is called one. */
    private static String time(PlanReport.Estimate estimate) {
        String about = "about " + Figures.duration(Math.max(1000, estimate.millis() / 1000 * 1000));
        return about + (estimate.like().isEmpty() ? " at a guess" : " as fast as " + estimate.like());
    }

    /** How many sources would be deleted. */
    static long deletes(Plan plan, PlanReport report) {
        long deletes = 0;
        for (MoveReport move : report.moves()) {
            Move of = plan.find(move.name());
            if (of != null && of.source() == AfterMove.DELETE) {
                deletes += move.copyItems() + move.presentItems() + move.replaceItems();
            }
        }
        return deletes;
    }

    /** The last lines: what was saved and what comes next. */
    static void ending(Screen screen, PlanReport report, String run) {
        if (report.run().isEmpty()) {
            screen.line("Nothing to do.");
            screen.next("waybill status");
        } else if (report.goesOn()) {
            screen.line("Run " + report.run() + " is not finished; these are what is left of it.");
            screen.next(run);
        } else {
            screen.line("Plan " + report.id() + " saved as " + report.run() + ".");
            screen.next(run);
        }
    }

    static Map<String, @Nullable Object> json(Plan plan, PlanReport report) {
        Map<String, @Nullable Object> document = RunJson.document();
        document.put("plan", plan.name());
        document.put("run", report.run().isEmpty() ? null : report.run());
        document.put("plan_id", report.id());
        document.put("goes_on", report.goesOn());
        document.put("has_work", report.hasWork());
        document.put("millis", report.millis());
        document.put("deletes", deletes(plan, report));
        document.put("estimate_ms", report.estimate().millis());
        document.put(
                "estimate_like",
                report.estimate().like().isEmpty() ? null : report.estimate().like());
        List<Map<String, @Nullable Object>> stores = new ArrayList<>();
        for (PlanReport.StoreReport store : report.stores()) {
            Map<String, @Nullable Object> line = new LinkedHashMap<>();
            line.put("store", store.name());
            line.put("reached", true);
            Abilities abilities = store.abilities();
            if (abilities != null) {
                line.put("no_overwrite_writes", abilities.createsConditionally());
                line.put(
                        "proven_checksums",
                        abilities.honestChecksums().stream().sorted().toList());
            }
            stores.add(line);
        }
        document.put("stores", stores);
        List<Map<String, Object>> moves = new ArrayList<>();
        for (MoveReport move : report.moves()) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("move", move.name());
            line.put("from", Texts.safe(move.from()));
            line.put("to", Texts.safe(move.to()));
            line.put("estimated", move.estimated());
            line.put("listed", move.listedItems());
            line.put("listed_bytes", move.listedBytes());
            line.put("copy", move.copyItems());
            line.put("copy_bytes", move.copyBytes());
            line.put("present", move.presentItems());
            line.put("present_bytes", move.presentBytes());
            line.put("same", move.sameItems());
            line.put("conflict", move.conflictItems());
            line.put("replace", move.replaceItems());
            line.put("skipped", move.skippedItems());
            line.put("unchanged", move.unchangedItems());
            line.put("unreadable", move.unreadableItems());
            PlanReport.Cost cost = move.cost();
            if (cost != null) {
                line.put("cost", cost.amount());
                line.put("cost_units", cost.units());
            }
            PlanReport.Named named = move.named();
            if (named != null) {
                line.put("named", json(named));
            }
            PlanReport.Graph graph = move.graph();
            if (graph != null) {
                line.put("graph", GraphText.json(graph));
            }
            line.put("samples", move.samples().stream().map(Texts::safe).toList());
            moves.add(line);
        }
        document.put("moves", moves);
        document.put(
                "differences", report.differences().stream().map(PlanText::json).toList());
        document.put("notes", report.notes().stream().map(Texts::safe).toList());
        return document;
    }
}
