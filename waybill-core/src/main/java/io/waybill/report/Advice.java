package io.waybill.report;

import io.waybill.ledger.State;

/** What to do about items that need somebody. */
final class Advice {
    private Advice() {}

    static String about(State state, String kind) {
        return switch (state) {
            case CONFLICT -> "set exists: replace or skip in the plan, then: waybill run --failed";
            case QUARANTINED -> "correct the row or the check, then: waybill run --failed";
            case KEPT -> "nothing was lost; look: waybill items --state kept";
            default -> ofKind(kind);
        };
    }

    private static String ofKind(String kind) {
        return switch (kind) {
            case "NOT_FOUND" -> "the source is gone; put it back and run again, or leave it";
            case "CONFLICT" -> "it changed while it was read; when it rests: waybill run --failed";
            case "DENIED" -> "grant the right that is named, then: waybill run --failed";
            case "INVALID" -> "the target cannot hold it; change to: or where: in the plan";
            case "CORRUPT" -> "content and checksum differ; check the store, then: waybill run --failed";
            default -> "when the cause is gone: waybill run --failed";
        };
    }
}
