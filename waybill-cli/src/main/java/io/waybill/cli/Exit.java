package io.waybill.cli;

/** The exit codes. They are part of the product and never change their meaning. */
enum Exit {
    DONE(0, "done"),
    INTERNAL(1, "internal error, or books that do not balance"),
    USAGE(
            2,
            "wrong command line or plan file, a confirmation is missing, or the plan names what does not exist; nothing"
                    + " was started"),
    NEEDS_YOU(
            3,
            "finished or ended by on_error or budget, and some items need you: failed, conflicted, quarantined, kept"),
    DIFFERENT(4, "verify found an item that is not the same, or why a row that does not belong"),
    WORK(5, "plan --exit-code: there is work to do"),
    LOCKED(6, "another runner is at work on this plan"),
    UNAVAILABLE(7, "store, credentials, ledger or disk not available; the same command goes on"),
    REFUSED(8, "refused by a safety rule: colliding keys, exists: fail, changed plan, broken or foreign ledger"),
    INTERRUPTED(130, "stopped by Ctrl-C; the same command goes on"),
    TERMINATED(143, "stopped by SIGTERM or waybill stop; the same command goes on");

    private final int code;
    private final String meaning;

    Exit(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    int code() {
        return code;
    }

    /** What it means, without a full stop. */
    String meaning() {
        return meaning;
    }
}
