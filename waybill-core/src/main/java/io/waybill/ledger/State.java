package io.waybill.ledger;

/** Where an entry or one of its effects stands. The codes are stored; they never change their meaning. */
public enum State {
    /** In the plan; nothing was done yet. */
    PLANNED(0, "planned", "pending"),
    /** Intent is recorded: the target may or may not have changed. */
    WRITING(1, "writing", "in_progress"),
    /** The target has it; its content was not verified. */
    WRITTEN(2, "written", "completed"),
    /** The target has it and its content is proven. */
    VERIFIED(3, "verified", "completed"),
    /** Equal content stood there already; not ours. */
    SAME(4, "same", "completed"),
    /** Left out by a rule of the plan; the reason is in the error text. */
    SKIPPED(5, "skipped", "skipped"),
    /** Something else stands at the target; it was kept. */
    CONFLICT(6, "conflict", "failed"),
    /** Gave up; the reason is in the error text. */
    FAILED(7, "failed", "failed"),
    /** A row that broke a check, set aside. */
    QUARANTINED(8, "quarantined", "failed"),
    /** Rollback intent is recorded. */
    UNDOING(9, "undoing", "in_progress"),
    /** Rolled back: the target is as before. */
    UNDONE(10, "rolled back", "pending"),
    /** Rollback left it as it is, with a reason. */
    KEPT(11, "kept", "failed");

    private final int code;
    private final String word;
    private final String progress;

    State(int code, String word, String progress) {
        this.code = code;
        this.word = word;
        this.progress = progress;
    }

    public int code() {
        return code;
    }

    /** The word in messages and reports. */
    public String word() {
        return word;
    }

    /** One of pending, in_progress, completed, failed, skipped: the JSON field {@code progress}. */
    public String progress() {
        return progress;
    }

    /** Whether a run still has something to do about it. */
    public boolean isOpen() {
        return this == PLANNED || this == WRITING;
    }

    /** Whether a run is through with it, well or not, and nobody undid it since. */
    public boolean isDone() {
        return !isOpen() && this != UNDOING && this != UNDONE;
    }

    /** Whether it is one of those that need somebody: failed, conflicted, quarantined, kept by a rollback. */
    public boolean needsYou() {
        return this == CONFLICT || this == FAILED || this == QUARANTINED || this == KEPT;
    }

    /** The state with this code. */
    public static State of(int code) {
        for (State state : values()) {
            if (state.code == code) {
                return state;
            }
        }
        throw new IllegalArgumentException("no state has code " + code);
    }
}
