package io.waybill.table;

import io.waybill.store.StoreException;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows that a part holds, or all its changes. Not safe for use by several threads. */
final class PartRows extends JsonRows {
    private static final byte[] NO_LINE = {};

    private final List<String> key = new ArrayList<>();
    private Change.Kind kind = Change.Kind.PUT;
    private boolean everything;

    PartRows(ByteInput in, Faults faults, At at, long number) throws StoreException {
        super(in, faults, TableFormat.JSON_LINES, at, number);
    }

    /** The columns of the key, once the first line was read. */
    List<String> key() {
        return key;
    }

    /** The next change, or null at the end. */
    @Nullable
    Change change() throws StoreException {
        everything = true;
        Row row = next();
        return row == null ? null : new Change(kind, row, NO_LINE);
    }

    @Override
    @Nullable
    Row read() throws StoreException, UnfitException {
        for (Row line = super.read(); line != null; line = super.read()) {
            require(List.copyOf(unreadable().keySet()));
            Row row = changed(line);
            if (row != null && (everything || kind != Change.Kind.REMOVE)) {
                return row;
            }
        }
        return null;
    }

    private @Nullable Row changed(Row line) throws UnfitException {
        if (line.find(Change.KEY) instanceof Value.ListOf names) {
            for (Value name : names.values()) {
                key.add(name instanceof Value.Text text ? text.value() : "");
            }
            return null;
        }
        for (Change.Kind each : Change.Kind.values()) {
            if (line.find(each.word()) instanceof Value.MapOf fields) {
                kind = each;
                Map<String, Value> values = LosslessForm.fields(fields).values();
                return Row.of(values);
            }
        }
        throw new UnfitException("it is no line of a part");
    }
}
