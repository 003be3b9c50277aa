package io.waybill.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * JSON as values and back. Reading gives null, boolean, integer, decimal, text, list and map, with exact numbers; an object
 * with one name twice is refused. Writing takes the same kinds.
 */
public final class Json {
    private static final int DEEPEST = 200;
    /** Fewer digits than this fit into a long. */
    private static final int LONG_DIGITS = 18;

    private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]{1,4})?");

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** One line, names in the order they stand in. */
    public static String write(Value value) {
        StringBuilder out = new StringBuilder();
        write(value, out, false, -1);
        return out.toString();
    }

    /** One line, names sorted: equal values have equal texts. */
    public static String canonical(Value value) {
        StringBuilder out = new StringBuilder();
        write(value, out, true, -1);
        return out.toString();
    }

    /** Lines with two spaces for each level, for people; ends in a new line. */
    public static String pretty(Value value) {
        StringBuilder out = new StringBuilder();
        write(value, out, false, 0);
        return out.append('\n').toString();
    }

    private static void write(Value value, StringBuilder out, boolean sorted, int indent) {
        if (value instanceof Value.Text string) {
            string(string.value(), out);
        } else if (value instanceof Value.Int integer) {
            out.append(integer.value());
        } else if (value instanceof Value.Dec decimal) {
            out.append(decimal.value());
        } else if (value instanceof Value.Bool bool) {
            out.append(bool.value());
        } else if (value instanceof Value.Null) {
            out.append("null");
        } else if (value instanceof Value.ListOf list) {
            out.append('[');
            String separator = "";
            for (Value element : list.values()) {
                out.append(separator);
                line(out, indent < 0 ? -1 : indent + 1);
                write(element, out, sorted, indent < 0 ? -1 : indent + 1);
                separator = ",";
            }
            line(out, list.values().isEmpty() ? -1 : indent);
            out.append(']');
        } else if (value instanceof Value.MapOf map) {
            out.append('{');
            String separator = "";
            Map<String, Value> fields = sorted ? new TreeMap<>(map.values()) : map.values();
            for (Map.Entry<String, Value> field : fields.entrySet()) {
                out.append(separator);
                line(out, indent < 0 ? -1 : indent + 1);
                string(field.getKey(), out);
                out.append(indent < 0 ? ":" : ": ");
                write(field.getValue(), out, sorted, indent < 0 ? -1 : indent + 1);
                separator = ",";
            }
            line(out, fields.isEmpty() ? -1 : indent);
            out.append('}');
        } else {
            throw new IllegalArgumentException("JSON has no " + value.kind());
        }
    }

    private static void line(StringBuilder out, int indent) {
        if (indent >= 0) {
            out.append('\n').append("  ".repeat(indent));
        }
    }

    /** Control characters and lone surrogates are escaped, so any text comes back as it was. */
    private static void string(String text, StringBuilder out) {
        out.append('"');
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
                continue;
            }
            boolean paired = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (paired) {
                i++;
            } else if (!isWritten(c)) {
                plain(text, start, i, out);
                start = i + 1;
                escape(c, out);
            }
        }
        plain(text, start, text.length(), out);
        out.append('"');
    }

    /** What stands for itself is copied in stretches: one character after another takes many times as long. */
    private static void plain(String text, int from, int to, StringBuilder out) {
        if (from < to) {
            out.append(from == 0 && to == text.length() ? text : text.substring(from, to));
        }
    }

    private static boolean isWritten(char c) {
        return c >= ' '
                && c != '"'
                && c != '\\'
                && c != 0x7f
                && !Character.isSurrogate(c)
                && c != 0x2028
                && c != 0x2029;
    }

    private static void escape(char c, StringBuilder out) {
        if (c == '"' || c == '\\') {
            out.append('\\').append(c);
        } else if (c == '\n') {
            out.append("\\n");
        } else {
            out.append("\\u")
                    .append(hex(c >> 12))
                    .append(hex(c >> 8))
                    .append(hex(c >> 4))
                    .append(hex(c));
        }
    }

    private static char hex(int value) {
        return Character.forDigit(value & 0xf, 16);
    }

    /**
     * The value of a JSON text.
     *
     * @throws SyntaxException saying what is wrong and at which character
     */
    public static Value parse(String text) {
        Json json = new Json(text);
        Value value = json.value(0);
        json.space();
        if (json.at < text.length()) {
            throw json.wrong("more after the end");
        }
        return value;
    }

    private SyntaxException wrong(String what) {
        return new SyntaxException(at, what);
    }

    /** What is wrong with a text that is not JSON, and where. */
    public static final class SyntaxException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        private final int at;
        private final String what;

        private SyntaxException(int at, String what) {
            super("not JSON at character " + (at + 1) + ": " + what);
            this.at = at;
            this.what = what;
        }

        /** How many characters stand before the place. */
        public int at() {
            return at;
        }

        /** What is wrong, without the place. */
        public String what() {
            return what;
        }
    }

    private void space() {
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private char next() {
        if (at >= text.length()) {
            throw wrong("it ends too soon");
        }
        return text.charAt(at);
    }

    private void expect(char c) {
        space();
        if (next() != c) {
            throw wrong("\"" + c + "\" is expected");
        }
        at++;
    }

    private Value value(int depth) {
        if (depth > DEEPEST) {
            throw wrong("nested too deep");
        }
        space();
        return switch (next()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> Value.of(string());
            case 't' -> word("true", Value.Bool.TRUE);
            case 'f' -> word("false", Value.Bool.FALSE);
            case 'n' -> word("null", Value.NULL);
            default -> number();
        };
    }

    private Value word(String word, Value value) {
        if (!text.startsWith(word, at)) {
            throw wrong("\"" + word + "\" is expected");
        }
        at += word.length();
        return value;
    }

    private Value object(int depth) {
        expect('{');
        Map<String, Value> fields = new LinkedHashMap<>();
        space();
        if (next() == '}') {
            at++;
            return new Value.MapOf(fields);
        }
        while (true) {
            space();
            String name = string();
            expect(':');
            if (fields.put(name, value(depth + 1)) != null) {
                throw wrong("\"" + name + "\" stands here twice");
            }
            space();
            if (next() == '}') {
                at++;
                return new Value.MapOf(fields);
            }
            expect(',');
        }
    }

    private Value array(int depth) {
        expect('[');
        List<Value> elements = new ArrayList<>();
        space();
        if (next() == ']') {
            at++;
            return new Value.ListOf(elements);
        }
        while (true) {
            elements.add(value(depth + 1));
            space();
            if (next() == ']') {
                at++;
                return new Value.ListOf(elements);
            }
            expect(',');
        }
    }

    private Value number() {
        int start = at;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        boolean end = at == text.length() || (!isDigit(text.charAt(at)) && ".eE+-".indexOf(text.charAt(at)) < 0);
        int length = at - start;
        if (end && length > 0 && length < LONG_DIGITS && (length == 1 || text.charAt(start) != '0')) {
            return new Value.Int(BigInteger.valueOf(Long.parseLong(text, start, at, 10)));
        }
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String number = text.substring(start, at);
        if (number.length() > 10_000 || !NUMBER.matcher(number).matches()) {
            at = start;
            throw wrong("a value is expected");
        }
        boolean whole = number.indexOf('.') < 0 && number.indexOf('e') < 0 && number.indexOf('E') < 0;
        return whole ? new Value.Int(new BigInteger(number)) : new Value.Dec(new BigDecimal(number));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private String string() {
        if (next() != '"') {
            throw wrong("a name or text in quotes is expected");
        }
        at++;
        int start = at;
        while (at < text.length() && isPlain(text.charAt(at))) {
            at++;
        }
        if (next() == '"') {
            at++;
            return text.substring(start, at - 1);
        }
        StringBuilder out = new StringBuilder().append(text.substring(start, at));
        while (true) {
            char c = next();
            if (c == '"') {
                at++;
                return out.toString();
            } else if (c == '\\') {
                at++;
                out.append(escaped());
            } else if (c < ' ') {
                throw wrong("a control character inside a text");
            }
            start = at;
            while (at < text.length() && isPlain(text.charAt(at))) {
                at++;
            }
            out.append(text.substring(start, at));
        }
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c != '"' && c != '\\';
    }

    private char escaped() {
        char c = next();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw wrong("\\" + c + " has no meaning");
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(next(), 16);
            if (digit < 0) {
                throw wrong("four hexadecimal digits are expected");
            }
            code = code * 16 + digit;
            at++;
        }
        return (char) code;
    }
}
