package io.waybill.cli;

import io.waybill.engine.PlanReport.Graph;
import io.waybill.engine.PlanReport.Objects;
import io.waybill.engine.PlanReport.Share;
import io.waybill.ledger.Relation;
import io.waybill.ledger.Relation.Kind;
import io.waybill.report.Figures;
import io.waybill.report.Grid;
import io.waybill.report.Texts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What units consist of, as text and as JSON. */
final class GraphText {
    private GraphText() {}

    /** How much there is in all. */
    static String sum(Graph graph) {
        return Figures.count(graph.units(), "root row") + ", "
                + Figures.count(graph.rows(), "row") + " with all that belongs to "
                + (graph.units() == 1 ? "it" : "them")
                + (graph.refused() == 0 ? "" : "; " + Figures.count(graph.refused()) + " to be set aside");
    }

    /** A line for each table, then what they refer to and name, then what does not count. */
    static List<String> lines(Graph graph, int width) {
        Grid tables = new Grid("lrll");
        for (Share share : graph.tables()) {
            tables.row(
                    "    " + Texts.safe(share.table()),
                    Figures.count(share.all()),
                    share.all() == 1 ? "row" : "rows",
                    why(graph, share));
        }
        List<String> lines = new ArrayList<>(tables.lines(width));
        Map<List<Object>, List<Relation>> outside = new LinkedHashMap<>();
        for (Relation each : graph.relations()) {
            if (each.kind().isOutward() && each.kind() != Kind.BRING && each.rows() > 0) {
                outside.computeIfAbsent(List.of(each.target(), each.kind()), target -> new ArrayList<>())
                        .add(each);
            }
        }
        Grid outward = new Grid("lrll");
        for (List<Relation> some : outside.values()) {
            long rows = some.stream().mapToLong(Relation::rows).sum();
            outward.row(
                    "    " + Texts.safe(some.get(0).target()),
                    Figures.count(rows),
                    rows == 1 ? "reference" : "references",
                    rule(some.get(0).kind()) + ": " + references(some));
        }
        if (!outward.isEmpty()) {
            lines.add("  outside:");
            lines.addAll(outward.lines(width));
        }
        for (Objects objects : graph.objects()) {
            lines.add("  rows of " + Texts.safe(objects.table()) + " name " + Figures.count(objects.items(), "object")
                    + ", " + Figures.bytes(objects.bytes()) + " (move " + Texts.safe(objects.move()) + ")");
        }
        List<String> passed = graph.relations().stream()
                .filter(each -> each.kind() == Kind.WITHIN)
                .map(each -> Texts.safe(each.reference()))
                .distinct()
                .toList();
        if (!passed.isEmpty()) {
            lines.add("  no row belongs by " + String.join("; ", passed));
        }
        return lines;
    }

    private static String why(Graph graph, Share share) {
        List<String> why = new ArrayList<>();
        if (share.table().equals(graph.root())) {
            why.add("root");
        }
        for (Relation each : graph.relations()) {
            if (each.kind() == Kind.BELONGS && each.table().equals(share.table())) {
                why.add("by " + Texts.safe(each.reference()) + " in " + Texts.safe(each.target()));
            }
        }
        for (Relation each : graph.relations()) {
            if (each.kind() == Kind.BRING && each.target().equals(share.table()) && each.rows() > 0) {
                why.add("brought by " + Figures.count(each.rows()) + " of " + Texts.safe(each.reference()));
            }
        }
        return String.join("; ", why);
    }

    private static String references(List<Relation> some) {
        return some.stream()
                .map(each ->
                        (some.size() == 1 ? "" : Figures.count(each.rows()) + " of ") + Texts.safe(each.reference()))
                .collect(Collectors.joining("; "));
    }

    /** What has to become of a reference outward. */
    private static String rule(Kind kind) {
        return kind == Kind.NULL ? "left empty" : kind == Kind.MAP ? "mapped" : "must be at the target";
    }

    static Map<String, Object> json(Graph graph) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("root", Texts.safe(graph.root()));
        document.put("units", graph.units());
        document.put("refused", graph.refused());
        document.put("rows", graph.rows());
        document.put("tables", graph.tables().stream().map(GraphText::json).toList());
        document.put(
                "relations", graph.relations().stream().map(GraphText::json).toList());
        document.put("objects", graph.objects().stream().map(GraphText::json).toList());
        return document;
    }

    private static Map<String, Object> json(Share share) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("table", Texts.safe(share.table()));
        line.put("rows", share.all());
        line.put("brought", share.along());
        return line;
    }

    private static Map<String, Object> json(Relation relation) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("table", Texts.safe(relation.table()));
        line.put("target", Texts.safe(relation.target()));
        line.put("reference", Texts.safe(relation.reference()));
        line.put("kind", relation.kind().word());
        line.put("rows", relation.rows());
        return line;
    }

    private static Map<String, Object> json(Objects objects) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("move", Texts.safe(objects.move()));
        line.put("table", Texts.safe(objects.table()));
        line.put("objects", objects.items());
        line.put("bytes", objects.bytes());
        return line;
    }
}
