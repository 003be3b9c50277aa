package io.waybill.store;

import java.util.List;

/** A store of tables, both ends. */
public interface TableStore extends Source, Target {
    /** The table's definition, from the store's catalog. Throws NOT_FOUND if it is not there. */
    Table table(String name) throws StoreException;

    /** The content as this table will hold it and give it back; like {@link #asStored(Content)}, but of one table. */
    default Content asStored(String table, Content content) throws StoreException {
        return asStored(content);
    }

    /** Whether writes without a condition are faster, for a target that nothing else writes to. */
    default boolean isFasterUnconditionally() {
        return false;
    }

    /** About how many rows the table has, from the store's statistics, or -1 when it has none. */
    default long estimate(String name) throws StoreException {
        return -1;
    }

    /**
     * A table.
     *
     * @param key the columns of its key, in order; empty if it has none
     * @param open whether rows may have fields beyond the columns
     */
    record Table(String name, List<Column> columns, List<String> key, boolean open) {
        public Table {
            columns = List.copyOf(columns);
            key = List.copyOf(key);
        }
    }

    /** A column; {@code type} is one of the kinds of {@link io.waybill.value.Value}, or {@code any}. */
    record Column(String name, String type, boolean nullable) {}
}
