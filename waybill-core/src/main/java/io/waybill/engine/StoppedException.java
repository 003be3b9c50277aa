package io.waybill.engine;

/** Work was left where it can be taken up again, because a stop was requested. */
final class StoppedException extends RuntimeException {
    StoppedException() {
        super("stopped", null, false, false);
    }
}
