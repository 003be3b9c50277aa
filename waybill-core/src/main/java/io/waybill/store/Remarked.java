package io.waybill.store;

import java.util.List;

/** A power of a store of tables: to say what somebody should know before a table is written to. */
public interface Remarked {
    /** Short remarks without a period, for example how its rows are protected; what cannot be found out is said so. */
    List<String> remarks(String table) throws StoreException;
}
