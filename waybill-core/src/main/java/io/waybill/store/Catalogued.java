package io.waybill.store;

import java.util.List;

/** A power of a store of tables: to say which tables it has. */
public interface Catalogued {
    /** The names of all its tables, in their order; views and what belongs to the store itself are not among them. */
    List<String> tables() throws StoreException;

    /** The foreign keys between these tables; empty for a store that knows none. */
    default List<ForeignKey> foreignKeys() throws StoreException {
        return List.of();
    }

    /** The keys that no two rows of one of these tables share, primary keys included; empty for a store that knows none. */
    default List<UniqueKey> uniqueKeys() throws StoreException {
        return List.of();
    }

    /** Columns whose values no two rows of a table share, unless one of them is null. */
    record UniqueKey(String table, List<String> columns) {
        public UniqueKey {
            columns = List.copyOf(columns);
        }
    }

    /** Whether no two rows that a reading of a table gives have one key of the table; false where that is not known. */
    default boolean keysAreUnique(String table) throws StoreException {
        return false;
    }

    /**
     * A promise that the values of some columns stand in another table, or in the same.
     *
     * @param targetColumns as many as {@code columns}, in the same order
     * @param deferrable whether it need only hold when rows that are written together are all there
     */
    record ForeignKey(
            String table, List<String> columns, String target, List<String> targetColumns, boolean deferrable) {
        /** One that must hold with every row. */
        public ForeignKey(String table, List<String> columns, String target, List<String> targetColumns) {
            this(table, columns, target, targetColumns, false);
        }

        public ForeignKey {
            columns = List.copyOf(columns);
            targetColumns = List.copyOf(targetColumns);
        }
    }
}
