package io.waybill.engine;

/**
 * What a verification found.
 *
 * @param id of the verification in the ledger; its verdicts other than same are listed there
 * @param readBack how many targets were read back; the others were proven by the store's checksum
 * @param conflicts how many of the different ones are conflicts that the run kept
 * @param changedSources how many sources changed since they were copied; not a verdict on the target
 * @param complete false when it was stopped; the next one goes on
 */
public record VerifyReport(
        long id,
        long same,
        long different,
        long missing,
        long extra,
        long bytes,
        long readBack,
        long conflicts,
        long changedSources,
        long millis,
        boolean complete) {
    public boolean allSame() {
        return different + missing + extra == 0;
    }
}
