package io.waybill.jdbc.postgresql;

import io.waybill.value.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the JSON of {@code json} and {@code jsonb} columns: objects as maps, arrays as lists, numbers as decimals. What such
 * values cannot hold (a name twice in one object, half a surrogate pair, a nesting without end) is refused, not smoothed.
 */
final class PostgresJson {
    private static final int DEEPEST = 500;
    /** So large an exponent means a number that no arithmetic survives. */
    private static final int LARGEST_SCALE = 100_000;

    private final String text;
    private int at;

    private PostgresJson(String text) {
        this.text = text;
    }

    static Value parse(String text) throws BadValue {
        PostgresJson json = new PostgresJson(text);
        Value value = json.value(0);
        json.space();
        if (json.at != text.length()) {
            throw json.broken();
        }
        return value;
    }

    private Value value(int depth) throws BadValue {
        if (depth > DEEPEST) {
            throw new BadValue("holds JSON nested deeper than " + DEEPEST);
        }
        space();
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> Value.of(string());
            case 't' -> word("true", Value.Bool.TRUE);
            case 'f' -> word("false", Value.Bool.FALSE);
            case 'n' -> word("null", Value.NULL);
            default -> number();
        };
    }

    private Value object(int depth) throws BadValue {
        Map<String, Value> fields = new LinkedHashMap<>();
        at++;
        space();
        if (peek() == '}') {
            at++;
            return new Value.MapOf(fields);
        }
        while (true) {
            space();
            String name = string();
            space();
            take(':');
            if (fields.put(name, value(depth + 1)) != null) {
                throw new BadValue("holds JSON with a name twice in one object");
            }
            space();
            if (peek() == '}') {
                at++;
                return new Value.MapOf(fields);
            }
            take(',');
        }
    }

    private Value array(int depth) throws BadValue {
        List<Value> values = new ArrayList<>();
        at++;
        space();
        if (peek() == ']') {
            at++;
            return new Value.ListOf(values);
        }
        while (true) {
            values.add(value(depth + 1));
            space();
            if (peek() == ']') {
                at++;
                return new Value.ListOf(values);
            }
            take(',');
        }
    }

    private Value number() throws BadValue {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        try {
            BigDecimal number = new BigDecimal(text.substring(from, at));
            if (Math.abs((long) number.scale()) > LARGEST_SCALE) {
                throw new BadValue("holds a JSON number with an exponent beyond " + LARGEST_SCALE);
            }
            return Value.of(number);
        } catch (NumberFormatException e) {
            throw broken();
        }
    }

    private String string() throws BadValue {
        take('"');
        int from = at;
        int end = from;
        while (end < text.length() && text.charAt(end) != '"' && text.charAt(end) != '\\') {
            end++;
        }
        if (end < text.length() && text.charAt(end) == '"') {
            at = end + 1;
            return text.substring(from, end);
        }
        StringBuilder out = new StringBuilder(text.substring(from, end));
        at = end;
        while (peek() != '"') {
            char c = text.charAt(at++);
            out.append(c == '\\' ? escape() : c);
        }
        at++;
        for (int i = 0; i < out.length(); i++) {
            if (Character.isSurrogate(out.charAt(i))) {
                if (!Character.isSurrogatePair(out.charAt(i), i + 1 < out.length() ? out.charAt(i + 1) : 'x')) {
                    throw new BadValue("holds JSON text with half a surrogate pair");
                }
                i++;
            }
        }
        return out.toString();
    }

    private char escape() throws BadValue {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unit();
            default -> throw broken();
        };
    }

    private char unit() throws BadValue {
        try {
            at += 4;
            return (char) Integer.parseInt(text, at - 4, at, 16);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw broken();
        }
    }

    private Value word(String word, Value meaning) throws BadValue {
        if (!text.startsWith(word, at)) {
            throw broken();
        }
        at += word.length();
        return meaning;
    }

    private void take(char c) throws BadValue {
        if (peek() != c) {
            throw broken();
        }
        at++;
    }

    private char peek() throws BadValue {
        if (at >= text.length()) {
            throw broken();
        }
        return text.charAt(at);
    }

    private void space() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private BadValue broken() {
        return new BadValue("holds JSON that breaks off or goes wrong at character " + at);
    }
}
