package io.waybill.store;

/** What we know of who made the target item. */
public enum Provenance {
    /** We did, where nothing stood. */
    CREATED,
    /** We did, over something whose before-image we keep. */
    REPLACED,
    /** Equal content stands there and nothing proves that it is ours. */
    UNKNOWN
}
