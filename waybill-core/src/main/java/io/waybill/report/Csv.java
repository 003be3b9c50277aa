package io.waybill.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes lines of CSV (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe before it, so that
 * opening a report never runs what somebody put into a file name.
 */
public final class Csv {
    private Csv() {}

    /** One line, ended by CR LF. */
    public static String line(List<String> cells) {
        List<String> written = new ArrayList<>(cells.size());
        for (String cell : cells) {
            written.add(cell(cell));
        }
        return String.join(",", written) + "\r\n";
    }

    private static String cell(String text) {
        String guarded = isFormula(text) ? "'" + text : text;
        boolean quoted = guarded.chars().anyMatch(c -> c == '"' || c == ',' || c == '\r' || c == '\n' || c == '\t');
        return quoted ? '"' + guarded.replace("\"", "\"\"") + '"' : guarded;
    }

    private static boolean isFormula(String text) {
        if (text.isEmpty()) {
            return false;
        }
        char first = text.charAt(0);
        // full-width forms count as the plain ones in some spreadsheets
        return "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20".indexOf(first) >= 0 && !isNumber(text);
    }

    private static boolean isNumber(String text) {
        return text.matches("-[0-9]{1,18}(\\.[0-9]{1,18})?");
    }
}
