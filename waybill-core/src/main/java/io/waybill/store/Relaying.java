package io.waybill.store;

import io.waybill.value.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A store of tables that takes and gives rows as they are sent. */
public interface Relaying {
    /** Whether a table holds each of these rows just as it is, so that it would give it back as it was. */
    boolean keeps(String table, RawRows rows) throws StoreException;

    /**
     * Writes some of the rows, all of them or none, on condition that nothing stands at the key of any.
     *
     * @param from the first of them
     * @param to the one after the last
     * @return done; refused when nothing was written since a key is taken or a row is at fault, whichever it was; failed; or
     *     unknown
     */
    Outcome put(String table, RawRows rows, int from, int to) throws StoreException;

    /**
     * The rows of a table that have these keys, and perhaps others that lie among them, in any order.
     *
     * @param keys of the same columns
     * @return null when they are to be found one by one
     */
    @Nullable
    RawRows among(String table, List<Row> keys) throws StoreException;
}
