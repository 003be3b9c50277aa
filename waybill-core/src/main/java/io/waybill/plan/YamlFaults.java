package io.waybill.plan;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;

/** Says what is wrong with a YAML text, and how the line should read where quotes are all it needs. */
final class YamlFaults {
    private static final String IN_FLOW = "a template inside { } or [ ] must stand in quotes";

    private final String file;
    private final String text;

    YamlFaults(String file, String text) {
        this.file = file;
        this.text = text;
    }

    PlanException at(int line, int column, String message, @Nullable String hint) {
        return new PlanException(new Problem(file, line, column, message, hint, null));
    }

    PlanException at(Event event, String message, @Nullable String hint) {
        return at(Yaml.line(event), Yaml.column(event), message, hint);
    }

    /** A value that begins with a character that YAML keeps for itself. */
    PlanException marked(Event event, String mark, String message) {
        return quote(event, "a value that begins with " + mark + " must stand in quotes (" + message + ")", true);
    }

    PlanException quote(Event event, String what) {
        return quote(event, what + " must stand in quotes", false);
    }

    private PlanException quote(Event event, String message, boolean whole) {
        int line = Yaml.line(event);
        int column = Yaml.column(event);
        String raw = line(line);
        int end = whole ? raw.length() : end(event, raw);
        return at(line, column, message, write(raw, offset(raw, column - 1), end));
    }

    /** Where the value ends in the line in which it begins. */
    private static int end(Event event, String raw) {
        Mark end = event.getEndMark().orElse(null);
        return end == null || end.getLine() + 1 != Yaml.line(event) ? raw.length() : offset(raw, end.getColumn());
    }

    /** The place of a column, which counts code points, in a line. */
    private static int offset(String raw, int column) {
        return raw.offsetByCodePoints(0, Math.min(column, raw.codePointCount(0, raw.length())));
    }

    /** A map used as a key: a template that stands in a flow map without quotes. */
    PlanException flow(Node key) {
        String raw = line(key.line());
        return raw.contains("${")
                ? at(key.line(), key.column(), IN_FLOW, flowHint(raw))
                : at(key.line(), key.column(), "a name must be a single value, not " + key.form(), null);
    }

    /** The line with its templates in quotes; of each, all that stands between commas and brackets. */
    private static String flowHint(String raw) {
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < raw.length()) {
            char c = raw.charAt(i);
            int start = raw.startsWith("${", i) ? begin(out) : -1;
            if (start >= 0) {
                int close = raw.indexOf('}', i);
                int end = close < 0 ? raw.length() : close + 1;
                while (end < raw.length() && ",]} ".indexOf(raw.charAt(end)) < 0) {
                    end = raw.startsWith("${", end) ? Math.max(end, raw.indexOf('}', end)) + 1 : end + 1;
                }
                String value = out.substring(start) + raw.substring(i, end);
                out.setLength(start);
                String quoted = Yaml.quoted(value);
                out.append(quoted == null ? value : quoted);
                i = end;
            } else if (c == '"' || c == '\'') {
                int close = raw.indexOf(c, i + 1);
                int end = close < 0 ? raw.length() : close + 1;
                out.append(raw, i, end);
                i = end;
            } else {
                out.append(c);
                i++;
            }
        }
        return "write: " + out.toString().strip();
    }

    /** Where the value at whose end we are begins. */
    private static int begin(StringBuilder out) {
        int start = out.length();
        while (start > 0 && " ,[{".indexOf(out.charAt(start - 1)) < 0) {
            start--;
        }
        return start;
    }

    boolean isCommentAfter(Event event) {
        Mark end = event.getEndMark().orElse(null);
        if (end == null || end.getLine() + 1 != Yaml.line(event)) {
            return false;
        }
        String raw = line(Yaml.line(event));
        return raw.substring(offset(raw, end.getColumn())).matches("\\s+#.*");
    }

    /** A value that a comment cuts off. */
    PlanException comment(Event event) {
        String raw = line(Yaml.line(event));
        String message = "a value with \" #\" in it must stand in quotes, else a comment begins there";
        return at(event, message, write(raw, offset(raw, Yaml.column(event) - 1), raw.length()));
    }

    /** A character that no YAML file may hold. */
    PlanException character(ReaderException e) {
        int line = 1;
        int column = 1;
        int position = Math.min(e.getPosition(), text.codePointCount(0, text.length()));
        int end = text.offsetByCodePoints(0, position);
        for (int i = 0; i < end; i = text.offsetByCodePoints(i, 1)) {
            column++;
            if (text.charAt(i) == '\n') {
                line++;
                column = 1;
            }
        }
        String point = String.format(Locale.ROOT, "U+%04X", e.getCodePoint());
        return at(line, column, "the character " + point + " cannot stand in a plan", "remove it");
    }

    /** What the parser stumbled over. */
    PlanException syntax(MarkedYamlEngineException e) {
        Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
        int line = mark == null ? 1 : mark.getLine() + 1;
        int column = mark == null ? 1 : mark.getColumn() + 1;
        String problem = e.getProblem() == null ? "not YAML" : e.getProblem();
        String raw = line(line);
        int value = valueStart(raw);
        if (problem.startsWith("mapping values are not allowed") && value >= 0) {
            boolean inside =
                    raw.indexOf(": ", value) >= 0 || raw.stripTrailing().endsWith(":");
            if ("{[".indexOf(raw.strip().charAt(0)) >= 0) {
                return at(line, column, "a name and a value stand here where neither can", null);
            }
            return inside
                    ? at(
                            line,
                            column,
                            "a value with \": \" in it must stand in quotes",
                            write(raw, value, raw.length()))
                    : at(
                            line,
                            column,
                            "this line stands too far to the right, or the one above already has a value",
                            null);
        }
        if (e.getContext() != null && e.getContext().contains("quoted scalar")) {
            Mark open = e.getContextMark().orElse(mark);
            int from = open == null ? 1 : open.getLine() + 1;
            return at(from, open == null ? 1 : open.getColumn() + 1, "a quote that is not closed", null);
        }
        if (raw.contains("${") && (raw.contains("{ ") || raw.contains("[") || raw.indexOf('{') < raw.indexOf("${"))) {
            return at(line, column, IN_FLOW, flowHint(raw));
        }
        if (problem.contains("found character '\\t") || problem.contains("TAB")) {
            return at(line, column, "a tab begins the line", "indent with spaces");
        }
        if (value >= 0 && value < raw.length() && "!&*%@`{[".indexOf(raw.charAt(value)) >= 0) {
            String message = "a value that begins with " + raw.charAt(value) + " must stand in quotes";
            return at(line, column, message, write(raw, value, raw.length()));
        }
        return at(line, column, "not YAML: " + problem.replace('\n', ' '), null);
    }

    /** Where the value of a line {@code name: value} or {@code - value} begins, or -1. */
    private static int valueStart(String raw) {
        int i = 0;
        while (i < raw.length() && (raw.charAt(i) == ' ' || raw.startsWith("- ", i))) {
            i++;
        }
        int colon = raw.indexOf(": ", i);
        int start = colon < 0 ? i : colon + 2;
        while (start < raw.length() && raw.charAt(start) == ' ') {
            start++;
        }
        return start < raw.length() ? start : -1;
    }

    private static @Nullable String write(String raw, int from, int to) {
        int start = Math.min(from, raw.length());
        String value = raw.substring(start, to).strip();
        String quoted = value.isEmpty() ? null : Yaml.quoted(value);
        if (quoted == null) {
            return null;
        }
        String rest = raw.substring(to).isBlank() ? "" : raw.substring(to);
        return "write: " + (raw.substring(0, start) + quoted + rest).strip();
    }

    /** A line of the file, from 1, without its end. */
    private String line(int number) {
        int start = 0;
        for (int i = 1; i < number; i++) {
            int end = text.indexOf('\n', start);
            if (end < 0) {
                return "";
            }
            start = end + 1;
        }
        int end = text.indexOf('\n', start);
        String line = end < 0 ? text.substring(start) : text.substring(start, end);
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }
}
