package io.waybill.engine;

import java.util.List;

/**
 * What was staged.
 *
 * @param moves of rows, in the order in which they were carried
 * @param left names of moves of files, which have no rows to stage
 */
public record StageReport(Phase phase, List<MoveReport> moves, List<String> left, long millis) {
    public StageReport {
        moves = List.copyOf(moves);
        left = List.copyOf(left);
    }

    /**
     * One move. Rows read are the filtered, the quarantined, and those that went through.
     *
     * @param filtered left out by {@code where}, by {@code --where}, or by a look-up
     * @param staged lines of {@code file}: one for each row, or for each target row that a row makes
     * @param warned how often a check was broken that only warns
     * @param file where the rows are, and {@code quarantine} those that got no further
     */
    public record MoveReport(
            String name,
            String from,
            long read,
            long filtered,
            long staged,
            long quarantined,
            long warned,
            String file,
            String quarantine) {}

    public long quarantined() {
        return moves.stream().mapToLong(MoveReport::quarantined).sum();
    }
}
