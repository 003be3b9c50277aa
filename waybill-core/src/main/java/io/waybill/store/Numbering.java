package io.waybill.store;

import io.waybill.value.Value;
import java.util.List;
import java.util.Set;

/** A power of a store of tables: to number new rows, also before they are written. */
public interface Numbering {
    /** Columns of which new rows get their values from a sequence of the store. */
    Set<String> numbered(String table) throws StoreException;

    /** Takes numbers for new rows, which nobody else gets any more, whether they are used or not; no row has them. */
    List<Value> numbers(String table, String column, int count) throws StoreException;
}
