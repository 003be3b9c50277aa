package io.waybill.engine;

import io.waybill.ledger.LedgerException;
import io.waybill.mapping.Names;
import io.waybill.store.Item;
import io.waybill.store.RowItem;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.io.IOException;
import java.util.List;

/**
 * Carries the rows of one move as far as a phase, into files where they can be looked at. Writes to no target and nothing to
 * the ledger. Used once, by one thread.
 */
final class RowStaging {
    private static final String QUARANTINE = "quarantine.jsonl";

    private final RowPlan plan;
    private final TableStore source;
    private final RowMaking making;
    private final RowChecks checks;
    private final Phase phase;
    private final Retry retry;
    private final Stop stop;
    private long read;
    private long filtered;
    private long taken;

    RowStaging(
            RowPlan plan, TableStore source, RowMaking making, RowChecks checks, Phase phase, Retry retry, Stop stop) {
        this.plan = plan;
        this.source = source;
        this.making = making;
        this.checks = checks;
        this.phase = phase;
        this.retry = retry;
        this.stop = stop;
    }

    /** Stages at most so many rows of those that the plan takes. */
    StageReport.MoveReport stage(Stage stage, Names names, long limit, Live.Group live) throws IOException {
        String name = plan.move().name();
        try (Stage.Draft rows = stage.begin(name, phase.file());
                Stage.Draft quarantine = stage.begin(name, QUARANTINE)) {
            try (Source.Opened opened = retry.call(() -> source.open(plan.selection()))) {
                for (Source.Split split : opened.splits(1)) {
                    try (RowPages pages = new RowPages(source, plan.selection(), opened, split, null, retry, stop)) {
                        for (Source.Page page = pages.next(0); page != null && taken < limit; page = pages.next(0)) {
                            if (stop.isRequested()) {
                                throw new StoppedException();
                            }
                            stage(page, names, limit, rows, quarantine);
                            live.done(page.items().size(), 0);
                        }
                    }
                }
            }
            quarantine.finish(retry);
            rows.finish(retry);
            return new StageReport.MoveReport(
                    name,
                    plan.move().from().get(0).text(),
                    read,
                    filtered,
                    rows.rows(),
                    quarantine.rows(),
                    checks.warnings.sum(),
                    rows.place(),
                    quarantine.place());
        }
    }

    private void stage(Source.Page page, Names names, long limit, Stage.Draft rows, Stage.Draft quarantine)
            throws StoreException, LedgerException {
        List<Item> items = page.items();
        RowMaking.Chosen chosen = making.choose(items, names);
        if (chosen.rows().size() > limit - taken) {
            items = upTo(items, chosen.rows().get((int) (limit - taken) - 1));
            chosen = making.choose(items, names);
        }
        List<RowItem> some = chosen.rows();
        read += items.size();
        filtered += items.size() - chosen.refused().size() - some.size();
        taken += some.size();
        for (RowMaking.Refused refused : chosen.refused()) {
            quarantine.write(line(refused.item(), refused.reason()));
        }
        if (phase == Phase.READ) {
            for (RowItem item : some) {
                if (item.isWhole()) {
                    rows.write(item.row());
                } else {
                    quarantine.write(line(item, item.trouble()));
                }
            }
            return;
        }
        RowMaking.Made changed = making.change(some, names);
        RowMaking.Made made = phase == Phase.CHECK ? making.check(changed) : changed;
        filtered += some.size() - made.rows().size();
        List<RowPlan.Mapped> told = made.rows(making.twice(items));
        for (int i = 0; i < told.size(); i++) {
            RowPlan.Mapped row = told.get(i);
            String reason = row.reason();
            if (reason != null) {
                quarantine.write(line(made.items().get(i), reason));
            } else {
                for (Row mapped : row.rows()) {
                    rows.write(mapped);
                }
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // rows may be equal to one another
    private static List<Item> upTo(List<Item> items, RowItem last) {
        int size = 1;
        while (items.get(size - 1) != last) {
            size++;
        }
        return items.subList(0, size);
    }

    private Row line(RowItem item, String reason) {
        return Row.of("reason", Value.of(reason))
                .with("key", new Value.MapOf(plan.key(item).fields()))
                .with("row", new Value.MapOf(item.row().fields()));
    }
}
