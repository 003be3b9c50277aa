package io.waybill.store;

/** A store of tables that gathers what is written to a table and brings it into its last form at the end of a move. */
public interface Finishing {
    /**
     * Brings a table into its last form. What the table holds is the same before, during and after it; it may be repeated,
     * also after a process died in the middle. Nobody else writes to the table meanwhile.
     */
    void finish(String table) throws StoreException;
}
