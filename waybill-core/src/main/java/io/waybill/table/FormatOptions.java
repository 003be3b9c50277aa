package io.waybill.table;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The options of a format, their bounds and defaults. */
final class FormatOptions {
    static final String TYPE = "type";
    static final String ENCODING = "encoding";
    static final String LOSSLESS = "lossless";
    static final String GZIP = "gzip";
    static final String CREATE = "create";
    static final String DELIMITER = "delimiter";
    static final String QUOTE = "quote";
    static final String HEADER = "header";
    static final String COLUMNS = "columns";
    static final String NULLS = "nulls";
    static final String TYPES = "types";

    private static final List<String> ALL =
            List.of(TYPE, ENCODING, LOSSLESS, GZIP, CREATE, DELIMITER, QUOTE, HEADER, COLUMNS, NULLS, TYPES);
    private static final List<String> OF_CSV = List.of(DELIMITER, QUOTE, HEADER, COLUMNS, NULLS, TYPES);
    private static final int MOST_COLUMNS = 16_384;

    private FormatOptions() {}

    static TableFormat format(Map<String, ?> options) {
        for (String name : options.keySet()) {
            if (!ALL.contains(name)) {
                throw wrong("Unknown option " + name + " of a table in a file", "Options are " + list(ALL));
            }
        }
        TableFormat.Type type = type(text(options, TYPE, ""));
        for (String name : OF_CSV) {
            if (type != TableFormat.Type.CSV && options.containsKey(name)) {
                throw wrong("Option " + name + " is for type csv only", "Leave it out");
            }
        }
        boolean lossless = flag(options, LOSSLESS, false);
        if (lossless && type != TableFormat.Type.JSONL) {
            throw wrong("Option lossless is for type jsonl only", "Leave it out, or set type to jsonl");
        }
        boolean gzip = flag(options, GZIP, false);
        boolean create = flag(options, CREATE, false);
        if (gzip && create) {
            throw wrong("A table in a compressed file can only be read", "Leave out create or gzip");
        }
        Charset encoding = encoding(text(options, ENCODING, "UTF-8"));
        char delimiter = sign(DELIMITER, text(options, DELIMITER, ","));
        String quote = text(options, QUOTE, "\"");
        Character quoteSign = quote.equals("none") ? null : (Character) sign(QUOTE, quote);
        if (quoteSign != null && quoteSign == delimiter) {
            throw wrong("Options quote and delimiter are the same", "Give two signs, or quote: none");
        }
        boolean header = flag(options, HEADER, true);
        List<String> columns = columns(options.get(COLUMNS));
        if (type == TableFormat.Type.CSV && columns.isEmpty() && (!header || create)) {
            throw wrong(
                    "The columns are not known"
                            + (header ? " of a file that has still to be made" : " without a header"),
                    "Name them with columns");
        }
        Map<String, ColumnType> types = types(options.get(TYPES));
        for (String column : types.keySet()) {
            if (!columns.isEmpty() && !columns.contains(column)) {
                throw wrong(
                        "Option types names the column " + column + ", which is not among the columns",
                        "Columns are " + list(columns));
            }
        }
        Object nulls = options.get(NULLS);
        String nullText = nulls == null ? null : text(options, NULLS, "");
        if (nullText != null && !isPlain(nullText, delimiter, quoteSign)) {
            throw wrong(
                    "Option nulls holds a delimiter, a quote or a line end",
                    "Give a text such as NULL, \\N or nothing");
        }
        return new TableFormat(
                type, encoding, lossless, gzip, create, delimiter, quoteSign, header, columns, nullText, types);
    }

    private static boolean isPlain(String text, char delimiter, @Nullable Character quote) {
        return text.chars().noneMatch(c -> c == delimiter || c == '\n' || c == '\r' || (quote != null && c == quote));
    }

    private static TableFormat.Type type(String text) {
        for (TableFormat.Type type : TableFormat.Type.values()) {
            if (type.name().equalsIgnoreCase(text)) {
                return type;
            }
        }
        throw wrong(text.isEmpty() ? "Option type is missing" : "Option type is " + text, "Give jsonl, json or csv");
    }

    private static Charset encoding(String name) {
        try {
            Charset charset = Charset.forName(name);
            if (charset.equals(StandardCharsets.UTF_8) || isOneByteOverAscii(charset)) {
                return charset;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw wrong(
                "Option encoding is " + name,
                "Give UTF-8 or an encoding with one byte for each character, such as windows-1252, or convert the file");
    }

    /** So that line ends, quotes and delimiters can be found among bytes. */
    private static boolean isOneByteOverAscii(Charset charset) {
        if (!charset.canEncode() || charset.newEncoder().maxBytesPerChar() != 1.0f) {
            return false;
        }
        byte[] ascii = new byte[128];
        for (int i = 0; i < ascii.length; i++) {
            ascii[i] = (byte) i;
        }
        try {
            String text = charset.newDecoder().decode(ByteBuffer.wrap(ascii)).toString();
            return Arrays.equals(text.getBytes(StandardCharsets.US_ASCII), ascii) && text.length() == ascii.length;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static char sign(String option, String text) {
        String one = text.equals("tab") || text.equals("\\t") ? "\t" : text;
        boolean fits = one.length() == 1 && one.charAt(0) < 0x7f && (one.charAt(0) >= ' ' || one.equals("\t"));
        if (!fits || Character.isLetterOrDigit(one.charAt(0))) {
            throw wrong(
                    "Option " + option + " is \"" + text + "\"",
                    option.equals(QUOTE) ? "Give one ASCII sign, or none" : "Give one ASCII sign, or tab");
        }
        return one.charAt(0);
    }

    private static List<String> columns(@Nullable Object given) {
        if (given == null) {
            return List.of();
        }
        if (!(given instanceof Collection<?> names) || names.isEmpty() || names.size() > MOST_COLUMNS) {
            throw wrong(
                    "Option columns is no list of names", "Give 1 to " + MOST_COLUMNS + " names, such as [id, name]");
        }
        LinkedHashSet<String> columns = new LinkedHashSet<>();
        for (Object name : names) {
            if (!columns.add(String.valueOf(name))) {
                throw wrong("Option columns names " + name + " twice", "Give each column a name of its own");
            }
        }
        return new ArrayList<>(columns);
    }

    private static Map<String, ColumnType> types(@Nullable Object given) {
        if (given == null) {
            return Map.of();
        }
        if (!(given instanceof Map<?, ?> map)) {
            throw wrong("Option types is no map from columns to types", "Give for example {id: integer}");
        }
        Map<String, ColumnType> types = new LinkedHashMap<>();
        map.forEach((column, type) -> {
            ColumnType known = ColumnType.find(String.valueOf(type));
            if (known == null) {
                throw wrong(
                        "The type of column " + column + " is " + type,
                        "Types are "
                                + list(Arrays.stream(ColumnType.values())
                                        .map(ColumnType::text)
                                        .toList()));
            }
            types.put(String.valueOf(column), known);
        });
        return types;
    }

    private static String text(Map<String, ?> options, String name, String otherwise) {
        Object value = options.get(name);
        if (value instanceof Collection || value instanceof Map) {
            throw wrong("Option " + name + " is no text", "Give one text");
        }
        return value == null ? otherwise : value.toString();
    }

    private static boolean flag(Map<String, ?> options, String name, boolean otherwise) {
        String text = text(options, name, Boolean.toString(otherwise)).toLowerCase(Locale.ROOT);
        if (!text.equals("true") && !text.equals("false")) {
            throw wrong("Option " + name + " is " + text, "Give true or false");
        }
        return text.equals("true");
    }

    private static String list(List<String> names) {
        return String.join(", ", names);
    }

    private static IllegalArgumentException wrong(String what, String advice) {
        return new IllegalArgumentException(what + ". " + advice + ".");
    }
}
