package io.waybill.engine;

import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.Runs;
import io.waybill.plan.Budget;
import io.waybill.plan.Move;
import io.waybill.plan.OnError;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How much may go wrong in a move before its run ends: nothing, or what its budget allows. What went wrong stands in the
 * ledger, so a run that died goes on with what is left of the budget; one that ended for it begins with a full one. Safe
 * for use by many threads.
 */
final class Patience {
    /** A share of fewer items says little. */
    private static final long ENOUGH = 100;

    private final Ledger ledger;
    private final Live live;
    private final Stop stop;
    private final InstantSource clock;
    private final int run;
    private final int moveId;
    private final Move move;
    private final @Nullable Budget budget;
    private final AtomicReference<@Nullable String> why = new AtomicReference<>();

    Patience(Ledger ledger, Live live, Stop stop, InstantSource clock, int run, int moveId, Move move) {
        this.ledger = ledger;
        this.live = live;
        this.stop = stop;
        this.clock = clock;
        this.run = run;
        this.moveId = moveId;
        this.move = move;
        Budget given = move.budget();
        this.budget = given != null || move.onError() == OnError.CONTINUE ? given : Budget.NONE;
    }

    /** Begins to look; {@code anew} when somebody has seen what went wrong so far. */
    void begin(boolean anew) throws LedgerException {
        ledger.change(tx -> Runs.begin(tx, run, moveId, anew));
    }

    /** Something that needs somebody was settled in the ledger just now, for this reason. */
    void trouble(@Nullable String reason) throws LedgerException {
        judge(false, reason);
    }

    /** The move is through. */
    void end() throws LedgerException {
        judge(true, null);
    }

    /** Why the run ends, or null. */
    @Nullable
    String why() {
        return why.get();
    }

    private void judge(boolean through, @Nullable String reason) throws LedgerException {
        if (budget == null || why.get() != null) {
            return;
        }
        Runs.Standing now = ledger.write(tx -> Runs.standing(tx, run, moveId, move.rows()));
        boolean early = budget.percent() && !through && now.seen() < ENOUGH;
        if (early || !budget.isExceeded(now.needy(), now.seen())) {
            return;
        }
        String text = why(now, reason);
        if (!why.compareAndSet(null, text)) {
            return;
        }
        stop.request();
        if (move.onError() == OnError.ROLLBACK) {
            ledger.change(tx -> Runs.decideRollback(tx, run, text, clock.millis()));
        } else {
            ledger.change(tx -> Runs.endForTrouble(tx, run, moveId));
        }
        live.notice(
                (move.onError() == OnError.ROLLBACK ? "Stopped, to be rolled back, since " : "Stopped, since ") + text);
    }

    private String why(Runs.Standing now, @Nullable String reason) {
        String because = reason == null ? "" : ": " + reason;
        if (budget == null || move.budget() == null) {
            return "an item of move " + move.name() + " needs you and on_error is "
                    + move.onError().text() + because;
        }
        return now.needy() + " of " + now.seen() + " items of move " + move.name()
                + (now.needy() == 1 ? " needs" : " need") + " you, more than the budget of " + budget.text() + because;
    }
}
