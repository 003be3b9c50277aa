package io.waybill.engine;

import io.waybill.ledger.Selector;

/**
 * How a run is carried out.
 *
 * @param selector which entries; what is left out leaves the run unfinished
 * @param failed take up again what needs somebody, in the newest run that has such: failed, conflicted, quarantined
 * @param anew give up an unfinished run and begin another
 * @param until the last phase: {@code write} leaves what was written unverified for a later run, {@code verify} is all
 */
public record RunOptions(Selector selector, boolean failed, boolean anew, String until) {
    public static final RunOptions ALL = new RunOptions(Selector.ALL, false, false, "verify");
}
