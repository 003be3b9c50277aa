package io.waybill.engine;

import io.waybill.plan.AfterMove;
import io.waybill.plan.Backup;
import io.waybill.plan.Exists;
import io.waybill.plan.Limits;
import io.waybill.plan.Move;
import io.waybill.plan.Notify;
import io.waybill.plan.OnError;
import io.waybill.plan.Plan;
import io.waybill.plan.RowSteps;
import io.waybill.plan.Verify;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a plan is for a few items of each move: the same, without what reaches beyond them. */
final class Rehearsal {
    private Rehearsal() {}

    static Plan plan(Plan plan) {
        return new Plan(
                plan.name(),
                plan.namespace(),
                plan.file(),
                plan.folder(),
                plan.vars(),
                plan.stores(),
                plan.moves().stream().map(move -> move(plan, move)).toList(),
                plan.ledger(),
                plan.images(),
                plan.stage(),
                Map.of(),
                null,
                Notify.NONE,
                List.of(),
                plan.log(),
                plan.warnings(),
                plan.json(),
                plan.places());
    }

    /** One reader takes the first items; what stands in their way is a conflict of theirs, and all go on to the end. */
    private static Move move(Plan plan, Move move) {
        Limits limits = move.limits();
        return new Move(
                move.name(),
                move.rows(),
                move.from(),
                move.each(),
                move.closure(),
                move.to(),
                move.where(),
                null,
                move.row(),
                withoutMoves(plan, move.steps()),
                move.format(),
                move.formatTo(),
                move.key(),
                move.group(),
                move.after(),
                Backup.NONE,
                move.exclusive(),
                move.exists() == Exists.FAIL ? Exists.SAME_OK : move.exists(),
                move.verify() == Verify.OFF ? move.rows() ? Verify.END : Verify.AUTO : move.verify(),
                OnError.CONTINUE,
                null,
                new Limits(
                        1,
                        limits.bytesPerSecond(),
                        limits.requestsPerSecond(),
                        limits.retries(),
                        limits.memory(),
                        limits.batch(),
                        limits.batchBytes(),
                        limits.timeout()),
                AfterMove.KEEP);
    }

    /** Of another move only a few rows are there, so that a reference to it need not find its row. */
    private static RowSteps withoutMoves(Plan plan, RowSteps steps) {
        Map<String, String> refs = new LinkedHashMap<>(steps.checks().refs());
        refs.values().removeIf(text -> plan.find(text) != null);
        RowSteps.Checks checks = steps.checks();
        return new RowSteps(
                steps.lookups(),
                steps.collects(),
                steps.spread(),
                new RowSteps.Checks(checks.required(), checks.unique(), refs, checks.rules()),
                steps.with());
    }
}
