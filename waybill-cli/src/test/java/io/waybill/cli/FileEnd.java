package io.waybill.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tables in files, written and read as bytes. */
final class FileEnd implements ValueEnd {
    private static final String NULL = "~null~";

    private final String type;
    private final Path folder;

    /** @param type jsonl, json or csv */
    FileEnd(String type, Path folder) throws Exception {
        this.type = type;
        this.folder = Files.createDirectories(folder.resolve("files"));
    }

    @Override
    public String name() {
        return type;
    }

    @Override
    public String address() {
        return "./files";
    }

    @Override
    public String empty(String name) {
        return name + "." + type;
    }

    @Override
    public String format(boolean target) {
        if (!type.equals("csv")) {
            return "type: " + type;
        }
        StringJoiner types = new StringJoiner(", ", "types: { id: integer, ", " }");
        StringJoiner columns = new StringJoiner(", ", ", columns: [id, ", "]");
        for (ValueKind kind : ValueKind.values()) {
            types.add(kind.column() + ": " + kind.csv());
            columns.add(kind.column());
        }
        return "type: csv, nulls: \"" + NULL + "\", " + types + (target ? columns : "");
    }

    @Override
    public String fill(List<ValueSample> samples) throws Exception {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        boolean csv = type.equals("csv");
        StringJoiner header = new StringJoiner(",", "id,", "\n");
        for (ValueKind kind : ValueKind.values()) {
            header.add(kind.column());
        }
        file.writeBytes(utf8(csv ? header.toString() : type.equals("json") ? "[" : ""));
        boolean first = true;
        for (ValueSample sample : samples) {
            byte[] value = csv ? csv(sample) : json(sample);
            if (value != null) {
                String between = type.equals("json") && !first ? ",\n" : "";
                String before = between + "{\"id\":" + sample.id() + ",\""
                        + sample.kind().column() + "\":";
                String fields = (NULL + ",").repeat(sample.kind().place());
                String rest = ("," + NULL)
                        .repeat(ValueKind.values().length - 1 - sample.kind().place());
                file.writeBytes(utf8(csv ? sample.id() + "," + fields : before));
                file.writeBytes(value);
                file.writeBytes(utf8(csv ? rest + "\n" : type.equals("json") ? "}" : "}\n"));
                first = false;
            }
        }
        file.writeBytes(utf8(type.equals("json") ? "]\n" : ""));
        Files.write(folder.resolve(empty("v")), file.toByteArray());
        return empty("v");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte @Nullable [] json(ValueSample sample) {
        String own = sample.own("json");
        String text = sample.text();
        if (own != null) {
            return own.isEmpty() ? null : utf8(own);
        } else if (sample.raw() != null) {
            return quoted(sample.raw());
        } else if (text == null) {
            return utf8("null");
        }
        return switch (sample.kind().family()) {
            case NUMBER -> text.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?") ? utf8(text) : null;
            case BOOLEAN, DOCUMENT, SET -> utf8(text);
            case BYTES -> quoted(utf8(base64(text)));
            default -> utf8(ValueSamples.quoted(text));
        };
    }

    private static byte @Nullable [] csv(ValueSample sample) {
        String own = sample.own("csv");
        String text = sample.text();
        if (own != null) {
            return own.isEmpty() ? null : utf8(own);
        } else if (sample.raw() != null) {
            return quoted(sample.raw());
        } else if (text == null) {
            return utf8(NULL);
        } else if (!ValueSamples.isUnicode(text)) {
            return null;
        }
        String field = sample.kind() == ValueKind.BYTES ? base64(text) : text;
        boolean plain = !field.isEmpty() && !field.equals(NULL) && !field.matches("(?s).*[\",\r\n\ufeff].*");
        return plain ? utf8(field) : quoted(utf8(field.replace("\"", "\"\"")));
    }

    private static String base64(String hex) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
    }

    private static byte[] quoted(byte[] content) {
        ByteArrayOutputStream quoted = new ByteArrayOutputStream();
        quoted.write('"');
        quoted.writeBytes(content);
        quoted.write('"');
        return quoted.toByteArray();
    }

    @Override
    public Map<Integer, Map<ValueKind, PlainValue>> read(String table) throws Exception {
        byte[] file = Files.readAllBytes(folder.resolve(table));
        Map<Integer, Map<ValueKind, PlainValue>> all = new TreeMap<>();
        if (type.equals("csv")) {
            List<List<@Nullable String>> rows = csv(file);
            for (List<@Nullable String> row : rows.subList(1, rows.size())) {
                Map<ValueKind, PlainValue> values = new EnumMap<>(ValueKind.class);
                for (ValueKind kind : ValueKind.values()) {
                    String text = row.get(kind.place() + 1);
                    values.put(
                            kind,
                            text == null
                                    ? PlainValue.NULL
                                    : new PlainValue(PlainValue.meant(kind, text), ValueEnd.word(kind)));
                }
                all.put(Integer.parseInt(String.valueOf(row.get(0))), values);
            }
            return all;
        }
        for (Map<String, byte[]> row : PlainJson.rows(file)) {
            Map<ValueKind, PlainValue> values = new EnumMap<>(ValueKind.class);
            for (ValueKind kind : ValueKind.values()) {
                byte[] value = row.get(kind.column());
                if (value != null) {
                    values.put(kind, PlainJson.field(kind, value));
                }
            }
            all.put(Integer.parseInt(new String(row.get("id"), StandardCharsets.US_ASCII)), values);
        }
        return all;
    }

    /** The fields of each row; null for what stands without quotes as the word for null. */
    private static List<List<@Nullable String>> csv(byte[] file) {
        List<List<@Nullable String>> rows = new ArrayList<>();
        List<@Nullable String> row = new ArrayList<>();
        int at = 0;
        while (at < file.length) {
            ByteArrayOutputStream field = new ByteArrayOutputStream();
            boolean quoted = file[at] == '"';
            if (quoted) {
                at++;
                while (file[at] != '"' || (at + 1 < file.length && file[at + 1] == '"')) {
                    at += file[at] == '"' ? 1 : 0;
                    field.write(file[at++]);
                }
                at++;
            } else {
                while (file[at] != ',' && file[at] != '\n') {
                    field.write(file[at++]);
                }
            }
            String text = PlainValue.utf8(field.toByteArray());
            row.add(!quoted && text.equals(NULL) ? null : text);
            if (file[at++] == '\n') {
                rows.add(row);
                row = new ArrayList<>();
            }
        }
        return rows;
    }
}
