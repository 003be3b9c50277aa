package io.waybill.engine;

import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Run;
import io.waybill.ledger.State;
import io.waybill.plan.Limits;
import io.waybill.plan.Plan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;

/** How long a run will take: at the pace of an earlier run of the ledger that is like it, else at a guessed one. */
final class Estimate {
    private static final EnumSet<State> WRITTEN = EnumSet.of(State.WRITTEN, State.VERIFIED, State.UNDONE, State.KEPT);

    /** A run a hundred times smaller tells how long it takes to begin, not how fast the work goes. */
    private static final long LIKE = 100;

    private static final double GUESSED_FILES_PER_SECOND = 400;
    private static final double GUESSED_ROWS_PER_SECOND = 40_000;
    private static final double GUESSED_BYTES_PER_SECOND = 100e6;
    private static final int REQUESTS_PER_FILE = 3;

    private Estimate() {}

    /** What a run would have to do. */
    record Work(long items, long bytes) {
        static Work of(PlanReport.MoveReport move) {
            return new Work(
                    move.copyItems() + move.presentItems() + move.replaceItems(),
                    move.copyBytes() + move.presentBytes());
        }

        Work plus(Work other) {
            return new Work(items + other.items, bytes + other.bytes);
        }
    }

    static PlanReport.Estimate of(LedgerReader reader, Plan plan, List<PlanReport.MoveReport> moves)
            throws LedgerException {
        Work all = moves.stream().map(Work::of).reduce(new Work(0, 0), Work::plus);
        List<Run> runs = new ArrayList<>(reader.runs());
        Collections.reverse(runs);
        for (Run run : runs) {
            if (run.kind().equals("run") && run.state().equals("finished") && run.worked() > 0) {
                Work done = done(reader, run.id());
                boolean isLike = done.items() > 0 && done.items() * LIKE >= all.items();
                if (isLike && (all.bytes() == 0 || done.bytes() * LIKE >= all.bytes())) {
                    return new PlanReport.Estimate(
                            Math.max(slowest(plan, moves), likeBefore(all, done, run.worked())), run.name());
                }
            }
        }
        return new PlanReport.Estimate(Math.max(slowest(plan, moves), guess(moves)), "");
    }

    private static Work done(LedgerReader reader, int run) throws LedgerException {
        Work done = new Work(0, 0);
        for (LedgerReader.Tally tally : reader.tallies(run)) {
            if (WRITTEN.contains(tally.state())) {
                done = done.plus(new Work(tally.items(), tally.bytes()));
            }
        }
        return done;
    }

    /** Milliseconds at the pace of a run that did {@code done} in {@code worked} milliseconds; the slower of items and bytes. */
    static long likeBefore(Work all, Work done, long worked) {
        double byItems = (double) all.items() / done.items();
        double byBytes = done.bytes() == 0 ? 0 : (double) all.bytes() / done.bytes();
        return Math.round(worked * Math.max(byItems, byBytes));
    }

    private static long guess(List<PlanReport.MoveReport> moves) {
        double seconds = 0;
        for (PlanReport.MoveReport move : moves) {
            Work work = Work.of(move);
            seconds += work.items() / (move.rows() ? GUESSED_ROWS_PER_SECOND : GUESSED_FILES_PER_SECOND)
                    + work.bytes() / GUESSED_BYTES_PER_SECOND;
        }
        return Math.round(seconds * 1000);
    }

    /** Milliseconds that the limits of the plan make it take at least. */
    private static long slowest(Plan plan, List<PlanReport.MoveReport> moves) {
        double seconds = 0;
        for (PlanReport.MoveReport report : moves) {
            var move = plan.find(report.name());
            if (move != null) {
                Limits limits = move.limits();
                Work work = Work.of(report);
                double bytes = limits.bytesPerSecond() == null ? 0 : (double) work.bytes() / limits.bytesPerSecond();
                double requests = limits.requestsPerSecond() == null || report.rows()
                        ? 0
                        : (double) work.items() * REQUESTS_PER_FILE / limits.requestsPerSecond();
                seconds += Math.max(bytes, requests);
            }
        }
        return Math.round(seconds * 1000);
    }
}
