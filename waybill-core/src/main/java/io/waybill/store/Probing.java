package io.waybill.store;

/** A store whose abilities differ between vendors and must be measured before they are relied upon. */
public interface Probing {
    /**
     * Measures what the protocol needs, by writing, reading and removing a few small items with unguessable names below
     * {@code prefix}; leaves nothing behind.
     */
    Abilities probe(String prefix) throws StoreException;

    /** Relies on these from now on; before this is called the store relies on nothing that was not proven. */
    void rely(Abilities abilities);
}
