package io.waybill.engine;

import io.waybill.plan.Closure;
import io.waybill.plan.Move;
import io.waybill.store.Catalogued.ForeignKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import java.util.List;

/**
 * What belongs to the rows of a move's root table, as the catalog of its source says, and how its tables fit those of the target.
 *
 * @param tables those whose rows belong, the root's first
 * @param lines in words, what goes with a root row and by which references
 * @param outward references of these tables to rows that do not belong
 * @param differences what would be said of the tables; those that would refuse the plan are among them
 */
public record Belonging(
        List<String> tables, List<String> lines, List<ForeignKey> outward, List<Difference> differences) {
    public Belonging {
        tables = List.copyOf(tables);
        lines = List.copyOf(lines);
        outward = List.copyOf(outward);
        differences = List.copyOf(differences);
    }

    /** Reads both catalogs, and nothing else. */
    public static Belonging of(Move move, TableStore source, TableStore target) throws StoreException {
        Closure closure = move.closure();
        if (closure == null) {
            throw new IllegalArgumentException("no move of units: " + move.name());
        }
        Kinship kinship = Kinship.of(move, closure, source);
        List<String> tables = List.copyOf(kinship.written());
        return new Belonging(
                tables,
                kinship.lines(),
                tables.stream()
                        .flatMap(table -> kinship.outward(table).stream())
                        .filter(key -> !tables.contains(key.target()))
                        .toList(),
                Differences.of(move, kinship, source, target));
    }
}
