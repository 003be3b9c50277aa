package io.waybill.s3endpoint;

import java.io.IOException;

/** A fault asks for the connection to be cut here. */
final class ResetOnPurpose extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean hard;

    ResetOnPurpose(boolean hard) {
        super("a fault cuts the connection");
        this.hard = hard;
    }

    /** With RST rather than FIN. */
    boolean hard() {
        return hard;
    }
}
