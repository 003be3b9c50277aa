package io.waybill.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A reader of JSON that knows nothing of ours, and keeps bytes that are no text. Values come out as {@link PlainValue} forms. */
final class PlainJson {
    private final byte[] json;
    private final ValueKind kind;
    private int at;

    private PlainJson(byte[] json, ValueKind kind) {
        this.json = json;
        this.kind = kind;
    }

    /** The form of a document. */
    static String form(ValueKind kind, String text) {
        PlainJson reader = new PlainJson(text.getBytes(StandardCharsets.UTF_8), kind);
        String form = reader.value();
        if (reader.peek() != 0) {
            throw new IllegalArgumentException("more after the end");
        }
        return form;
    }

    /** The objects of a file, one after the other or in an array, each with its fields as bytes of JSON. */
    static List<Map<String, byte[]>> rows(byte[] file) {
        PlainJson reader = new PlainJson(file, ValueKind.TEXT);
        List<Map<String, byte[]>> rows = new ArrayList<>();
        for (char next = reader.peek(); next != 0; next = reader.peek()) {
            if (next == '{') {
                rows.add(reader.fields());
            } else {
                reader.at++; // [ , ]
            }
        }
        return rows;
    }

    private Map<String, byte[]> fields() {
        Map<String, byte[]> fields = new LinkedHashMap<>();
        at++;
        while (peek() != '}') {
            if (peek() == ',') {
                at++;
            }
            peek();
            String name = string();
            expect(':');
            peek();
            int start = at;
            value();
            fields.put(name, java.util.Arrays.copyOfRange(json, start, at));
        }
        at++;
        return fields;
    }

    /** The form of a field as a column of this kind means it. */
    static PlainValue field(ValueKind kind, byte[] value) {
        PlainJson reader = new PlainJson(value, kind);
        char first = reader.peek();
        boolean document = kind.family() == ValueKind.Family.DOCUMENT || kind.family() == ValueKind.Family.SET;
        if (first == 'n') {
            return PlainValue.NULL;
        } else if (first == '"' && !document) {
            return new PlainValue(PlainValue.meant(kind, reader.string()), "text");
        }
        String word = first == '"' ? "text" : first == 't' || first == 'f' ? "boolean" : "number";
        String form =
                first == '-' || Character.isDigit(first) ? PlainValue.digits(kind, reader.word()) : reader.value();
        return new PlainValue(
                document ? new PlainJson(value, kind).value() : form, first == '{' || first == '[' ? "document" : word);
    }

    private char peek() {
        while (at < json.length && " \t\r\n".indexOf(json[at]) >= 0) {
            at++;
        }
        return at < json.length ? (char) (json[at] & 0xff) : 0;
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw new IllegalArgumentException(wanted + " is expected at " + at);
        }
        at++;
    }

    private String value() {
        char first = peek();
        if (first == '"') {
            return kind == ValueKind.INTEGERS || kind == ValueKind.TEXTS ? string() : PlainValue.text(string());
        } else if (first == '[') {
            List<String> all = new ArrayList<>();
            at++;
            while (peek() != ']') {
                if (!all.isEmpty()) {
                    expect(',');
                }
                all.add(value());
            }
            at++;
            return PlainValue.list(kind, all);
        } else if (first == '{') {
            List<String> all = new ArrayList<>();
            at++;
            while (peek() != '}') {
                if (!all.isEmpty()) {
                    expect(',');
                }
                peek();
                String name = PlainValue.text(string());
                expect(':');
                all.add(name + "=" + value());
            }
            at++;
            Collections.sort(all);
            return all.toString().replaceFirst("^\\[", "{").replaceFirst("]$", "}");
        }
        String text = word();
        boolean known = text.equals("null") || text.equals("true") || text.equals("false");
        if (!known && !text.matches("-?[0-9][0-9.eE+-]*")) {
            throw new IllegalArgumentException("no JSON: " + text);
        }
        return known ? text : PlainValue.number(text);
    }

    private String word() {
        StringBuilder word = new StringBuilder();
        while (at < json.length && " \t\r\n,]}:".indexOf(json[at]) < 0) {
            word.append((char) json[at++]);
        }
        return word.toString();
    }

    private String string() {
        StringBuilder text = new StringBuilder();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        at++;
        while (json[at] != '"') {
            if (json[at] != '\\') {
                bytes.write(json[at++]);
                continue;
            }
            text.append(PlainValue.utf8(bytes.toByteArray()));
            bytes.reset();
            char escape = (char) json[at + 1];
            at += 2;
            if (escape == 'u') {
                text.append((char) Integer.parseInt(new String(json, at, 4, StandardCharsets.US_ASCII), 16));
                at += 4;
            } else {
                int known = "bfnrt".indexOf(escape);
                text.append(known < 0 ? escape : "\b\f\n\r\t".charAt(known));
            }
        }
        at++;
        return text.append(PlainValue.utf8(bytes.toByteArray())).toString();
    }
}
