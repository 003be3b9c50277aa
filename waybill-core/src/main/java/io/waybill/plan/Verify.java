package io.waybill.plan;

/** How what was written is proven. Of files: auto, read, off; of rows: end, batch, off. */
public enum Verify implements Word {
    /** The store's checksum where it was found honest, else the file is read back. */
    AUTO,
    /** Every file is read back. */
    READ,
    /** One pass over the target after the move's writes. */
    END,
    /** Each batch is read back after it was written. */
    BATCH,
    /** Nothing is proven. */
    OFF
}
