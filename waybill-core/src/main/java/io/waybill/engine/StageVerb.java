package io.waybill.engine;

import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Selector;
import io.waybill.mapping.Names;
import io.waybill.plan.Move;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Carries the rows of a plan as far as a phase that writes to no target. */
final class StageVerb {
    private final Setup setup;
    private final LedgerReader reader;
    private final Stores stores;
    private final Planner planner;
    private final Live live;
    private final Stop stop;

    StageVerb(Setup setup, LedgerReader reader, Stores stores, Planner planner, Live live, Stop stop) {
        this.setup = setup;
        this.reader = reader;
        this.stores = stores;
        this.planner = planner;
        this.live = live;
        this.stop = stop;
    }

    StageReport stage(Phase phase, Selector selector, @Nullable String where)
            throws StoreException, LedgerException, RefusedException {
        long began = setup.clock().millis();
        List<Move> moves = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (Move move : Moves.inOrder(setup.plan().moves())) {
            if (selector.moves().isEmpty() || selector.moves().contains(move.name())) {
                if (move.rows()) {
                    moves.add(move);
                } else {
                    left.add(move.name());
                }
            }
        }
        if (moves.isEmpty()) {
            throw RefusedException.ofPlan("Cannot run until " + phase.word() + ": "
                    + (left.size() == 1 ? "move " + left.get(0) + " moves" : "the moves chosen move")
                    + " files, and only rows are staged. Read files without writing them: waybill run --dry-run");
        }
        for (Move move : moves) {
            planner.checkTables(move);
        }
        Stage stage = Stage.of(setup, stores);
        List<StageReport.MoveReport> reports = new ArrayList<>();
        Foreseen foreseen = RowChecks.foreseen(setup.plan(), stores);
        for (Move move : moves) {
            reports.add(stage(move, phase, stage, selector.limit(), where, foreseen));
        }
        return new StageReport(phase, reports, left, setup.clock().millis() - began);
    }

    private StageReport.MoveReport stage(
            Move move, Phase phase, Stage stage, long limit, @Nullable String where, Foreseen foreseen)
            throws StoreException, LedgerException, RefusedException {
        TableStore source = stores.source(move);
        String fingerprint = Fingerprints.of(setup.plan(), stores).canonical();
        RowPlan plan = RowPlan.of(setup.plan(), move, source, stores.target(move))
                .since(planner.mark(move, Integer.MAX_VALUE, fingerprint));
        Retry retry = new Retry(move.limits().retries(), live, stop);
        RowChecks checks =
                RowChecks.of(setup.plan(), move, 0, stores, null, retry).foreseeing(foreseen);
        RowMaking making = new RowMaking(
                plan,
                RowContext.of(move, stores, retry),
                checks,
                RowChoice.of(setup.plan(), plan, where),
                Given.nothing(),
                null);
        Row run = RowMaking.run(reader, RowMaking.run("r0", setup.clock().millis()));
        Names names = plan.names(run).with("batch", Row.of("id", Value.of("r0.0")));
        live.phase("reading " + move.from().get(0).text());
        Live.Group group = live.group(move.name(), move.name());
        group.total(Math.max(0, plan.estimate()), 0);
        try {
            return new RowStaging(plan, source, making, checks, phase, retry, stop).stage(stage, names, limit, group);
        } catch (StoreException | LedgerException e) {
            throw e;
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Kind.UNAVAILABLE, "Cannot close " + source.location() + ": " + e.getMessage(), e);
        }
    }
}
