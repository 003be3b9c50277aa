package io.waybill.engine;

import io.waybill.ledger.Run;
import io.waybill.plan.Fingerprint;
import io.waybill.plan.Plan;
import io.waybill.store.StoreException;

/** Whether a plan is still the plan that a run was made from. */
final class Fingerprints {
    private Fingerprints() {}

    /** The fingerprint of a plan with its stores open. */
    static Fingerprint of(Plan plan, Stores stores) throws StoreException {
        return Fingerprint.of(plan, stores.identities());
    }

    /** Refuses to go on with a run under a changed plan, saying what changed. */
    static void refuseOther(Run run, Fingerprint now) throws RefusedException {
        if (run.fingerprint().equals(now.canonical())) {
            return;
        }
        throw new RefusedException(
                "Cannot go on with " + run.name() + ": it is unfinished and the plan changed since it was made."
                        + " Nothing was changed. Put the plan back as it was, or begin anew: waybill run --new",
                Fingerprint.difference(run.fingerprint(), now.canonical()));
    }
}
