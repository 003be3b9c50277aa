package io.waybill.table;

import io.waybill.store.StoreException;
import io.waybill.value.Json;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows that are JSON objects: one on each line, or the elements of one array. Not safe for use by several threads. */
class JsonRows extends RowReader {
    private static final String MEND = "Mend it";

    private final boolean array;
    private final Block block = new Block();
    private At at;

    JsonRows(ByteInput in, Faults faults, TableFormat format, At at, long number) throws StoreException {
        super(in, faults, format, number);
        this.array = format.type() == TableFormat.Type.JSON;
        this.at = at;
        if (at == At.BEGIN) {
            skipMark();
        }
    }

    @Override
    @Nullable
    Row read() throws StoreException, UnfitException {
        return array ? element() : line();
    }

    private @Nullable Row line() throws StoreException, UnfitException {
        while (in.peek() >= 0) {
            begins();
            block.clear();
            in.untilLineEnd(block);
            if (!block.isBlank()) {
                Row row = parse();
                in.lineEnd();
                return row;
            }
            in.lineEnd();
        }
        begins();
        return null;
    }

    private @Nullable Row element() throws StoreException, UnfitException {
        in.space();
        begins();
        if (at == At.BEGIN) {
            if (in.peek() != '[') {
                throw fault(
                        null,
                        in.offset(),
                        in.peek() < 0 ? "it is empty, and an array has at least []" : "no array begins here",
                        "If it has one object on each line, set type to jsonl");
            }
            in.next();
            in.space();
            if (in.peek() == ']') {
                return end();
            }
        } else if (at == At.BETWEEN) {
            if (in.peek() == ']') {
                return end();
            } else if (in.peek() != ',') {
                throw fault(
                        null,
                        in.offset(),
                        in.peek() < 0 ? "the file is cut short" : "\",\" or \"]\" is expected",
                        MEND);
            }
            in.next();
            in.space();
        }
        begins();
        block.clear();
        scan();
        at = At.BETWEEN;
        return parse();
    }

    private @Nullable Row end() throws StoreException {
        in.next();
        in.space();
        if (in.peek() >= 0) {
            throw fault(null, in.offset(), "something follows the end of the array", MEND);
        }
        return null;
    }

    /** Up to the end of an object; whether it is one is for the parser to say. */
    private void scan() throws StoreException, UnfitException {
        if (in.peek() != '{') {
            throw fault(null, in.offset(), in.peek() < 0 ? "the file is cut short" : "it is no object", MEND);
        }
        int depth = 0;
        boolean text = false;
        do {
            int next = in.next();
            if (next < 0) {
                String before = text(block.bytes(), block.size(), start());
                throw fault(column(before), in.offset(), "the file is cut short", "Get a whole copy");
            }
            block.add(next);
            if (text) {
                if (next == '\\' && in.peek() >= 0) {
                    block.add(in.next());
                }
                text = next != '"';
            } else if (next == '"') {
                text = true;
            } else if (next == '{' || next == '[') {
                depth++;
            } else if (next == '}' || next == ']') {
                depth--;
            }
        } while (depth > 0);
    }

    private Row parse() throws StoreException, UnfitException {
        CharBuffer decoded = CharBuffer.allocate(block.size());
        int bad = decode(block.bytes(), block.size(), decoded);
        Value.MapOf map = bad >= 0 ? damaged(bad) : object(decoded.flip().toString());
        if (!format.lossless()) {
            return Row.of(map.values());
        }
        Map<String, Value> fields = new LinkedHashMap<>();
        map.values().forEach((name, value) -> {
            try {
                fields.put(name, LosslessForm.untagged(value));
            } catch (UnfitException e) {
                leaveOut(name, start(), e.why());
            }
        });
        return Row.of(fields);
    }

    /** A row with bytes that are no text: the columns that hold them are left out, if these can be told. */
    private Value.MapOf damaged(int bad) throws StoreException {
        String text = new String(block.bytes(), 0, block.size(), format.encoding());
        Value value = null;
        try {
            value = Json.parse(text);
        } catch (Json.SyntaxException e) {
            // said below
        }
        Map<String, Value> fields = new LinkedHashMap<>();
        if (value instanceof Value.MapOf map && map.values().keySet().stream().noneMatch(JsonRows::isDamaged)) {
            map.values().forEach((name, field) -> {
                if (isDamaged(Json.write(field))) {
                    leaveOut(
                            name,
                            start() + bad,
                            undecodable(block.bytes()[bad]) + " (set the file's encoding or mend it)");
                } else {
                    fields.put(name, field);
                }
            });
        }
        if (unreadable().isEmpty()) {
            text(block.bytes(), block.size(), start());
        }
        return new Value.MapOf(fields);
    }

    /** Whether it has the character that stands for what cannot be decoded. */
    private static boolean isDamaged(String text) {
        return text.indexOf('\ufffd') >= 0;
    }

    private Value.MapOf object(String text) throws StoreException {
        Value value;
        try {
            value = Json.parse(text);
        } catch (Json.SyntaxException e) {
            Map<String, Value> fields = fieldByField(text);
            if (fields == null) {
                String before = text.substring(0, e.at());
                throw fault(column(before), start() + size(before), "not JSON: " + Faults.line(e.what()), MEND);
            }
            return new Value.MapOf(fields);
        }
        if (!(value instanceof Value.MapOf map)) {
            throw fault(null, start(), "it is no object but " + value.kind(), "Give each row as {\"column\": value}");
        }
        return map;
    }

    private long size(String before) {
        return format.isUnicode() ? before.getBytes(StandardCharsets.UTF_8).length : before.length();
    }

    /** Each field by itself; those that cannot be read are left out. Null when it cannot be told where each ends. */
    private @Nullable Map<String, Value> fieldByField(String text) {
        Map<String, Value> fields = new LinkedHashMap<>();
        int at = text.indexOf('{');
        if (at < 0 || !text.substring(0, at).isBlank()) {
            return null;
        }
        do {
            int colon = end(text, at + 1, ":");
            int end = colon < 0 ? -1 : end(text, colon + 1, ",}");
            String name = end < 0 ? null : name(text.substring(at + 1, colon));
            if (name == null || fields.containsKey(name) || unreadable().containsKey(name)) {
                return null;
            }
            String field = text.substring(colon + 1, end);
            try {
                fields.put(name, Json.parse(field));
            } catch (Json.SyntaxException e) {
                if (end(field, 0, ":") >= 0) {
                    return null; // more than one field
                }
                long place = start() + size(text.substring(0, colon + 1 + e.at()));
                leaveOut(name, place, "not JSON: " + Faults.line(e.what()));
            }
            at = end;
        } while (text.charAt(at) == ',');
        return text.substring(at + 1).isBlank() ? fields : null;
    }

    private static @Nullable String name(String json) {
        try {
            return Json.parse(json) instanceof Value.Text name ? name.value() : null;
        } catch (Json.SyntaxException e) {
            return null;
        }
    }

    /** Where one of these characters stands next, outside texts, lists and maps; less than zero for nowhere. */
    private static int end(String text, int from, String stops) {
        int depth = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (depth == 0 && stops.indexOf(c) >= 0) {
                return i;
            } else if (c == '"') {
                i++;
                while (i < text.length() && text.charAt(i) != '"') {
                    i += text.charAt(i) == '\\' ? 2 : 1;
                }
            } else if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
            }
            if (depth < 0) {
                return -1;
            }
        }
        return -1;
    }

    /** The last name in the outermost object that a colon follows. */
    @Override
    final @Nullable String column(String before) {
        String column = null;
        int depth = 0;
        int text = -1;
        for (int i = 0; i < before.length(); i++) {
            char c = before.charAt(i);
            if (c == '"') {
                int close = i + 1;
                while (close < before.length() && before.charAt(close) != '"') {
                    close += before.charAt(close) == '\\' ? 2 : 1;
                }
                text = depth == 1 && close < before.length() ? i : -1;
                if (text >= 0) {
                    int colon = close + 1;
                    while (colon < before.length() && Character.isWhitespace(before.charAt(colon))) {
                        colon++;
                    }
                    if (colon < before.length() && before.charAt(colon) == ':') {
                        column = before.substring(i + 1, close);
                    }
                }
                i = close;
            } else if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
            }
        }
        return column;
    }
}
