package io.waybill.report;

import io.waybill.ledger.Entry;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Relation;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.Run;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.store.RowKey;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the units of a move consisted of in a run, from the ledger alone: the references as they were when the run began, and what
 * became of the rows and objects since.
 *
 * @param tables what became of the rows, by table, the root's first; without those of which none was to go
 * @param objects what became of the objects, by their move
 */
record UnitGraph(
        String move,
        List<Relation> relations,
        Map<String, Map<State, RunSummary.Count>> tables,
        Map<String, Map<State, RunSummary.Count>> objects) {

    /** Those of a run, in the order of its moves; none when it moved no units. */
    static List<UnitGraph> of(LedgerReader ledger, Run run) throws LedgerException {
        List<UnitGraph> graphs = new ArrayList<>();
        for (LedgerReader.MoveLine move : ledger.moves()) {
            List<Relation> relations = ledger.relations(run.id(), move.id());
            if (!relations.isEmpty()) {
                graphs.add(new UnitGraph(
                        move.name(), relations, rows(ledger, run, move, relations), objects(ledger, run, relations)));
            }
        }
        return graphs;
    }

    /** The table of the root rows. */
    String root() {
        return relations.get(0).table();
    }

    /** One pass over the batches; of rows that come along, which many units may need, each key counts once. */
    private static Map<String, Map<State, RunSummary.Count>> rows(
            LedgerReader ledger, Run run, LedgerReader.MoveLine move, List<Relation> relations) throws LedgerException {
        Map<String, Map<State, RunSummary.Count>> tables = new LinkedHashMap<>();
        Set<String> brought = new HashSet<>();
        for (Relation each : relations) {
            switch (each.kind()) {
                case ROOT, BELONGS -> tables.putIfAbsent(each.table(), new EnumMap<>(State.class));
                case BRING -> brought.add(each.target());
                default -> {
                    // rows of it do not go for this
                }
            }
        }
        brought.removeAll(tables.keySet());
        brought.forEach(table -> tables.put(table, new EnumMap<>(State.class)));
        String root = relations.get(0).table();
        Set<String> seen = new HashSet<>();
        ledger.entries(Selector.ALL.withRun(run.id()).withMove(move.name()), 0, (Entry entry) -> {
            RowBlock block = entry.isRows() ? ledger.block(entry.id()) : null;
            for (RowBlock.Line line : block == null ? List.<RowBlock.Line>of() : block.lines()) {
                String table = line.table().isEmpty() ? root : line.table();
                if (!brought.contains(table) || seen.add(new RowKey(table, line.target()).encoded())) {
                    tables.computeIfAbsent(table, name -> new EnumMap<>(State.class))
                            .merge(line.state(), new RunSummary.Count(1, 0), (a, b) -> a.plus(b.items(), b.bytes()));
                }
            }
            return true;
        });
        return tables;
    }

    private static Map<String, Map<State, RunSummary.Count>> objects(
            LedgerReader ledger, Run run, List<Relation> relations) throws LedgerException {
        Map<Integer, String> names = new LinkedHashMap<>();
        ledger.moves().forEach(move -> names.put(move.id(), move.name()));
        Map<String, Map<State, RunSummary.Count>> objects = new LinkedHashMap<>();
        for (Relation each : relations) {
            if (each.kind() == Relation.Kind.NAMES) {
                objects.put(each.target(), new EnumMap<>(State.class));
            }
        }
        for (LedgerReader.Tally tally : ledger.tallies(run.id())) {
            Map<State, RunSummary.Count> counts = objects.get(names.getOrDefault(tally.move(), ""));
            if (counts != null) {
                counts.merge(
                        tally.state(),
                        new RunSummary.Count(tally.items(), tally.bytes()),
                        (a, b) -> a.plus(b.items(), b.bytes()));
            }
        }
        return objects;
    }
}
