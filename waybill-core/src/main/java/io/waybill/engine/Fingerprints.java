package io.waybill.engine;

import io.waybill.ledger.Run;
import io.waybill.plan.Plan;
import io.waybill.store.StoreException;
import java.util.ArrayList;
import java.util.List;

/** Whether a plan is still the plan that a run was made from. */
final class Fingerprints {
    private Fingerprints() {}

    /** The fingerprint of a plan with its stores open. */
    static String of(Plan plan, Stores stores) throws StoreException {
        return io.waybill.plan.Fingerprint.of(plan, stores.identities());
    }

    /** Refuses to go on with a run under a changed plan, saying what changed. */
    static void refuseOther(Plan plan, Run run, String fingerprint) throws RefusedException {
        if (run.fingerprint().equals(fingerprint)) {
            return;
        }
        List<String> lines = new ArrayList<>(io.waybill.plan.Fingerprint.difference(run.plan(), plan.json()));
        if (lines.isEmpty()) {
            lines.add("a store is another than it was (folder, bucket, endpoint or database)");
        }
        throw new RefusedException(
                "Cannot go on with " + run.name() + ": it is unfinished and the plan changed since it was made."
                        + " Nothing was changed. Put the plan back as it was, or begin anew: waybill run --new",
                lines);
    }
}
