package io.waybill.report;

import io.waybill.ledger.Relation;
import io.waybill.ledger.Relation.Kind;
import io.waybill.ledger.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Draws what units consist of: a box for each table in columns, from the root's to what is farthest from it, with a line for each
 * reference; what lies outside is dashed. Used once, by one thread.
 */
final class GraphPicture {
    private static final double CHAR = 7.3;
    private static final double TITLE_CHAR = 8.2;
    private static final int PAD = 12;
    private static final int HEAD = 44;
    private static final int LINE = 18;
    private static final int FOOT = 8;
    private static final int GAP = 14;
    private static final int BETWEEN = 64;
    private static final int NARROWEST = 150;
    private static final int LONGEST = 32;
    /** More lines to one box than these could not be told apart. */
    private static final int MOST_LINES = 5;
    /** A wider picture is not made to fit, since its texts would be too small. */
    private static final int WIDEST = 1_500;

    private static final int SWEEPS = 4;

    private final Html html;
    private final Map<String, Box> boxes = new LinkedHashMap<>();
    private final List<Edge> edges = new ArrayList<>();

    /** A line in a box: a reference, what becomes of it, and the whole of it where it was cut. */
    private record Line(String text, String rule, String whole) {}

    private static final class Box {
        final String kind;
        final String title;
        final String remark;
        String figure;
        long references;
        final List<Line> lines = new ArrayList<>();
        int layer;
        double x;
        double y;
        double width;
        double middle;

        Box(String kind, String title, String figure, String remark) {
            this.kind = kind;
            this.title = cut(title);
            this.figure = figure;
            this.remark = remark;
        }

        double height() {
            return HEAD + (lines.isEmpty() ? 0 : LINE * lines.size() + FOOT);
        }

        double center() {
            return y + height() / 2;
        }

        double at(int line) {
            return y + HEAD + LINE * line + LINE / 2.0;
        }

        double needed() {
            double widest = Math.max(
                    NARROWEST,
                    Math.max(
                                    TITLE_CHAR * Texts.width(title) + (kind.equals("root") ? 44 : 0),
                                    CHAR * Texts.width(figure + remark) + 10)
                            + 2 * PAD);
            for (Line line : lines) {
                int chars = Texts.width(line.text()) + (line.rule().isEmpty() ? 0 : 2 + Texts.width(line.rule()));
                widest = Math.max(widest, CHAR * chars + 2 * PAD);
            }
            return widest;
        }
    }

    /** From a box to one farther right, where {@code line} of one of them says why; {@code line} is of the first if it is dashed. */
    private record Edge(Box from, Box to, int line, boolean atTarget, String kind) {}

    private GraphPicture(Html html) {
        this.html = html;
    }

    static void draw(Html html, UnitGraph graph) {
        GraphPicture picture = new GraphPicture(html);
        picture.fill(graph);
        picture.layOut();
        picture.write(graph);
    }

    private void fill(UnitGraph graph) {
        graph.tables()
                .forEach((table, counts) -> boxes.put(
                        table, box(table.equals(graph.root()) ? "root" : "table", table, counts, "row", "rows")));
        for (Relation each : graph.relations()) {
            Box box = boxes.get(each.table());
            if (box != null && each.kind() == Kind.BELONGS) {
                belongs(each, box);
            }
        }
        for (Relation each : graph.relations()) {
            Box box = boxes.get(each.table());
            if (box != null && each.kind().isOutward()) {
                outward(each, box);
            } else if (box != null && each.kind() == Kind.NAMES) {
                names(graph, each, box);
            }
        }
        for (Box box : boxes.values()) {
            List<Edge> here = edges.stream().filter(edge -> edge.to() == box).toList();
            if (box.kind.equals("outside")) {
                box.figure += ", " + Figures.count(box.references, "reference");
                edges.removeAll(here.size() > MOST_LINES ? here : List.of());
            }
        }
    }

    private static Box box(String kind, String title, Map<State, RunSummary.Count> counts, String one, String many) {
        long items = 0;
        long bytes = 0;
        StringBuilder remark = new StringBuilder();
        for (Map.Entry<State, RunSummary.Count> count : counts.entrySet()) {
            items += count.getValue().items();
            bytes += count.getValue().bytes();
            State state = count.getKey();
            boolean told = state.isOpen() || state.needsYou() || state == State.UNDONE || state == State.SKIPPED;
            if (told && count.getValue().items() > 0) {
                remark.append(" · ")
                        .append(Figures.count(count.getValue().items()))
                        .append(' ')
                        .append(state.word());
            }
        }
        String figure =
                Figures.count(items) + " " + (items == 1 ? one : many) + (bytes > 0 ? ", " + Figures.bytes(bytes) : "");
        return new Box(kind, title, figure, remark.toString());
    }

    private void belongs(Relation each, Box box) {
        Box parent = boxes.get(each.target());
        String reference = reference(each);
        box.lines.add(new Line(
                "by " + cut(reference), parent == box ? "itself" : "", each.reference() + " in " + each.target()));
        if (parent != null && parent != box) {
            edges.add(new Edge(parent, box, box.lines.size() - 1, true, "in"));
        }
    }

    private void outward(Relation each, Box box) {
        Box target = each.kind() == Kind.BRING ? boxes.get(each.target()) : null;
        if (each.rows() == 0 || target == box) {
            return;
        }
        if (target == null) {
            target = boxes.computeIfAbsent(
                    "outside " + each.target(),
                    key -> new Box(
                            "outside", each.target(), boxes.containsKey(each.target()) ? "of others" : "outside", ""));
        }
        target.references += each.rows();
        box.lines.add(new Line(
                cut(reference(each) + " \u2192 " + each.target()),
                rule(each.kind()) + " " + Figures.count(each.rows()),
                each.reference() + " refers to " + each.target()));
        edges.add(new Edge(box, target, box.lines.size() - 1, false, "out"));
    }

    private void names(UnitGraph graph, Relation each, Box box) {
        Box target = box(
                "objects", each.target(), graph.objects().getOrDefault(each.target(), Map.of()), "object", "objects");
        boxes.put("objects " + each.target(), target);
        box.lines.add(new Line("names objects", "", each.target()));
        edges.add(new Edge(box, target, box.lines.size() - 1, false, "names"));
    }

    private static String reference(Relation relation) {
        String prefix = relation.table() + ".";
        return relation.reference().startsWith(prefix)
                ? relation.reference().substring(prefix.length())
                : relation.reference();
    }

    static String rule(Kind kind) {
        return switch (kind) {
            case MUST_EXIST -> "must exist";
            case MAP -> "mapped";
            case NULL -> "left empty";
            case BRING -> "brought";
            case BELONGS -> "belongs";
            case WITHIN -> "does not count";
            case ROOT, NAMES -> "";
        };
    }

    private static String cut(String text) {
        return Texts.cut(Texts.safe(text), LONGEST);
    }

    private void layOut() {
        Set<Edge> backward = new HashSet<>();
        Set<Box> done = new HashSet<>();
        for (Box box : boxes.values()) {
            backward(box, new HashSet<>(), done, backward);
        }
        edges.removeAll(backward);
        for (boolean more = true; more; ) {
            more = false;
            for (Edge edge : edges) {
                if (edge.to().layer <= edge.from().layer) {
                    edge.to().layer = edge.from().layer + 1;
                    more = true;
                }
            }
        }
        List<List<Box>> columns = new ArrayList<>();
        for (Box box : boxes.values()) {
            while (columns.size() <= box.layer) {
                columns.add(new ArrayList<>());
            }
            columns.get(box.layer).add(box);
        }
        place(columns);
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            boolean forward = sweep % 2 == 1;
            for (int i = 0; i < columns.size(); i++) {
                List<Box> column = columns.get(forward ? i : columns.size() - 1 - i);
                for (Box box : column) {
                    box.middle = neighbours(box, forward);
                }
                column.sort(Comparator.comparingDouble(box -> box.middle));
                place(columns);
            }
        }
    }

    /** Finds the references that close a circle; they are told in words and not drawn. */
    private void backward(Box box, Set<Box> open, Set<Box> done, Set<Edge> into) {
        if (!done.add(box)) {
            return;
        }
        open.add(box);
        for (Edge edge : edges) {
            if (edge.from() == box) {
                if (open.contains(edge.to())) {
                    into.add(edge);
                } else {
                    backward(edge.to(), open, done, into);
                }
            }
        }
        open.remove(box);
    }

    /** The middle of the boxes that lead to a box, or that it leads to; its own if there is none. */
    private double neighbours(Box box, boolean leading) {
        return edges.stream()
                .filter(edge -> (leading ? edge.to() : edge.from()) == box)
                .mapToDouble(edge -> (leading ? edge.from() : edge.to()).center())
                .average()
                .orElse(box.center());
    }

    private double width;
    private double height;

    private void place(List<List<Box>> columns) {
        height = 0;
        for (List<Box> column : columns) {
            height = Math.max(height, height(column));
        }
        double x = 1;
        for (List<Box> column : columns) {
            double widest = column.stream().mapToDouble(Box::needed).max().orElse(0);
            double y = 1 + (height - height(column)) / 2;
            for (Box box : column) {
                box.x = x;
                box.y = y;
                box.width = widest;
                y += box.height() + GAP;
            }
            x += widest + BETWEEN;
        }
        width = x - BETWEEN + 1;
        height += 2;
    }

    private static double height(List<Box> column) {
        return column.stream().mapToDouble(box -> box.height() + GAP).sum() - GAP;
    }

    private void write(UnitGraph graph) {
        html.raw(String.format(
                        Locale.ROOT,
                        "<svg class=\"graph%s\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" role=\"img\" aria-label=\"",
                        width > WIDEST ? "" : " fit",
                        width,
                        height,
                        width,
                        height))
                .text("Tables that move with " + graph.root() + " and their references")
                .raw("\">\n");
        for (Edge edge : edges) {
            edge(edge);
        }
        for (Box box : boxes.values()) {
            box(box);
        }
        html.raw("</svg>\n");
    }

    private void edge(Edge edge) {
        double x = edge.from().x + edge.from().width;
        double y = edge.atTarget() ? edge.from().y + HEAD / 2.0 : edge.from().at(edge.line());
        double toX = edge.to().x;
        double toY = edge.atTarget() ? edge.to().at(edge.line()) : edge.to().y + HEAD / 2.0;
        double bend = Math.max(BETWEEN / 2.0, (toX - x) / 2);
        html.raw(String.format(
                Locale.ROOT,
                "<path class=\"%s\" d=\"M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f\"/>"
                        + "<path class=\"tip\" d=\"M%.1f %.1fl-7 -3.5v7z\"/>\n",
                edge.kind(),
                x,
                y,
                x + bend,
                y,
                toX - bend,
                toY,
                toX - 6,
                toY,
                toX,
                toY));
    }

    private void box(Box box) {
        html.raw(String.format(
                Locale.ROOT,
                "<g class=\"%s\"><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%d\"/>",
                box.kind,
                box.x,
                box.y,
                box.width,
                box.height(),
                box.kind.equals("objects") ? HEAD / 2 : 7));
        text("b", box.x + PAD, box.y + 18, box.title, null);
        if (box.kind.equals("root")) {
            text("tag", box.x + box.width - PAD, box.y + 18, "root", null);
        }
        html.raw(String.format(Locale.ROOT, "<text class=\"f\" x=\"%.1f\" y=\"%.1f\">", box.x + PAD, box.y + 35))
                .text(box.figure)
                .raw("<tspan class=\"w\">")
                .text(box.remark)
                .raw("</tspan></text>");
        for (int i = 0; i < box.lines.size(); i++) {
            Line line = box.lines.get(i);
            text("l", box.x + PAD, box.at(i) + 4, line.text(), line.whole());
            if (!line.rule().isEmpty()) {
                text("r", box.x + box.width - PAD, box.at(i) + 4, line.rule(), null);
            }
        }
        html.raw("</g>\n");
    }

    private void text(String kind, double x, double y, String text, @Nullable String whole) {
        html.raw(String.format(Locale.ROOT, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">", kind, x, y));
        if (whole != null) {
            html.element("title", "", whole);
        }
        html.text(text).raw("</text>");
    }
}
