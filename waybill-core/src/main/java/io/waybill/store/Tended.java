package io.waybill.store;

import java.util.List;
import java.util.Set;

/** A power of a store of tables: what its tables want beside the rows that are written. */
public interface Tended {
    /** Throws when nothing can be written now, for example since the server is a copy of another one; writes nothing. */
    void requireWritable() throws StoreException;

    /** Columns that the store computes by itself; a row that is written must not have them. */
    Set<String> computed(String table) throws StoreException;

    /**
     * Brings whatever numbers new rows of a table past the numbers that its rows have, and never back. May be repeated.
     *
     * @return what was changed, or could not be, in words without a period; empty when all was as it should be
     */
    List<String> advance(String table) throws StoreException;
}
