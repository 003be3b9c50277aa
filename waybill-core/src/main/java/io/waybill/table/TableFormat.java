package io.waybill.table;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a table is written in a file. Immutable.
 *
 * @param encoding of text: UTF-8, or one with one byte for each character, ASCII among them
 * @param lossless JSON Lines that keep every kind of value exactly, by tags such as {@code {"$decimal":"1.50"}}
 * @param gzip whether the file is compressed; such a table can only be read
 * @param create whether a file that is not there is an empty table, made by the first row
 * @param delimiter of CSV, between the fields of a row
 * @param quote of CSV, around a field; null for a dialect that has none
 * @param header of CSV, whether the first row holds the names of the columns
 * @param columns of CSV, their names when the file does not say them, or has still to be made
 * @param nulls of CSV, the text that means null where it stands without quotes; null when no text does
 * @param types of CSV, by column; one that is not named is text
 */
public record TableFormat(
        Type type,
        Charset encoding,
        boolean lossless,
        boolean gzip,
        boolean create,
        char delimiter,
        @Nullable Character quote,
        boolean header,
        List<String> columns,
        @Nullable String nulls,
        Map<String, ColumnType> types) {
    /** What a file holds. */
    public enum Type {
        /** One JSON object on each line. */
        JSONL,
        /** One JSON array of objects. */
        JSON,
        /** Rows of fields between delimiters, as RFC 4180 has them. */
        CSV
    }

    public TableFormat {
        columns = List.copyOf(columns);
        types = Collections.unmodifiableMap(new LinkedHashMap<>(types));
    }

    /** JSON Lines in UTF-8. */
    public static final TableFormat JSON_LINES = plain(Type.JSONL, false);

    /** JSON Lines that keep every kind of value exactly. */
    public static final TableFormat LOSSLESS = plain(Type.JSONL, true);

    private static TableFormat plain(Type type, boolean lossless) {
        return new TableFormat(
                type, StandardCharsets.UTF_8, lossless, false, false, ',', '"', true, List.of(), null, Map.of());
    }

    /**
     * The format that options describe.
     *
     * @param options texts; {@code columns} is a list of texts and {@code types} a map from column to type
     * @throws IllegalArgumentException with a message for people: what is wrong and what is right
     */
    public static TableFormat of(Map<String, ?> options) {
        return FormatOptions.format(options);
    }

    /** Options as {@link #of} takes them for a file of this name, or an empty map when its name says nothing. */
    public static Map<String, String> guess(String path) {
        String name = path.toLowerCase(Locale.ROOT);
        Map<String, String> options = new LinkedHashMap<>();
        if (name.endsWith(".gz")) {
            options.put(FormatOptions.GZIP, "true");
            name = name.substring(0, name.length() - 3);
        }
        if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
            options.put(FormatOptions.TYPE, "jsonl");
        } else if (name.endsWith(".json")) {
            options.put(FormatOptions.TYPE, "json");
        } else if (name.endsWith(".csv")) {
            options.put(FormatOptions.TYPE, "csv");
        } else if (name.endsWith(".tsv")) {
            options.put(FormatOptions.TYPE, "csv");
            options.put(FormatOptions.DELIMITER, "\t");
        } else {
            return Map.of();
        }
        return options;
    }

    /** Whether every character can be written. */
    boolean isUnicode() {
        return encoding.equals(StandardCharsets.UTF_8);
    }

    ColumnType columnType(String column) {
        return types.getOrDefault(column, ColumnType.TEXT);
    }
}
