package io.waybill.engine;

import io.waybill.ledger.LedgerException;
import io.waybill.mapping.Names;
import io.waybill.store.RowItem;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import java.util.ArrayList;
import java.util.List;

/** The rows of units that may name objects, those of one table: each unit is a group. What is merely brought names none. */
final class UnitNaming implements NamingRows {
    private final RowPlan plan;
    private final TableStore source;
    private final RowMaking making;
    private final Names names;
    private final String table;
    private final int atOnce;
    private long left;

    /** @param most how many units there are at most */
    UnitNaming(RowPlan plan, TableStore source, RowMaking making, Names names, String table, int atOnce, long most) {
        this.plan = plan;
        this.source = source;
        this.making = making;
        this.names = names;
        this.table = table;
        this.atOnce = atOnce;
        this.left = most;
    }

    @Override
    public void each(Pages pages) throws StoreException, LedgerException {
        NamingRows.read(source, plan.selection(), page -> {
            List<RowItem> roots = making.wanted(page, names).rows();
            for (int i = 0; i < roots.size() && left > 0; i += atOnce) {
                List<RowItem> some = roots.subList(i, (int) Math.min(roots.size(), i + Math.min(left, atOnce)));
                left -= some.size();
                if (!pages.take(naming(some))) {
                    return false;
                }
            }
            return left > 0;
        });
    }

    /** Those of a unit that cannot be made are left out: the rows of the unit say why. */
    private List<Naming> naming(List<RowItem> roots) throws StoreException, LedgerException {
        List<Naming> all = new ArrayList<>();
        List<List<Units.Naming>> units = making.naming(roots, names);
        for (int i = 0; i < roots.size(); i++) {
            String group = plan.sourceKey(plan.key(roots.get(i))).display();
            for (Units.Naming row : units.get(i)) {
                if (row.member().table().equals(table)) {
                    all.add(new Naming(row.member().row(), null, row.made(), group, row.root()));
                }
            }
        }
        return all;
    }
}
