package io.waybill.report;

/** Builds HTML from text that may be hostile: every text is escaped, and nothing else can come in. */
final class Html {
    private final StringBuilder out = new StringBuilder(16_384);

    /** Markup of our own, as it is. */
    Html raw(String markup) {
        out.append(markup);
        return this;
    }

    /** Text, with everything that has a meaning in HTML or steers a display made harmless. */
    Html text(String text) {
        String safe = Texts.safe(text);
        for (int i = 0; i < safe.length(); i++) {
            char c = safe.charAt(i);
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> {
                    out.append(isHalf(safe, i) ? '\ufffd' : c);
                }
            }
        }
        return this;
    }

    /** Whether a half of a character stands there without its other half. */
    private static boolean isHalf(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }

    /** An element with text in it; {@code attributes} are ours, with a space before them, or empty. */
    Html element(String name, String attributes, String text) {
        return raw("<" + name + attributes + ">").text(text).raw("</" + name + ">");
    }

    /** A cell of a table. */
    Html cell(String text) {
        return element("td", "", text);
    }

    /** A cell with a figure. */
    Html figure(String text) {
        return element("td", " class=\"n\"", text);
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
