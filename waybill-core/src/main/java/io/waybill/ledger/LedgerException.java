package io.waybill.ledger;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What is wrong with a ledger. The message is one line for people. */
public final class LedgerException extends IOException {
    /** What went wrong. */
    public enum Kind {
        /** Another runner holds it. */
        LOCKED,
        /** It is damaged. */
        CORRUPT,
        /** It is not a ledger, belongs to another plan, or comes from a newer version. */
        FOREIGN,
        /** A newer runner has taken over; this one must stop at once. */
        FENCED,
        /** It cannot be read or written, for example because the disk is full. */
        UNAVAILABLE
    }

    private final Kind kind;

    public LedgerException(Kind kind, String message) {
        this(kind, message, null);
    }

    public LedgerException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** The line for people. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    public Kind kind() {
        return kind;
    }
}
