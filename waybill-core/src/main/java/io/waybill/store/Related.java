package io.waybill.store;

import io.waybill.value.Row;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A power of a store of tables: to find rows by columns other than their key. */
public interface Related {
    /**
     * The rows that have these values in these columns, for all values in as few calls as the store can. Values for which
     * there is no row are absent. The rows of a value are in the order of their keys.
     *
     * @param columns as many as each of the values has fields, by the same names
     * @throws StoreException INVALID when the store cannot find rows by these columns without reading the whole table
     */
    Map<Row, List<Row>> related(String table, List<String> columns, Collection<Row> values) throws StoreException;

    /** Whether rows are found by these columns without going over the whole table, as by an index. */
    default boolean isIndexed(String table, List<String> columns) throws StoreException {
        return true;
    }
}
