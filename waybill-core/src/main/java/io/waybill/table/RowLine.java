package io.waybill.table;

import io.waybill.store.StoreException;
import io.waybill.value.Row;
import java.util.List;

/** A row as a line of JSON that keeps every kind of value exactly: what a table with {@code lossless: true} holds. */
public final class RowLine {
    private RowLine() {}

    /** The line, without its end. */
    public static String of(Row row) throws StoreException {
        return new RowText(TableFormat.LOSSLESS, List.of()).row(row);
    }
}
