import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Lays out the trees of the acceptance runs and prints lists of keys, from JSON and from tab-separated text. It has its own
 * small JSON reader, so that it is no part of what it judges.
 */
final class Tree {
    private final String text;
    private int at;

    private Tree(String text) {
        this.text = text;
    }

    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path first = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "lay-golden":
                Map<?, ?> sizes = (Map<?, ?>) object(first).get("input");
                for (Map.Entry<?, ?> file : sizes.entrySet()) {
                    write(Path.of(arguments[2]), (String) file.getKey(), ((Number) file.getValue()).longValue());
                }
                break;
            case "golden-keys":
                // what the original registered: key, tab, size, tab, state
                TreeSet<String> registered = new TreeSet<>();
                for (Object row : (List<?>) object(first).get("registered")) {
                    Map<?, ?> line = (Map<?, ?>) row;
                    registered.add(line.get("s3_key") + "\t" + line.get("file_size_bytes") + "\t" + line.get("status"));
                }
                registered.forEach(out::println);
                break;
            case "lay-tsv":
                for (String line : Files.readAllLines(first)) {
                    String[] columns = line.split("\t", 3);
                    write(Path.of(arguments[2]), columns[2], Long.parseLong(columns[0]));
                }
                break;
            case "tsv-keys":
                Map<String, String> keys = new TreeMap<>();
                for (String line : Files.readAllLines(first)) {
                    String[] columns = line.split("\t", 3);
                    keys.put(columns[2], columns[0]);
                }
                keys.forEach((key, size) -> out.println(key + "\t" + size));
                break;
            case "listed":
                // the answer of: waybill ls --json
                TreeSet<String> lines = new TreeSet<>();
                for (Object item : (List<?>) object(first).get("items")) {
                    Map<?, ?> line = (Map<?, ?>) item;
                    lines.add(plain((String) line.get("key")) + "\t" + line.get("size"));
                }
                lines.forEach(out::println);
                break;
            case "number":
                // a number of a JSON document by its path of names; 0 when it is not there
                Object value = object(first);
                for (int i = 2; i < arguments.length; i++) {
                    value = value instanceof Map ? ((Map<?, ?>) value).get(arguments[i]) : null;
                }
                out.println(value == null ? 0 : ((Number) value).longValue());
                break;
            case "sum":
                // of a number in every element of a list
                long sum = 0;
                for (Object element : (List<?>) object(first).get(arguments[2])) {
                    sum += ((Number) ((Map<?, ?>) element).get(arguments[3])).longValue();
                }
                out.println(sum);
                break;
            default:
                throw new IllegalArgumentException(arguments[0]);
        }
    }

    /** An exact key as waybill prints it, where %XX stands for a byte, without that. */
    private static String plain(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        byte[] plain = new byte[bytes.length];
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            boolean escape = bytes[i] == '%';
            plain[length++] = escape ? (byte) Integer.parseInt(new String(bytes, i + 1, 2, StandardCharsets.UTF_8), 16) : bytes[i];
            i += escape ? 2 : 0;
        }
        return new String(plain, 0, length, StandardCharsets.UTF_8);
    }

    /** A file whose content depends on its name and size only. */
    private static void write(Path folder, String name, long size) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Random bytes = new Random(name.hashCode() * 31L + size);
        byte[] block = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long left = size; left > 0; left -= block.length) {
                bytes.nextBytes(block);
                out.write(block, 0, (int) Math.min(left, block.length));
            }
        }
    }

    private static Map<?, ?> object(Path file) throws IOException {
        Tree reader = new Tree(Files.readString(file));
        Object value = reader.value();
        reader.space();
        if (reader.at < reader.text.length()) {
            throw reader.wrong("more text than one document");
        }
        return (Map<?, ?>) value;
    }

    private Object value() {
        space();
        switch (text.charAt(at)) {
            case '{':
                Map<String, Object> map = new LinkedHashMap<>();
                at++;
                while (!ends('}')) {
                    space();
                    String key = string();
                    space();
                    expect(':');
                    map.put(key, value());
                }
                return map;
            case '[':
                List<Object> list = new ArrayList<>();
                at++;
                while (!ends(']')) {
                    list.add(value());
                }
                return list;
            case '"':
                return string();
            default:
                int start = at;
                while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
                    at++;
                }
                String word = text.substring(start, at);
                switch (word) {
                    case "null":
                        return null;
                    case "true":
                        return Boolean.TRUE;
                    case "false":
                        return Boolean.FALSE;
                    default:
                        return word.matches("-?[0-9]+") ? (Object) Long.valueOf(word) : (Object) Double.valueOf(word);
                }
        }
    }

    /** Whether the end of a list or map is next; steps over it, or over the comma before another element. */
    private boolean ends(char end) {
        space();
        if (text.charAt(at) == end) {
            at++;
            return true;
        }
        if (text.charAt(at) == ',') {
            at++;
        }
        return false;
    }

    private String string() {
        expect('"');
        StringBuilder read = new StringBuilder();
        while (text.charAt(at) != '"') {
            char c = text.charAt(at++);
            if (c == '\\') {
                c = text.charAt(at++);
                int known = "nrtbf".indexOf(c);
                if (c == 'u') {
                    c = (char) Integer.parseInt(text.substring(at, at + 4), 16);
                    at += 4;
                } else if (known >= 0) {
                    c = "\n\r\t\b\f".charAt(known);
                }
            }
            read.append(c);
        }
        at++;
        return read.toString();
    }

    private void expect(char c) {
        if (text.charAt(at) != c) {
            throw wrong("no " + c);
        }
        at++;
    }

    private void space() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("not JSON at character " + at + ": " + what);
    }
}
