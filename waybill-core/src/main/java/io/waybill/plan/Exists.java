package io.waybill.plan;

/** What happens when something stands at a target that we did not write. */
public enum Exists implements Word {
    /** Equal counts as done; different is a conflict, and is kept. */
    SAME_OK,
    /** Whatever stands there is kept and counts as done. */
    SKIP,
    /** The run is refused. */
    FAIL,
    /** A before-image is kept, then it is replaced. */
    REPLACE
}
