package io.waybill.table;

import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.nio.charset.CharsetEncoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows as a format holds them and gives them back. */
final class RowForm {
    private static final String PLACE = "a table in ";

    private final TableFormat format;
    private final String store;

    /** @param store for messages */
    RowForm(TableFormat format, String store) {
        this.format = format;
        this.store = store;
    }

    /**
     * The row as it will be given back.
     *
     * @param columns of CSV, or empty when they are not known
     */
    Row stored(Row row, List<String> columns) throws StoreException {
        boolean csv = format.type() == TableFormat.Type.CSV;
        Map<String, Value> fields = new LinkedHashMap<>();
        for (Map.Entry<String, Value> field : row.fields().entrySet()) {
            String name = field.getKey();
            if (csv && !columns.isEmpty() && !columns.contains(name)) {
                throw refused(name, field.getValue(), "the columns there are " + String.join(", ", columns));
            }
            fields.put(name, field(name, field.getValue()));
        }
        if (!csv || columns.isEmpty()) {
            return Row.of(fields);
        }
        Map<String, Value> all = new LinkedHashMap<>();
        for (String column : columns) {
            Value value = fields.get(column);
            if (value == null && format.columns().isEmpty()) {
                // Only where the plan names the columns does it know beforehand what else the row will have.
                throw refused(column, Value.NULL, "the row lacks it, and the file has this column");
            }
            all.put(column, value == null ? field(column, Value.NULL) : value);
        }
        return Row.of(all);
    }

    /** The key as it will be given back, or null when no row can have it. */
    @Nullable
    Row key(Row key) {
        Map<String, Value> fields = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, Value> field : key.fields().entrySet()) {
                fields.put(field.getKey(), field(field.getKey(), field.getValue()));
            }
            return Row.of(fields);
        } catch (StoreException e) {
            return null;
        }
    }

    /** One field as it will be given back. */
    Value field(String name, Value value) throws StoreException {
        try {
            if (format.type() == TableFormat.Type.CSV) {
                return csv(name, value);
            } else if (format.lossless()) {
                LosslessForm.tagged(value, 1);
                return value;
            }
            return NaturalForm.of(value, 1);
        } catch (UnfitException e) {
            throw refused(name, value, e.why());
        }
    }

    private Value csv(String name, Value value) throws UnfitException {
        ColumnType type = format.columnType(name);
        if (value instanceof Value.Null) {
            if (format.nulls() == null && type == ColumnType.TEXT) {
                throw new UnfitException("CSV has no null for text unless nulls names one");
            }
            return value;
        }
        String text = type.write(value);
        if (text == null) {
            throw new UnfitException("it is no " + type.text() + ", which is the type of the column");
        }
        encodable(text);
        if (format.quote() == null && !isPlain(text, format.nulls(), type)) {
            throw new UnfitException("it would need quotes, and the file has none");
        }
        Value stored = type.parse(text);
        if (stored == null) {
            throw new UnfitException("it could not be read again");
        }
        return stored;
    }

    /** Whether the text can stand without quotes. */
    boolean isPlain(String text, @Nullable String nulls, ColumnType type) {
        boolean special = text.equals(nulls) || (text.isEmpty() && type != ColumnType.TEXT);
        Character quote = format.quote();
        return !special
                && text.chars()
                        .noneMatch(c -> c == format.delimiter()
                                || c == '\n'
                                || c == '\r'
                                || (quote != null && c == quote)
                                || c == '\ufeff');
    }

    private void encodable(String text) throws UnfitException {
        CharsetEncoder encoder = format.encoding().newEncoder();
        if (!encoder.canEncode(text)) {
            throw new UnfitException(
                    "it holds a character that " + format.encoding().name() + " does not have");
        }
    }

    private StoreException refused(String name, Value value, String why) {
        return new StoreException(
                Kind.INVALID,
                "Cannot keep field " + Faults.line(name) + " (" + value.kind() + ") in " + PLACE + store + ": "
                        + Faults.line(why) + ". Change it in the plan or leave it out.");
    }
}
