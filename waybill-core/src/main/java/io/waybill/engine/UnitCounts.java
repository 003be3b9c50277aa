package io.waybill.engine;

import io.waybill.ledger.Relation;
import io.waybill.ledger.Relation.Kind;
import io.waybill.store.Catalogued.ForeignKey;
import io.waybill.value.Row;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What units consist of, in numbers, while they are found: how many rows of which table, and by which references. A row that
 * belongs to two units counts twice, one that comes along counts once. Not safe for use by several threads.
 */
final class UnitCounts {
    private static final EnumSet<Kind> OF_KEYS =
            EnumSet.of(Kind.BELONGS, Kind.WITHIN, Kind.BRING, Kind.MUST_EXIST, Kind.MAP, Kind.NULL);

    private final Kinship kinship;
    private final Map<String, long[]> belonging = new HashMap<>();
    /** Of rows that come along, hashes of their keys: many units may need one. */
    private final Map<String, Hashes> brought = new HashMap<>();

    private final Map<Way, long[]> referring = new HashMap<>();
    private long units;
    private long refused;

    /** A foreign key as it is of some rows. */
    private record Way(ForeignKey key, Kind kind) {}

    UnitCounts(Kinship kinship) {
        this.kinship = kinship;
    }

    void add(List<Kin.Unit> found) {
        for (Kin.Unit unit : found) {
            if (unit.trouble() == null) {
                units++;
                add(unit);
            } else {
                refused++;
            }
        }
    }

    private void add(Kin.Unit unit) {
        List<Kin.Member> members = unit.members();
        UnitIndex index = new UnitIndex(members);
        for (Kin.Member member : members) {
            if (member.brought()) {
                Row key = member.row().only(kinship.table(member.table()).key());
                brought.computeIfAbsent(member.table(), table -> new Hashes()).add(RowKeys.hash("", key));
            } else {
                belonging.computeIfAbsent(member.table(), table -> new long[1])[0]++;
            }
            for (ForeignKey key : kinship.outward(member.table())) {
                Row value = Kin.value(member.row(), key.columns(), key.targetColumns());
                if (value != null) {
                    Integer place = kinship.written().contains(key.target())
                            ? index.find(key.target(), key.targetColumns(), value)
                            : null;
                    Kind kind =
                            place == null ? outward(key) : members.get(place).brought() ? Kind.BRING : inward(key);
                    referring.computeIfAbsent(new Way(key, kind), way -> new long[1])[0]++;
                }
            }
        }
    }

    private Kind inward(ForeignKey key) {
        return kinship.inward(key.target()).contains(key) ? Kind.BELONGS : Kind.WITHIN;
    }

    private Kind outward(ForeignKey key) {
        return switch (kinship.closure().outward(key.target())) {
            case MUST_EXIST -> Kind.MUST_EXIST;
            case MAP -> Kind.MAP;
            case NULL -> Kind.NULL;
            case BRING -> Kind.BRING;
        };
    }

    /** The references of all tables; those that no row has are there where the catalog says that one may. */
    List<Relation> relations() {
        List<Relation> relations = new ArrayList<>();
        for (String table : kinship.written()) {
            for (Kinship.Follow follow : kinship.followed(table)) {
                relations.add(new Relation(
                        table,
                        follow.driver(),
                        follow.condition().text(),
                        Kind.BELONGS,
                        belonging.getOrDefault(table, new long[1])[0]));
            }
            for (ForeignKey key : kinship.outward(table)) {
                boolean leadsIn = kinship.belongs(key.target());
                for (Kind kind : OF_KEYS) {
                    long rows = referring.getOrDefault(new Way(key, kind), new long[1])[0];
                    boolean usual = kind == (leadsIn ? inward(key) : outward(key));
                    if (rows > 0 || usual) {
                        relations.add(new Relation(table, key.target(), Kinship.name(key), kind, rows));
                    }
                }
            }
        }
        return relations;
    }

    /** The same for the ledger: the root and these objects, too. */
    List<Relation> relations(List<PlanReport.Objects> objects) {
        String root = kinship.closure().root();
        List<Relation> all = new ArrayList<>(List.of(new Relation(root, root, "", Kind.ROOT, units)));
        all.addAll(relations());
        objects.forEach(each -> all.add(new Relation(each.table(), each.move(), "", Kind.NAMES, each.items())));
        return all;
    }

    /** The same with the numbers of rows by table, and these objects. */
    PlanReport.Graph graph(List<PlanReport.Objects> objects) {
        List<PlanReport.Share> tables = new ArrayList<>();
        for (String table : kinship.written()) {
            Hashes along = brought.get(table);
            tables.add(new PlanReport.Share(
                    table, belonging.getOrDefault(table, new long[1])[0], along == null ? 0 : along.size()));
        }
        return new PlanReport.Graph(kinship.closure().root(), units, refused, tables, relations(), objects);
    }
}
