package io.waybill.cli;

import io.waybill.engine.Live;
import io.waybill.report.Figures;
import io.waybill.report.Texts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Draws progress as lines of a terminal: a bar for each group and one line for all. */
final class BarText {
    private static final int BAR = 20;

    private final Map<String, Speed> speeds = new HashMap<>();

    /** The lines for a terminal of this size; none is wider, and they are fewer than its rows. */
    List<String> lines(Picture picture, int columns, int rows, long nanos) {
        List<String> lines = new ArrayList<>();
        List<Live.GroupNow> shown = picture.groups();
        int most = Math.max(1, rows - 4);
        if (shown.size() > most) {
            // those under way say the most: neither whole nor untouched
            shown = shown.stream()
                    .sorted(Comparator.comparing(
                            group -> group.items() >= group.totalItems() ? 2 : group.items() > 0 ? 0 : 1))
                    .limit(most - 1L)
                    .toList();
        }
        int names = Math.min(
                Math.max(12, columns - 52),
                shown.stream()
                        .mapToInt(group -> Texts.width(Texts.safe(group.name())))
                        .max()
                        .orElse(0));
        int figures =
                shown.stream().mapToInt(group -> items(group).length()).max().orElse(0);
        for (Live.GroupNow group : shown) {
            Speed speed = speeds.computeIfAbsent(group.name(), name -> new Speed());
            speed.add(nanos, group.items(), group.bytes());
            lines.add(Texts.cut(line(group, names, figures, speed, columns), columns - 1));
        }
        if (shown.size() < picture.groups().size()) {
            lines.add("and " + Figures.count(picture.groups().size() - shown.size(), "more group"));
        }
        lines.add(Texts.cut(total(picture), columns - 1));
        return lines;
    }

    private static String items(Live.GroupNow group) {
        return Figures.count(group.items()) + "/" + Figures.count(group.totalItems());
    }

    private static String line(Live.GroupNow group, int names, int figures, Speed speed, int columns) {
        long part = group.totalBytes() > 0 ? group.bytes() : group.items();
        long whole = group.totalBytes() > 0 ? group.totalBytes() : group.totalItems();
        boolean done = group.items() >= group.totalItems();
        int percent = done ? 100 : Math.min(99, Figures.percent(part, whole));
        int bar = columns < 60 ? 10 : BAR;
        int filled = percent * bar / 100;
        String rate = done ? "" : "   " + rate(speed, group.totalBytes() > 0);
        String text = Texts.pad(Texts.cutMiddle(Texts.safe(group.name()), names), names) + " [" + "#".repeat(filled)
                + ".".repeat(bar - filled) + "] " + Texts.padLeft(percent + "%", 4) + "  "
                + Texts.padLeft(items(group), figures) + rate;
        return text.stripTrailing();
    }

    private static String rate(Speed speed, boolean bytes) {
        if (bytes && speed.bytes() > 0) {
            return Figures.bytes((long) speed.bytes()) + "/s";
        }
        return speed.items() > 0 ? Figures.count(Math.max(1, Math.round(speed.items()))) + " items/s" : "";
    }

    /** One line for everything. */
    static String total(Picture picture) {
        if (picture.totalItems() == 0) {
            StringBuilder found = new StringBuilder(Texts.safe(picture.phase()));
            for (Live.GroupNow group : picture.found()) {
                found.append(" · ")
                        .append(Figures.count(group.items()))
                        .append(' ')
                        .append(Texts.safe(group.name()));
                if (group.bytes() > 0) {
                    found.append(", ").append(Figures.bytes(group.bytes()));
                }
            }
            return found.toString();
        }
        StringBuilder total = new StringBuilder("total ")
                .append(Figures.count(picture.items()))
                .append('/')
                .append(Figures.count(picture.totalItems()));
        if (picture.totalBytes() > 0) {
            total.append(" · ").append(amounts(picture.bytes(), picture.totalBytes()));
        }
        total.append(" · ")
                .append(Figures.count(picture.retries()))
                .append(picture.retries() == 1 ? " retry" : " retries")
                .append(" · ")
                .append(Figures.count(picture.trouble()))
                .append(" failed");
        picture.left()
                .ifPresent(left -> total.append(" · ")
                        .append(Figures.duration(Math.max(1000, left)))
                        .append(" left"));
        if (!picture.phase().isEmpty()
                && !picture.phase().equals("running")
                && picture.left().isEmpty()) {
            total.append(" · ").append(Texts.safe(picture.phase()));
        }
        return total.toString();
    }

    /** Two sizes, the unit said once when it is the same: 8.0 of 12.1 MB. */
    private static String amounts(long part, long whole) {
        String first = Figures.bytes(part);
        String second = Figures.bytes(whole);
        String unit = second.substring(second.indexOf(' '));
        return (first.endsWith(unit) ? first.substring(0, first.indexOf(' ')) : first) + " of " + second;
    }
}
