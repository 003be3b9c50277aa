package io.waybill.s3endpoint;

import java.io.IOException;

/** The client went away, or spoke no HTTP; there is nobody to answer. */
final class PeerGone extends IOException {
    private static final long serialVersionUID = 1L;

    PeerGone(String message) {
        super(message);
    }

    PeerGone(IOException cause) {
        super(cause);
    }
}
