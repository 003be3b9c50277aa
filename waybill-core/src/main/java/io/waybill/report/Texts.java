package io.waybill.report;

import io.waybill.store.FileKey;

/** Text on a terminal: made safe, measured and cut in columns rather than characters. */
public final class Texts {
    private Texts() {}

    /** The text on one line, with everything that could steer a terminal made visible. */
    public static String safe(String text) {
        return new FileKey(text).display();
    }

    /** The same for text of several lines. */
    public static String safeLines(String text) {
        if (text.indexOf('\n') < 0) {
            return safe(text);
        }
        StringBuilder safe = new StringBuilder(text.length());
        for (String line : text.split("\n", -1)) {
            safe.append(safe.length() == 0 ? "" : "\n").append(safe(line));
        }
        return safe.toString();
    }

    /** How many columns the text takes. */
    public static int width(String text) {
        int width = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            width += width(text.codePointAt(i));
        }
        return width;
    }

    private static int width(int point) {
        if (point < 0x300) {
            return 1;
        }
        int type = Character.getType(point);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        boolean wide = (point >= 0x1100 && point <= 0x115f)
                || (point >= 0x2e80 && point <= 0xa4cf)
                || (point >= 0xac00 && point <= 0xd7a3)
                || (point >= 0xf900 && point <= 0xfaff)
                || (point >= 0xfe30 && point <= 0xfe6f)
                || (point >= 0xff00 && point <= 0xff60)
                || (point >= 0xffe0 && point <= 0xffe6)
                || (point >= 0x1f300 && point <= 0x1faff)
                || (point >= 0x20000 && point <= 0x3fffd);
        return wide ? 2 : 1;
    }

    /** The text, cut to so many columns; what was cut shows as three dots. */
    public static String cut(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        StringBuilder cut = new StringBuilder();
        int width = 0;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            if (width + width(point) > columns - 3) {
                break;
            }
            width += width(point);
            cut.appendCodePoint(point);
            i += Character.charCount(point);
        }
        return cut + "...".substring(0, Math.max(0, Math.min(3, columns - width)));
    }

    /** The same with the cut in the middle, which keeps the end of a path readable. */
    public static String cutMiddle(String text, int columns) {
        if (width(text) <= columns || columns < 10) {
            return cut(text, columns);
        }
        int head = (columns - 3) / 3;
        int tail = columns - 3 - head;
        int from = text.length();
        int width = 0;
        while (from > 0) {
            int point = text.codePointBefore(from);
            if (width + width(point) > tail) {
                break;
            }
            width += width(point);
            from -= Character.charCount(point);
        }
        StringBuilder start = new StringBuilder();
        width = 0;
        for (int i = 0; i < from; ) {
            int point = text.codePointAt(i);
            if (width + width(point) > head) {
                break;
            }
            width += width(point);
            start.appendCodePoint(point);
            i += Character.charCount(point);
        }
        return start + "..." + text.substring(from);
    }

    /** The text with spaces after it up to so many columns. */
    public static String pad(String text, int columns) {
        return text + " ".repeat(Math.max(0, columns - width(text)));
    }

    /** The text with spaces before it up to so many columns. */
    public static String padLeft(String text, int columns) {
        return " ".repeat(Math.max(0, columns - width(text))) + text;
    }
}
