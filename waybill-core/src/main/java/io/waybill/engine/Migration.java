package io.waybill.engine;

import io.waybill.ledger.LedgerException;
import io.waybill.ledger.Selector;
import io.waybill.store.Abilities;
import io.waybill.store.StoreException;

/**
 * One plan and its ledger: the facade that every user interface shares. A verb opens stores and ledger when it is called and
 * closes them before it answers; one verb at a time. {@link #live} and {@link #stop} may be called from any thread at any
 * time.
 */
public final class Migration {
    private final Live live = new Live();
    private final Stop stop = new Stop();
    private final Setup setup;

    public Migration(Setup setup) {
        this.setup = setup;
    }

    /** What is going on right now. */
    public Live live() {
        return live;
    }

    /** Asks the verb at work to stop soon, leaving everything resumable. */
    public void stop() {
        stop.request();
    }

    /** Finds out what a run would do and saves it; changes nothing in any store. {@code full} compares contents as well. */
    public PlanReport plan(boolean full) throws StoreException, LedgerException, RefusedException {
        throw new IllegalStateException("not built: " + setup.plan().name() + full);
    }

    /** Carries out the saved plan, goes on with an unfinished run, or plans and carries out a new one. */
    public RunReport run(RunOptions options) throws StoreException, LedgerException, RefusedException {
        throw new IllegalStateException("not built" + options);
    }

    /** Compares targets with the ledger, by content. */
    public VerifyReport verify(VerifyOptions options) throws StoreException, LedgerException, RefusedException {
        throw new IllegalStateException("not built" + options);
    }

    /** Says what a rollback would do; changes nothing. {@code run} for example 1 for r1. */
    public RollbackReport previewRollback(int run, Selector selector)
            throws StoreException, LedgerException, RefusedException {
        throw new IllegalStateException("not built" + run + selector);
    }

    /** Undoes what a run did, newest first; the same call goes on with an interrupted one. */
    public RollbackReport rollback(int run, Selector selector)
            throws StoreException, LedgerException, RefusedException {
        throw new IllegalStateException("not built" + run + selector);
    }

    /** Removes what interrupted runs left behind and nobody needs: uploads, temporary files, before-images. */
    public CleanupReport cleanup(boolean preview) throws StoreException, LedgerException, RefusedException {
        throw new IllegalStateException("not built" + preview);
    }

    /** Measures what a store of the plan can do, and remembers it. Writes and removes a few small items below its targets. */
    public Abilities probe(String store) throws StoreException, LedgerException {
        throw new IllegalStateException("not built" + store);
    }
}
