package io.waybill.engine;

import io.waybill.engine.PlanReport.Difference;
import io.waybill.ledger.Relation;
import io.waybill.plan.Closure;
import io.waybill.plan.Move;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import java.util.List;

/**
 * What belongs to the rows of a move's root table, as the catalog of its source says, and how its tables fit those of the target.
 *
 * @param tables those whose rows belong, the root's first
 * @param relations the references of these tables, to one another and to others; no rows are counted
 * @param differences what would be said of the tables; those that would refuse the plan are among them
 */
public record BelongingReport(List<String> tables, List<Relation> relations, List<Difference> differences) {
    public BelongingReport {
        tables = List.copyOf(tables);
        relations = List.copyOf(relations);
        differences = List.copyOf(differences);
    }

    /** Reads both catalogs, and nothing else. */
    public static BelongingReport of(Move move, TableStore source, TableStore target) throws StoreException {
        Closure closure = move.closure();
        if (closure == null) {
            throw new IllegalArgumentException("no move of units: " + move.name());
        }
        Kinship kinship = Kinship.of(move, closure, source);
        return new BelongingReport(
                List.copyOf(kinship.written()),
                new UnitCounts(kinship).relations(),
                Differences.of(move, kinship, source, target));
    }
}
