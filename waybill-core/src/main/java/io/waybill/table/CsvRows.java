package io.waybill.table;

import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows of fields between delimiters. Not safe for use by several threads. */
final class CsvRows extends RowReader {
    private static final int NONE = -2;

    private final int delimiter;
    private final int quote;
    private final List<String> columns;
    private final ColumnType[] types;
    private final Block block = new Block();
    private boolean quoted;

    /** Reads the header where the file has one; begins after it, or at a row. */
    CsvRows(ByteInput in, Faults faults, TableFormat format, List<String> known, At at, long number)
            throws StoreException {
        super(in, faults, format, number);
        Character sign = format.quote();
        this.delimiter = format.delimiter();
        this.quote = sign == null ? NONE : sign;
        if (at == At.BEGIN) {
            skipMark();
        }
        this.columns = at == At.BEGIN && format.header() ? header() : List.copyOf(known);
        this.types = columns.stream().map(format::columnType).toArray(ColumnType[]::new);
    }

    List<String> columns() {
        return columns;
    }

    private List<String> header() throws StoreException {
        List<String> names = new ArrayList<>();
        header(true);
        try {
            if (in.peek() < 0) {
                throw faults.whole(
                        Kind.INVALID,
                        "it is empty, and a header is expected",
                        "Set header to false, or get a whole copy");
            }
            boolean more = true;
            while (more) {
                names.add(java.util.Objects.requireNonNull(field(null)));
                more = another(null);
            }
        } catch (UnfitException e) {
            throw fault(null, 0, e.why(), "Mend it");
        }
        header(false);
        if (new LinkedHashSet<>(names).size() < names.size()) {
            List<String> twice = new ArrayList<>(names);
            new LinkedHashSet<>(names).forEach(twice::remove);
            throw faults.row(
                    "the header", twice.get(0), 0, "it stands there twice", "Give each column a name of its own");
        } else if (!format.columns().isEmpty() && !format.columns().equals(names)) {
            throw faults.whole(
                    Kind.INVALID,
                    "its columns are " + Faults.cut(String.join(", ", names)) + " and not "
                            + Faults.cut(String.join(", ", format.columns())),
                    "Name in columns what the header says");
        }
        return names;
    }

    @Override
    @Nullable
    Row read() throws StoreException, UnfitException {
        while (columns.size() > 1 && (in.peek() == '\n' || in.peek() == '\r')) {
            in.lineEnd();
        }
        begins();
        if (in.peek() < 0) {
            return null;
        }
        Map<String, Value> fields = new LinkedHashMap<>();
        int count = 0;
        boolean more = true;
        while (more) {
            String column = count < columns.size() ? columns.get(count) : null;
            String text = field(column);
            Value value = column == null || text == null ? null : value(text, column, types[count]);
            if (column != null && value != null) {
                fields.put(column, value);
            }
            count++;
            more = another(column);
        }
        if (count != columns.size()) {
            throw fault(
                    null,
                    start(),
                    "it has " + count + " fields, and there are " + columns.size() + " columns",
                    "Mend it, or set delimiter and quote as the file has them");
        }
        return Row.of(fields);
    }

    private @Nullable Value value(String text, String column, ColumnType type) {
        if (!quoted && (text.equals(format.nulls()) || (text.isEmpty() && type != ColumnType.TEXT))) {
            return Value.NULL;
        }
        Value value = type == ColumnType.TEXT ? Value.of(text) : type.parse(text);
        if (value == null) {
            leaveOut(column, start(), "it is no " + type.text());
        }
        return value;
    }

    /** A field's text; of a column, null when it cannot be read. */
    private @Nullable String field(@Nullable String column) throws StoreException, UnfitException {
        block.clear();
        quoted = quote != NONE && in.peek() == quote;
        long offset = in.offset() + (quoted ? 1 : 0);
        if (quoted) {
            in.next();
            quoted(column);
        } else {
            int next = in.peek();
            while (next >= 0 && next != delimiter && next != '\n' && next != '\r') {
                if (next == quote) {
                    throw fault(
                            column,
                            in.offset(),
                            "a quote stands inside a field that is not quoted",
                            "Mend it, or set quote to none");
                }
                block.add(in.next());
                next = in.peek();
            }
        }
        return column == null
                ? text(block.bytes(), block.size(), offset)
                : text(block.bytes(), block.size(), offset, column);
    }

    private void quoted(@Nullable String column) throws StoreException, UnfitException {
        while (true) {
            int next = in.next();
            if (next < 0) {
                throw fault(column, start(), "its quote is never closed", "Mend it, or get a whole copy");
            } else if (next == quote) {
                if (in.peek() != quote) {
                    return;
                }
                in.next();
            }
            block.add(next);
        }
    }

    /** Whether another field of the row follows; passes over the delimiter or the line end. */
    private boolean another(@Nullable String column) throws StoreException {
        int next = in.peek();
        if (next == delimiter) {
            in.next();
            return true;
        } else if (next >= 0 && next != '\n' && next != '\r') {
            throw fault(
                    column,
                    in.offset(),
                    "something follows a closing quote",
                    "Double quotes inside a field, or mend it");
        }
        in.lineEnd();
        return false;
    }
}
