package io.waybill.engine;

import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Run;
import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.plan.Sight;
import io.waybill.store.Item;
import io.waybill.store.RowItem;
import io.waybill.store.StoreException;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the rows of a page: which of them the plan takes, what they see of other tables, how they change, and what
 * they break. Safe for use by many threads.
 */
final class RowMaking {
    private static final String TWICE =
            "more than one source row has this key, so they cannot be told apart; name other key columns with key:";

    private final RowPlan plan;
    private final RowContext context;
    private final RowChecks checks;
    private final RowChoice choice;
    private final @Nullable Units units;
    private final @Nullable UnitObjects objects;

    /**
     * What a move's rows are changed and checked with.
     *
     * @param given the numbers that the target gives to rows of units
     * @param objects what rows of units name and wait for, or null when nobody looks
     */
    RowMaking(
            RowPlan plan,
            RowContext context,
            RowChecks checks,
            RowChoice choice,
            Given given,
            @Nullable UnitObjects objects)
            throws StoreException {
        this.objects = objects;
        this.units = plan.units(given, context.retry());
        this.choice = choice;
        this.plan = plan;
        this.context = context;
        this.checks = checks;
    }

    /** {@code run.} of rows: the first run of the series, so that a row that did not change is the same in every run. */
    static Row run(LedgerReader reader, Row otherwise) throws LedgerException {
        for (Run each : reader.runs()) {
            if (each.kind().equals("run") && each.started() > 0) {
                return run(each.name(), each.started());
            }
        }
        return otherwise;
    }

    /** What stands below {@code run.} */
    static Row run(String name, long started) {
        return Row.of("id", Value.of(name)).with("started", new Value.Timestamp(Instant.ofEpochMilli(started)));
    }

    /** A row that cannot go on, with the reason. */
    record Refused(RowItem item, String reason) {}

    /** Those of the rows that the command is about; the others stay for a later one. */
    List<RowItem> now(List<RowItem> rows, Names run) throws StoreException {
        return choice.choose(rows, run);
    }

    /** Whether the command is about all rows. */
    boolean isOfAll() {
        return choice.isAll();
    }

    /** The rows of a page that plan and command take, and those of which it cannot be told whether the plan does. */
    record Chosen(List<RowItem> rows, List<Refused> refused) {}

    Chosen choose(List<Item> page, Names run) throws StoreException {
        Chosen wanted = wanted(page, run);
        return new Chosen(now(wanted.rows(), run), wanted.refused());
    }

    /** The rows of a page that the plan takes, whatever the command is about. */
    Chosen wanted(List<Item> page, Names run) throws StoreException {
        List<RowItem> rows = new ArrayList<>(page.size());
        List<Refused> refused = new ArrayList<>();
        for (Item item : page) {
            RowItem row = (RowItem) item;
            try {
                if (plan.wants(row, run)) {
                    rows.add(row);
                }
            } catch (MappingException e) {
                refused.add(new Refused(row, "where: " + e.getMessage()));
            }
        }
        return new Chosen(rows, refused);
    }

    /** The keys that more than one row of a page has. */
    Set<Row> twice(List<Item> page) {
        Set<Row> once = new HashSet<>(2 * page.size());
        Set<Row> twice = new HashSet<>();
        for (Item item : page) {
            Row key = plan.key((RowItem) item);
            if (!once.add(key)) {
                twice.add(key);
            }
        }
        return twice;
    }

    /**
     * Rows with what becomes of them, all lists in the same order; without those that a look-up leaves out.
     *
     * @param items as they were read
     * @param seenBy the names that each was changed with
     */
    record Made(List<RowItem> items, List<RowPlan.Mapped> rows, List<Names> seenBy) {
        /** The rows, those with one of these keys refused. */
        List<RowPlan.Mapped> rows(Set<Row> twice) {
            if (twice.isEmpty()) {
                return rows;
            }
            List<RowPlan.Mapped> told = new ArrayList<>();
            rows.forEach(row -> told.add(twice.contains(row.sourceKey()) ? row.refused(TWICE) : row));
            return told;
        }
    }

    /** The same, counting the units that it finds. */
    RowMaking counting(@Nullable UnitCounts into) {
        if (units != null && into != null) {
            units.count(into);
        }
        return this;
    }

    /** Finds the units of root rows and makes nothing of them. */
    void find(List<RowItem> roots, Names names) throws StoreException {
        java.util.Objects.requireNonNull(units).find(roots, names);
    }

    /** Of each unit the rows that belong, as they are and as they will be; none of a unit that cannot be made. */
    List<List<Units.Naming>> naming(List<RowItem> roots, Names names) throws StoreException, LedgerException {
        return java.util.Objects.requireNonNull(units).naming(roots, names);
    }

    /** Changes rows; checks nothing yet. */
    Made change(List<RowItem> items, Names batch) throws StoreException, LedgerException {
        if (units != null) {
            List<Names> names = new ArrayList<>();
            items.forEach(item -> names.add(batch.with("row", item.row())));
            return new Made(items, units.map(items, batch, objects), names);
        }
        List<RowItem> kept = new ArrayList<>(items.size());
        List<RowPlan.Mapped> rows = new ArrayList<>(items.size());
        List<Names> seenBy = new ArrayList<>(items.size());
        List<Sight> seen = context.look(items, batch);
        for (int i = 0; i < items.size(); i++) {
            Sight row = seen.get(i);
            if (!row.skip()) {
                RowItem item = items.get(i);
                String trouble = row.trouble();
                kept.add(item);
                rows.add(
                        trouble == null
                                ? plan.map(item, row.names())
                                : new RowPlan.Mapped(plan.key(item), List.of(), List.of(), trouble));
                seenBy.add(row.names());
            }
        }
        return new Made(kept, rows, seenBy);
    }

    /** The same rows; those that break a check with the reason. */
    Made check(Made made) throws StoreException, LedgerException {
        return new Made(made.items(), checks.check(made.rows(), made.seenBy()), made.seenBy());
    }
}
