package io.waybill.engine;

import io.waybill.mapping.Expression;
import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.plan.Plan;
import io.waybill.store.RowItem;
import io.waybill.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which of the rows that the plan takes a command is about: {@code --where}. The others stay for a later run. */
record RowChoice(@Nullable Expression where) {
    static final RowChoice ALL = new RowChoice(null);

    /** Checks the condition against the columns of the table that a move reads. */
    static RowChoice of(Plan plan, RowPlan rows, @Nullable String where) throws RefusedException {
        if (where == null) {
            return ALL;
        }
        try {
            return new RowChoice(plan.condition(where, rows.from()));
        } catch (MappingException e) {
            throw RefusedException.ofPlan(
                    "Cannot choose rows of move " + rows.move().name() + " by --where " + where + ": "
                            + e.faults().get(0));
        }
    }

    boolean isAll() {
        return where == null;
    }

    /** Those of the rows that it is about, in their order. */
    List<RowItem> choose(List<RowItem> rows, Names run) throws StoreException {
        Expression condition = where;
        if (condition == null) {
            return rows;
        }
        List<RowItem> chosen = new ArrayList<>();
        for (RowItem row : rows) {
            try {
                if (condition.test(run.with("row", row.row(), row.unreadable()))) {
                    chosen.add(row);
                }
            } catch (MappingException e) {
                if (!row.isWhole()) {
                    chosen.add(row); // so that it is set aside with what is wrong in it
                    continue;
                }
                throw new StoreException(
                        StoreException.Kind.INVALID,
                        "Cannot choose rows by --where " + condition.text() + ": "
                                + row.key().display() + ": "
                                + e.getMessage() + ". Nothing of its page was written. Give a condition that"
                                + " can be told of every row.",
                        e);
            }
        }
        return chosen;
    }
}
