package io.waybill.ledger;

/** Whether the rows that are to know of a file do. Its code is what the ledger holds. */
public enum Told {
    /** Nobody is to know, or nobody was told yet. */
    NOT(0),
    /** Intent is recorded: rows may or may not know. */
    TELLING(1),
    /** They know that it is at its target. */
    THEN(2),
    /** They know that it was given up. */
    ELSE(3),
    /** They could not be told. */
    FAILED(4);

    private final int code;

    Told(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static Told of(int code) {
        return values()[code];
    }
}
