package io.waybill.engine;

import io.waybill.ledger.LedgerException;
import io.waybill.ledger.RowBlock;
import java.util.List;

/** Where the ledger keeps what becomes of a batch of effects. */
interface RowAccount {
    /** The mark that its effects carry. */
    String mark();

    /** Records the states of its effects, all of which stand in both. */
    void settle(RowBlock was, RowBlock now) throws LedgerException;

    /** All that can be done for now is done and recorded; {@code troubled} are the effects that need somebody since. */
    void done(RowBlock after, List<RowBlock.Line> troubled) throws LedgerException;
}
