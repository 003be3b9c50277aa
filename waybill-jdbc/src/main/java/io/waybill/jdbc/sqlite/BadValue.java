package io.waybill.jdbc.sqlite;

/** A value that a column cannot hold; the message completes "...: ". */
final class BadValue extends Exception {
    private static final long serialVersionUID = 1;

    BadValue(String message) {
        super(message, null, false, false);
    }
}
