package io.waybill.store;

/** What a process would notice of its own sudden death, were it not dead: no code may catch it. */
public final class SimulatedCrash extends Error {
    public SimulatedCrash(String where) {
        super("simulated crash at " + where);
    }
}
