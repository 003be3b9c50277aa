package io.waybill.report;

import java.util.ArrayList;
import java.util.List;

/** Rows of cells with their columns in line. Cells are text that is safe already. */
public final class Grid {
    private static final String GAP = "  ";

    private final List<Boolean> right;
    private final List<List<String>> rows = new ArrayList<>();

    /** With one letter per column: {@code l} for cells on the left, {@code r} for figures on the right. */
    public Grid(String columns) {
        right = columns.chars().mapToObj(c -> c == 'r').toList();
    }

    /** Adds a row; cells left out are empty. */
    public Grid row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The lines, without spaces at their ends. A positive limit cuts each line to so many columns, in its last cell. */
    public List<String> lines(int limit) {
        int[] widths = new int[right.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], Texts.width(row.get(i)));
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                if (widths[i] == 0) {
                    continue;
                }
                line.append(line.length() == 0 ? "" : GAP)
                        .append(right.get(i) ? Texts.padLeft(row.get(i), widths[i]) : Texts.pad(row.get(i), widths[i]));
            }
            String text = line.toString().stripTrailing();
            lines.add(limit > 0 ? Texts.cut(text, limit) : text);
        }
        return lines;
    }
}
