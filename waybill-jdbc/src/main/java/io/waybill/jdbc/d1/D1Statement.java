package io.waybill.jdbc.d1;

import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Json;
import io.waybill.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A statement as the API takes it. Its parameters are texts and nothing else, since a number there would pass through a
 * double: numbers and bytes stand in the statement, or are made of texts in it.
 */
record D1Statement(String sql, List<String> params) {
    /** As documented. */
    static final int MOST_PARAMS = 100;

    static final int LONGEST = 100_000;

    /** Bytes that a hexadecimal text in a statement has at most; longer ones are parameters. */
    private static final int SHORT = 200;

    /** Bytes whose hexadecimal text is still a value that D1 takes. */
    private static final int PIECE = 900_000;

    /**
     * A statement with its values in place.
     *
     * @param sql with a question mark for each value, and others only in quotes
     * @param values null, Long, Double, String or byte array
     */
    static D1Statement of(String sql, List<? extends @Nullable Object> values, String task) throws StoreException {
        List<String> pieces = split(sql);
        if (pieces.size() != values.size() + 1) {
            throw new IllegalArgumentException(values.size() + " values for " + (pieces.size() - 1) + " places");
        }
        boolean[] inline = inline(values);
        StringBuilder text = new StringBuilder(pieces.get(0));
        List<String> params = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            text.append(spell(values.get(i), inline[i], params)).append(pieces.get(i + 1));
        }
        String whole = text.toString();
        int length = whole.getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST || params.size() > MOST_PARAMS) {
            throw new StoreException(
                    Kind.INVALID,
                    task + ": it needs a statement of " + length + " bytes and " + params.size()
                            + " parameters, and D1 takes " + LONGEST + " and " + MOST_PARAMS
                            + ". Leave columns out of the plan.");
        }
        return new D1Statement(whole, List.copyOf(params));
    }

    /** Which texts stand in the statement because there are too many of them for parameters: the shortest. */
    private static boolean[] inline(List<? extends @Nullable Object> values) {
        boolean[] inline = new boolean[values.size()];
        int[] texts = IntStream.range(0, values.size())
                .filter(i -> values.get(i) instanceof String || values.get(i) instanceof byte[])
                .toArray();
        // a value of bytes may take three
        Arrays.stream(texts)
                .boxed()
                .sorted(Comparator.comparingInt(i -> size(values.get(i))))
                .limit(Math.max(0, texts.length - (MOST_PARAMS - 4)))
                .forEach(i -> inline[i] = true);
        return inline;
    }

    /** Bytes of a value as it is stored. */
    static int size(@Nullable Object value) {
        if (value instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8).length;
        }
        return value instanceof byte[] bytes ? bytes.length : 8;
    }

    private static String spell(@Nullable Object value, boolean inline, List<String> params) {
        if (value == null) {
            return "NULL";
        } else if (value instanceof Long integer) {
            return integer == Long.MIN_VALUE ? "(-9223372036854775807 - 1)" : "(" + integer + ")";
        } else if (value instanceof Double real) {
            return D1Real.of(real);
        } else if (value instanceof String text) {
            if (!inline && text.indexOf('\0') < 0) {
                params.add(text);
                return "?";
            }
            return "(+CAST(" + bytes(text.getBytes(StandardCharsets.UTF_8), inline, params) + " AS TEXT))";
        }
        return bytes((byte[]) value, inline, params);
    }

    private static String bytes(byte[] bytes, boolean inline, List<String> params) {
        if (inline || bytes.length <= SHORT) {
            return "x'" + HexFormat.of().formatHex(bytes) + "'";
        }
        List<String> pieces = new ArrayList<>();
        for (int from = 0; from < bytes.length; from += PIECE) {
            params.add(HexFormat.of().formatHex(bytes, from, Math.min(bytes.length, from + PIECE)));
            pieces.add("unhex(?)");
        }
        return pieces.size() == 1 ? pieces.get(0) : "CAST(" + String.join(" || ", pieces) + " AS BLOB)";
    }

    /** The statement at its question marks. */
    private static List<String> split(String sql) {
        List<String> pieces = new ArrayList<>();
        int begin = 0;
        char quote = 0;
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '?') {
                pieces.add(sql.substring(begin, i));
                begin = i + 1;
            }
        }
        pieces.add(sql.substring(begin));
        return pieces;
    }

    /** About how many bytes of a request it takes. */
    long weight() {
        return sql.length() + params.stream().mapToLong(String::length).sum();
    }

    Value json() {
        return new Value.MapOf(java.util.Map.of(
                "sql",
                Value.of(sql),
                "params",
                new Value.ListOf(params.stream().<Value>map(Value::of).toList())));
    }

    /** The body of a request for some statements, which happen together or not at all. */
    static String body(List<D1Statement> statements) {
        if (statements.size() == 1) {
            return Json.write(statements.get(0).json());
        }
        return Json.write(new Value.MapOf(java.util.Map.of(
                "batch",
                new Value.ListOf(statements.stream().map(D1Statement::json).toList()))));
    }
}
