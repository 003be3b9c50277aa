package io.waybill.plan;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;

/** Says what is wrong with a YAML text, and how the line should read where quotes are all it needs. */
final class YamlFaults {
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
        return at(line, column, message, write(raw, column - 1, end));
    }

    private static int end(Event event, String raw) {
        return event.getEndMark()
                .map(mark -> raw.offsetByCodePoints(0, mark.getColumn()))
                .orElse(raw.length());
    }

    /** A map used as a key: a template that stands in a flow map without quotes. */
    PlanException flow(Node key) {
        return at(
                key.line(),
                key.column(),
                "a map cannot be a name here",
                "a template inside { } or [ ] must stand in quotes: \"${...}\"");
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
            return at(line, column, "a value with \": \" in it must stand in quotes", write(raw, value, raw.length()));
        }
        if (raw.contains("${") && (raw.contains("{ ") || raw.contains("[") || raw.indexOf('{') < raw.indexOf("${"))) {
            return at(line, column, "a template inside { } or [ ] must stand in quotes", "write \"${...}\"");
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
