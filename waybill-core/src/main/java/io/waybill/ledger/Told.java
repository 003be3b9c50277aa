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
    FAILED(4),
    /** It is at its target; the rows of its unit, which name it, are not yet. */
    WAITS(5);

    private final int code;

    Told(int code) {
        this.code = code;
    }

    /** The word for people and programs. */
    public String word() {
        return switch (this) {
            case NOT -> "not told";
            case TELLING -> "being told";
            case THEN -> "told";
            case ELSE -> "told that it was given up";
            case FAILED -> "could not be told";
            case WAITS -> "waits for its unit";
        };
    }

    int code() {
        return code;
    }

    static Told of(int code) {
        return values()[code];
    }
}
