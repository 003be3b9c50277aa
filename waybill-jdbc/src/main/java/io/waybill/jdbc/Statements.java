package io.waybill.jdbc;

import java.util.Optional;

/**
 * The text of a statement that somebody wrote, taken apart as far as needed to see that it is one: literals, quoted names and
 * comments are known, all else is left to the database.
 */
public final class Statements {
    /** What of the language differs. */
    public enum Dialect {
        POSTGRESQL,
        SQLITE
    }

    private final String text;
    private final Dialect dialect;
    /** What a question mark becomes. */
    private final String question;

    private final StringBuilder out = new StringBuilder();
    private int at;
    private boolean any;
    private boolean hasParameters;
    /** Whether only blanks, comments and semicolons may follow. */
    private boolean ended;

    private Statements(String text, Dialect dialect, String question) {
        this.question = question;
        this.text = text;
        this.dialect = dialect;
    }

    /**
     * The one statement, without semicolons at its end. Nothing when it is none, or several, or has parameters of PostgreSQL's own
     * kind.
     */
    public static Optional<String> one(String text, Dialect dialect) {
        return new Statements(text, dialect, "?").read();
    }

    /** {@link #one} statement for PostgreSQL's driver, which takes a question mark for a parameter: those of operators are doubled. */
    public static String prepared(String one) {
        return new Statements(one, Dialect.POSTGRESQL, "??").read().orElseThrow();
    }

    private Optional<String> read() {
        if (text.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c)) {
                take(at + 1);
            } else if (text.startsWith("--", at)) {
                int end = text.indexOf('\n', at);
                take(end < 0 ? text.length() : end + 1);
            } else if (text.startsWith("/*", at)) {
                take(comment());
            } else if (c == ';') {
                ended = any;
                at++;
            } else if (ended) {
                return Optional.empty();
            } else {
                any = true;
                piece(c);
            }
        }
        return any && !hasParameters ? Optional.of(out.toString()) : Optional.empty();
    }

    private void piece(char c) {
        if (c == '\'') {
            take(quoted('\'', isEscaped()));
        } else if (c == '"' || (c == '`' && dialect == Dialect.SQLITE)) {
            take(quoted(c, false));
        } else if (c == '[' && dialect == Dialect.SQLITE) {
            int end = text.indexOf(']', at);
            take(end < 0 ? text.length() : end + 1);
        } else if (c == '$' && dialect == Dialect.POSTGRESQL && !isName(at - 1)) {
            take(dollars());
        } else {
            if (c == '?') {
                out.append(question);
                at++;
            } else {
                take(at + 1);
            }
        }
    }

    private void take(int end) {
        out.append(text, at, end);
        at = end;
    }

    /** Where a literal or quoted name ends that begins here; the quote in it stands twice. */
    private int quoted(char quote, boolean escapes) {
        int i = at + 1;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (escapes && c == '\\') {
                i++;
            } else if (c == quote) {
                if (i + 1 >= text.length() || text.charAt(i + 1) != quote) {
                    return i + 1;
                }
                i++;
            }
            i++;
        }
        return text.length();
    }

    /** PostgreSQL knows backslashes in {@code E'...'}. */
    private boolean isEscaped() {
        return dialect == Dialect.POSTGRESQL
                && at > 0
                && (text.charAt(at - 1) == 'E' || text.charAt(at - 1) == 'e')
                && !isName(at - 2);
    }

    private boolean isName(int i) {
        if (i < 0) {
            return false;
        }
        char c = text.charAt(i);
        return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c > '\u007f';
    }

    /** Where {@code $tag$ ... $tag$} ends, or the dollar itself if it begins no such thing. */
    private int dollars() {
        int i = at + 1;
        while (i < text.length() && text.charAt(i) != '$' && isName(i)) {
            i++;
        }
        hasParameters |= at + 1 < text.length() && Character.isDigit(text.charAt(at + 1));
        boolean tag =
                i < text.length() && text.charAt(i) == '$' && (i == at + 1 || !Character.isDigit(text.charAt(at + 1)));
        if (!tag) {
            return at + 1;
        }
        String mark = text.substring(at, i + 1);
        int end = text.indexOf(mark, i + 1);
        return end < 0 ? text.length() : end + mark.length();
    }

    /** Where a comment ends; those of PostgreSQL may stand within each other. */
    private int comment() {
        int depth = 0;
        int i = at;
        while (i < text.length()) {
            if (text.startsWith("/*", i) && (depth == 0 || dialect == Dialect.POSTGRESQL)) {
                depth++;
                i += 2;
            } else if (text.startsWith("*/", i)) {
                depth--;
                i += 2;
                if (depth == 0) {
                    return i;
                }
            } else {
                i++;
            }
        }
        return i;
    }
}
