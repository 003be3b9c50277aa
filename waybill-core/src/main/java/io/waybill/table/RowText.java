package io.waybill.table;

import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Json;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Rows in their stored form as the text of a format. */
final class RowText {
    private final TableFormat format;
    private final List<String> columns;
    private final RowForm form;

    RowText(TableFormat format, List<String> columns) {
        this.format = format;
        this.columns = columns;
        this.form = new RowForm(format, "a file");
    }

    /** What ends a line that has no end of its own. */
    String lineEnd() {
        return "\n";
    }

    /** The header of CSV, with its line end. */
    String header() {
        List<String> fields = new ArrayList<>();
        for (String column : columns) {
            fields.add(quoted(column, form.isPlain(column, null, ColumnType.TEXT)));
        }
        return String.join(Character.toString(format.delimiter()), fields) + lineEnd();
    }

    /** A row, without line end. */
    String row(Row row) throws StoreException {
        if (format.type() == TableFormat.Type.CSV) {
            return csv(row);
        }
        try {
            Value.MapOf fields =
                    format.lossless() ? LosslessForm.taggedFields(row.fields(), 1) : new Value.MapOf(row.fields());
            return format.isUnicode() ? Json.write(fields) : ascii(Json.write(fields));
        } catch (UnfitException e) {
            throw new StoreException(Kind.INVALID, "Cannot write a row: " + e.why() + ". Change it in the plan.");
        }
    }

    private static String ascii(String json) {
        StringBuilder text = new StringBuilder(json.length());
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            text.append(c < 0x7f ? String.valueOf(c) : String.format(Locale.ROOT, "\\u%04x", (int) c));
        }
        return text.toString();
    }

    private String csv(Row row) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            String column = columns.get(i);
            line.append(i == 0 ? "" : Character.toString(format.delimiter()));
            line.append(field(row.find(column), format.columnType(column)));
        }
        return line.toString();
    }

    private String field(@Nullable Value value, ColumnType type) {
        String text = value == null || value instanceof Value.Null ? null : type.write(value);
        if (text == null) {
            String nulls = format.nulls();
            return nulls == null ? "" : nulls;
        }
        return quoted(text, form.isPlain(text, format.nulls(), type));
    }

    private String quoted(String text, boolean plain) {
        Character quote = format.quote();
        if (plain || quote == null) {
            return text;
        }
        String sign = quote.toString();
        return sign + text.replace(sign, sign + sign) + sign;
    }
}
