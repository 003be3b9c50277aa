package io.waybill.engine;

import io.waybill.mapping.RowMapping;
import io.waybill.plan.Move;
import io.waybill.plan.RowSteps;
import io.waybill.store.RowItem;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What columns of a source row that could not be read mean for a move. */
final class Unread {
    private Unread() {}

    /** Why the row cannot go on, or null when it is whole or the move has no use for what is missing. */
    static @Nullable String trouble(Move move, RowItem item) {
        boolean needed = item.unreadable().keySet().stream().anyMatch(column -> needs(move, column));
        return needed ? item.trouble() : null;
    }

    private static boolean needs(Move move, String column) {
        RowMapping row = move.row();
        RowSteps steps = move.steps();
        boolean plain = steps.lookups().isEmpty()
                && steps.collects().isEmpty()
                && steps.spread() == null
                && steps.with().isEmpty();
        boolean left = row != null && (row.isOnly() || row.drop().contains(column)) && !uses(row.uses(), column);
        boolean checked = steps.checks().rules().stream()
                .anyMatch(rule -> rule.expr().uses().stream().anyMatch(use -> use.startsWith("source")));
        return move.isInPlace() || !plain || !left || checked;
    }

    private static boolean uses(Collection<String> names, String column) {
        return names.stream().anyMatch(name -> name.equals("row") || name.equals("row." + column));
    }
}
