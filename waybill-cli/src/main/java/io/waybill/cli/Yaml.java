package io.waybill.cli;

import java.util.Locale;

/** Writes text into YAML. */
final class Yaml {
    private Yaml() {}

    /** The text as a double-quoted scalar, where nothing has a meaning of its own but templates. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < 0x20 || c == 0x7f) {
                quoted.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /** The same, or the text itself where that reads the same. */
    static String scalar(String text) {
        return text.matches("[A-Za-z0-9_./][A-Za-z0-9_./?=&%:+~@,-]*")
                        && !text.endsWith(":")
                        && !text.matches("[-0-9.]+|true|false|null|~")
                ? text
                : quoted(text);
    }

    /** The text with a dollar sign before each dollar and brace, so that no template is read into it. */
    static String literal(String text) {
        return text.replace("${", "$${");
    }
}
