package io.waybill.jdbc.sqlite;

/** A value that a column cannot hold; the message completes "...: ". */
public final class BadValue extends Exception {
    private static final long serialVersionUID = 1;

    public BadValue(String message) {
        super(message, null, false, false);
    }
}
