package io.waybill.table;

/** Why a value cannot be held; the message completes "Cannot keep field x (kind) in ...: ". */
final class UnfitException extends Exception {
    private static final long serialVersionUID = 1;

    UnfitException(String message) {
        super(message, null, false, false);
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
