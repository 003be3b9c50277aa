package io.waybill.engine;

import io.waybill.mapping.Nearest;
import io.waybill.plan.Closure;
import io.waybill.plan.Move;
import io.waybill.store.Catalogued;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says why a row belongs to the units of a plan, or why not. Reads the source, and of the target only how its tables are made. */
final class WhyVerb {
    private final Setup setup;
    private final Stores stores;
    private final Live live;
    private final Stop stop;

    WhyVerb(Setup setup, Stores stores, Live live, Stop stop) {
        this.setup = setup;
        this.stores = stores;
        this.live = live;
        this.stop = stop;
    }

    /** Of the moves of units, or of the one named, the first whose units have the row; else one report for each. */
    List<WhyReport> why(String table, String key, @Nullable String only) throws StoreException, RefusedException {
        List<Move> moves = setup.plan().moves().stream()
                .filter(move ->
                        move.closure() != null && (only == null || move.name().equals(only)))
                .toList();
        if (moves.isEmpty()) {
            throw RefusedException.ofPlan(
                    only == null
                            ? "No move of the plan has rows:, so no row belongs to another."
                            : "Move " + only + " is none whose rows belong together: it has no rows:.");
        }
        List<WhyReport> reports = new ArrayList<>();
        for (Move move : moves) {
            WhyReport report = why(move, table, key);
            if (report.belongs()) {
                return List.of(report);
            }
            reports.add(report);
        }
        if (stop.isRequested()) {
            throw new StoppedException();
        }
        return reports;
    }

    private WhyReport why(Move move, String table, String key) throws StoreException, RefusedException {
        TableStore source = stores.source(move);
        live.phase("looking for " + table + " " + key + " in " + source.location());
        RowPlan plan;
        Kinship kinship;
        try {
            Closure closure = java.util.Objects.requireNonNull(move.closure());
            plan = RowPlan.of(setup.plan(), move, source, stores.target(move));
            kinship = Kinship.of(move, closure, source);
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.INVALID) {
                throw RefusedException.ofPlan(String.valueOf(e.getMessage()));
            }
            throw e;
        }
        Integer batch = move.limits().batch();
        UnitSearch search = new UnitSearch(
                plan,
                kinship,
                source,
                batch == null ? RowRunner.DEFAULT_UNITS : batch,
                new Retry(move.limits().retries(), live, stop),
                stop);
        if (kinship.written().contains(table)) {
            return search.row(table, KeyText.parse(kinship.table(table), key));
        }
        List<String> tables = ((Catalogued) source).tables();
        if (!tables.contains(table)) {
            String hint = Nearest.hint(table, tables);
            throw RefusedException.ofPlan(source.location() + " has no table " + table + "."
                    + (hint == null ? "" : " " + Character.toUpperCase(hint.charAt(0)) + hint.substring(1)));
        }
        return search.table(table, key);
    }
}
