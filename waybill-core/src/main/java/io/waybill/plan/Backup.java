package io.waybill.plan;

/** What is kept of a target table before a run writes to it, besides the before-images of every changed row. */
public enum Backup implements Word {
    NONE,
    /** The whole table, in a file. */
    FULL
}
