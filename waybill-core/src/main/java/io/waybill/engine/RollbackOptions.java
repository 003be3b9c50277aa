package io.waybill.engine;

/**
 * How a rollback is carried out.
 *
 * @param keepGoing whether a move that cannot be rolled back now is left out and the others are undone, instead of ending
 *     there
 * @param ends of files that rows name, what is undone
 * @param leaveLinks whether objects may be removed that rows still name
 */
public record RollbackOptions(boolean keepGoing, Ends ends, boolean leaveLinks) {
    /** Everything, in the right order. */
    public static final RollbackOptions ALL = new RollbackOptions(false, Ends.ALL, false);

    /** The options as flags, each with a space in front. */
    String text() {
        return (ends == Ends.ALL ? "" : " --only " + ends.name().toLowerCase(java.util.Locale.ROOT))
                + (leaveLinks ? " --leave-links" : "")
                + (keepGoing ? " --keep-going" : "");
    }

    /** What of files that rows name is undone. */
    public enum Ends {
        /** Rows first, then objects. */
        ALL,
        /** Rows get their values back; objects stay. */
        LINKS,
        /** Objects are removed; rows stay. */
        TARGET
    }
}
