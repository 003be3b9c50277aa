package io.waybill.mapping;

import io.waybill.value.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads expressions that are one plain name or one plain literal, as most are. Loading the whole language takes long, and
 * for these it is not needed; what they mean is the same.
 */
final class Plain {
    /** Words that CEL keeps for itself; an expression with one of them is left to CEL. */
    static final Set<String> RESERVED = Set.of(
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "in",
            "let",
            "loop",
            "package",
            "namespace",
            "return",
            "var",
            "void",
            "while",
            "true",
            "false",
            "null");

    private Plain() {}

    /** The term that the text is, or null when it takes the whole language to tell. */
    static @Nullable Term find(String text) {
        int start = skipSpace(text, 0);
        String body = text.substring(start).stripTrailing();
        if (body.isEmpty()) {
            return null;
        }
        char first = body.charAt(0);
        if (first == '\'' || first == '"') {
            return quoted(body);
        }
        if (isDigit(first) || first == '-') {
            return integer(body);
        }
        return switch (body) {
            case "true" -> new ConstantTerm(Value.Bool.TRUE);
            case "false" -> new ConstantTerm(Value.Bool.FALSE);
            case "null" -> new ConstantTerm(Value.NULL);
            default -> path(body, start);
        };
    }

    private static @Nullable Term quoted(String body) {
        char quote = body.charAt(0);
        int end = body.length() - 1;
        if (end < 1 || body.charAt(end) != quote) {
            return null;
        }
        for (int i = 1; i < end; i++) {
            char c = body.charAt(i);
            if (c == quote || c == '\\' || c < ' ') {
                return null;
            }
        }
        return new ConstantTerm(Value.of(body.substring(1, end)));
    }

    private static @Nullable Term integer(String body) {
        int from = body.charAt(0) == '-' ? 1 : 0;
        int digits = body.length() - from;
        if (digits == 0 || digits > 18 || (digits > 1 && body.charAt(from) == '0')) {
            return null;
        }
        for (int i = from; i < body.length(); i++) {
            if (!isDigit(body.charAt(i))) {
                return null;
            }
        }
        return new ConstantTerm(new Value.Int(new BigInteger(body)));
    }

    private static @Nullable Term path(String body, int position) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= body.length(); i++) {
            if (i == body.length() || body.charAt(i) == '.') {
                String part = body.substring(start, i);
                if (part.isEmpty() || isDigit(part.charAt(0)) || RESERVED.contains(part)) {
                    return null;
                }
                parts.add(part);
                start = i + 1;
            } else if (!isWord(body.charAt(i))) {
                return null;
            }
        }
        return new PathTerm(position, parts.get(0), List.copyOf(parts.subList(1, parts.size())));
    }

    private static int skipSpace(String text, int from) {
        int i = from;
        while (i < text.length() && Character.isWhitespace(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWord(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || isDigit(c);
    }
}
