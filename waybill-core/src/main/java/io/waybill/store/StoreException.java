package io.waybill.store;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a store refuses or fails to do. The engine decides on {@link #kind}, never on text. The message is one line:
 * {@code Cannot <verb> <thing>: <cause with values>. <What to do>.} It holds no secret and no class name.
 */
public final class StoreException extends IOException {
    /** What went wrong, as far as the engine needs to know. */
    public enum Kind {
        /** The item, table, bucket or folder is not there. */
        NOT_FOUND,
        /** A condition does not hold, or the source changed while it was read. */
        CONFLICT,
        /** Credentials or rights are missing or wrong. */
        DENIED,
        /** The request can never succeed: a name, value or size that the store cannot hold. */
        INVALID,
        /** Content does not match its checksum or length. */
        CORRUPT,
        /** The store asks to slow down; worth another try after a pause. */
        THROTTLED,
        /** The store cannot be reached or failed; nothing was done; worth another try. */
        UNAVAILABLE,
        /** The request may or may not have been carried out: look before trying again. */
        UNKNOWN_OUTCOME
    }

    private final Kind kind;
    private final @Nullable Duration retryAfter;

    public StoreException(Kind kind, String message) {
        this(kind, message, null, null);
    }

    public StoreException(Kind kind, String message, @Nullable Throwable cause) {
        this(kind, message, cause, null);
    }

    /** With the pause that the store asked for. */
    public StoreException(Kind kind, String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super(message, cause);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    /** The line for people. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    public Kind kind() {
        return kind;
    }

    /** The pause that the store asked for, if it did. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** Whether the same call may succeed later without anybody changing anything. */
    public boolean isTransient() {
        return kind == Kind.THROTTLED || kind == Kind.UNAVAILABLE;
    }

    /** Whether the trouble is with the whole store rather than with one item, so that a run should stop, not go on. */
    public boolean isStoreWide() {
        return kind == Kind.UNAVAILABLE || kind == Kind.THROTTLED;
    }
}
