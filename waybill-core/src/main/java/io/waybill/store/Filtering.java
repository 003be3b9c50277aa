package io.waybill.store;

import java.util.List;

/** A power of a source of rows: to leave rows out by itself, so that they need not be read. */
public interface Filtering {
    /**
     * Whether it can leave out rows of a table by all of these conditions together: only such for which one of them is
     * certainly false. Rows for which it cannot be told are read. If so, they may stand in {@link Selection#where}.
     */
    boolean filters(String table, List<Predicate> conditions) throws StoreException;
}
