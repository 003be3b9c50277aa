package io.waybill.store;

/** A store whose abilities differ between vendors and must be measured before they are relied upon. */
public interface Probing {
    /**
     * Measures what the protocol needs, by writing, reading and removing a few small items below {@code prefix}; leaves nothing
     * behind. What an interrupted probe of the same prefix and name left behind is removed first.
     *
     * @param name of whoever asks, unguessable, of letters and digits; nobody else probes with it at the same time
     */
    Abilities probe(String prefix, String name) throws StoreException;

    /** Relies on these from now on; before this is called the store relies on nothing that was not proven. */
    void rely(Abilities abilities);
}
