package io.waybill.store;

import java.util.List;

/** A power of a store of tables: to give the rows of a statement as if they were a table. */
public interface Querying {
    /**
     * A view of the store whose one table is what the statement gives. It only reads, in sessions that the server keeps from
     * writing, and is closed by itself. Throws INVALID when it is not one statement that gives rows, when two of its columns
     * have one name, or when it lacks a column of the key.
     */
    TableStore querying(Query query) throws StoreException;

    /**
     * A statement.
     *
     * @param name what its rows are called, as a table would be
     * @param statement in the store's own language
     * @param key the columns that tell its rows apart, at least one
     */
    record Query(String name, String statement, List<String> key) {
        public Query {
            key = List.copyOf(key);
        }
    }
}
