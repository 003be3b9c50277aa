package io.waybill.jdbc.postgresql;

/** A value that has no form on our side; the message completes "column x ...". */
final class BadValue extends Exception {
    private static final long serialVersionUID = 1;

    BadValue(String message) {
        super(message, null, false, false);
    }
}
