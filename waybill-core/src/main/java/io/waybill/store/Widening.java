package io.waybill.store;

import java.util.List;

/** A power of a store of tables: tables that get further columns. */
public interface Widening {
    /**
     * Adds columns that hold null in every row; those that are there already are left alone. May be repeated.
     *
     * @param columns their types are kinds of {@link io.waybill.value.Value}; the store takes its natural form of each
     */
    void addColumns(String table, List<TableStore.Column> columns) throws StoreException;

    /**
     * Drops columns that are null in every row.
     *
     * @return those that were dropped; the others hold something, or are not there
     */
    List<String> dropEmptyColumns(String table, List<String> columns) throws StoreException;
}
