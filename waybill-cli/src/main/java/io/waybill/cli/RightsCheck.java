package io.waybill.cli;

import io.waybill.cli.DoctorVerb.Finding;
import io.waybill.plan.Each;
import io.waybill.plan.From;
import io.waybill.plan.Move;
import io.waybill.plan.Plan;
import io.waybill.plan.RowSteps;
import io.waybill.report.Figures;
import io.waybill.report.Texts;
import io.waybill.store.Effect;
import io.waybill.store.Examined;
import io.waybill.store.Examined.Right;
import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.store.Tended;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What doctor finds about a store that it asks without writing: whether it takes writes, rights on tables, its clock. */
final class RightsCheck {
    private static final Duration MOST_SKEW = Duration.ofSeconds(30);

    private final Plan plan;
    private final InstantSource clock;

    RightsCheck(Plan plan, InstantSource clock) {
        this.plan = plan;
        this.clock = clock;
    }

    /** The tables of a store that the plan names, each with what a run, its verification and its rollback do there. */
    private Map<String, Set<Right>> wanted(Store open, String store) throws StoreException {
        Map<String, Set<Right>> wanted = new LinkedHashMap<>();
        for (Move move : plan.moves()) {
            Each each = move.each();
            if (each != null) {
                named(wanted, open, store, each);
            }
            if (!move.rows()) {
                continue;
            }
            for (From from : move.from()) {
                if (from.store().equals(store) && from.query() == null) {
                    want(wanted, from.selection().collection(), EnumSet.of(Right.SELECT));
                }
            }
            RowSteps steps = move.steps();
            steps.lookups().values().stream().map(RowSteps.Lookup::in).forEach(in -> read(wanted, store, in));
            steps.collects().values().stream().map(RowSteps.Collect::from).forEach(in -> read(wanted, store, in));
            if (move.to().store().equals(store)) {
                EnumSet<Right> all = EnumSet.complementOf(EnumSet.of(Right.ALTER));
                want(wanted, move.to().path().text(), all);
                steps.with().forEach(effect -> want(wanted, effect.to().path(), all));
            }
        }
        return wanted;
    }

    /** Of the rows that name files: they are read, and some learn of their files or are added elsewhere. */
    private static void named(Map<String, Set<Right>> wanted, Store open, String store, Each each)
            throws StoreException {
        read(wanted, store, each.rows());
        for (Each.Told told : told(each)) {
            From to = told.to() == null ? each.rows() : told.to();
            if (!told.store(each.rows()).equals(store) || to.query() != null) {
                continue;
            }
            String table = to.selection().collection();
            EnumSet<Right> rights = told.kind() == Effect.Kind.PATCH
                    ? EnumSet.of(Right.SELECT, Right.UPDATE)
                    : EnumSet.of(Right.SELECT, Right.INSERT, Right.DELETE);
            if (told.addColumns() && open instanceof TableStore tables && lacksColumns(tables.table(table), told)) {
                rights.add(Right.ALTER);
            }
            want(wanted, table, rights);
        }
    }

    private static List<Each.Told> told(Each each) {
        List<Each.Told> all = new ArrayList<>(each.then());
        all.addAll(each.otherwise());
        return all;
    }

    private static boolean lacksColumns(TableStore.Table table, Each.Told told) {
        Set<String> there =
                table.columns().stream().map(TableStore.Column::name).collect(Collectors.toSet());
        return told.row().fields().stream()
                .anyMatch(field -> !there.contains(field.path().get(0)));
    }

    private boolean writes(Move move, String store) {
        Each each = move.each();
        return move.to().store().equals(store)
                || (each != null
                        && told(each).stream()
                                .anyMatch(told -> told.store(each.rows()).equals(store)));
    }

    private static void read(Map<String, Set<Right>> wanted, String store, From from) {
        if (from.store().equals(store) && from.query() == null) {
            want(wanted, from.selection().collection(), EnumSet.of(Right.SELECT));
        }
    }

    private static void want(Map<String, Set<Right>> wanted, String table, Set<Right> rights) {
        wanted.computeIfAbsent(table, name -> EnumSet.noneOf(Right.class)).addAll(rights);
    }

    /** What is found about an open store that was reached. */
    List<Finding> of(Store store, String name) throws StoreException {
        List<Finding> findings = new ArrayList<>();
        boolean written = plan.moves().stream().anyMatch(move -> writes(move, name));
        if (written && store instanceof Tended tended) {
            findings.add(writable(tended, name));
        }
        if (store instanceof Examined examined) {
            Map<String, Set<Right>> wanted = wanted(store, name);
            Finding rights = wanted.isEmpty() ? null : rights(examined, name, wanted);
            if (rights != null) {
                findings.add(rights);
            }
            Instant before = clock.instant();
            Instant there = examined.clock();
            if (there != null) {
                findings.add(clock(name, before, there));
            }
            List<String> facts = examined.facts();
            if (!facts.isEmpty()) {
                findings.add(new Finding(name + " place", true, String.join(", ", facts)));
            }
        }
        return findings;
    }

    private static Finding writable(Tended store, String name) {
        try {
            store.requireWritable();
            return new Finding(name + " writes", true, "it takes writes");
        } catch (StoreException e) {
            return new Finding(name + " writes", false, String.valueOf(e.getMessage()));
        }
    }

    /** Null when the store cannot tell, or grants nothing by table. */
    private static @Nullable Finding rights(Examined store, String name, Map<String, Set<Right>> wanted)
            throws StoreException {
        List<String> granted = new ArrayList<>();
        List<String> lacking = new ArrayList<>();
        for (Map.Entry<String, Set<Right>> table : wanted.entrySet()) {
            Set<Right> lacks = store.lacks(table.getKey(), table.getValue());
            if (lacks.isEmpty()) {
                granted.add(words(table.getValue()) + " on " + Texts.safe(table.getKey()));
            } else {
                lacking.add(words(lacks) + " on " + Texts.safe(table.getKey()) + " is not granted"
                        + (lacks.equals(EnumSet.of(Right.DELETE)) ? ", which a rollback needs" : ""));
            }
        }
        return lacking.isEmpty()
                ? new Finding(name + " rights", true, String.join("; ", granted))
                : new Finding(name + " rights", false, String.join("; ", lacking) + ". Grant it to the plan's role");
    }

    private static String words(Set<Right> rights) {
        return rights.stream()
                .map(right -> right.name().toUpperCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private Finding clock(String name, Instant before, Instant there) {
        Instant middle = before.plus(Duration.between(before, clock.instant()).dividedBy(2));
        Duration skew = Duration.between(middle, there);
        boolean good = skew.abs().compareTo(MOST_SKEW) <= 0;
        String text = skew.abs().toMillis() < 2_000
                ? "as ours"
                : Figures.duration(skew.abs().toMillis()) + (skew.isNegative() ? " behind ours" : " ahead of ours");
        return new Finding(name + " clock", good, good ? text : text + ". Set the clocks right");
    }
}
