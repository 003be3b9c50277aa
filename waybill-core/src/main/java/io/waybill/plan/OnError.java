package io.waybill.plan;

/** What an item that fails means for the others. */
public enum OnError implements Word {
    /** The others go on. */
    CONTINUE,
    /** The run stops; what is done stays. */
    STOP,
    /** The run stops, and what it wrote is rolled back. */
    ROLLBACK
}
