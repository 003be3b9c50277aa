package io.waybill.engine;

import io.waybill.ledger.State;
import io.waybill.ledger.Tx;
import java.sql.SQLException;

/** A part of a page of rows: one batch, and one entry of the ledger. */
interface RowPart {
    /** The number of the batch in its run. */
    int number();

    /** How many effects it has. */
    int size();

    /** The state of the whole as it is entered. */
    State state();

    /** Enters it into the ledger; answers the id of its entry. */
    long enter(Tx tx, int run, int move, int group, String range) throws SQLException;
}
