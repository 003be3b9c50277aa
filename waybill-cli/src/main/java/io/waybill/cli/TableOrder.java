package io.waybill.cli;

import io.waybill.store.Catalogued.ForeignKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The order in which tables move, so that what others refer to goes first. */
final class TableOrder {
    private final List<String> tables;
    private final List<ForeignKey> keys;
    private final Set<String> begun = new LinkedHashSet<>();
    private final List<String> order = new ArrayList<>();

    private TableOrder(List<String> tables, List<ForeignKey> keys) {
        this.tables = tables;
        this.keys = keys;
    }

    /** All the tables; where they refer to each other in a circle, one of them has to come before what it refers to. */
    static List<String> of(List<String> tables, List<ForeignKey> keys) {
        TableOrder order = new TableOrder(tables, keys);
        tables.forEach(order::visit);
        return order.order;
    }

    private void visit(String table) {
        if (!tables.contains(table) || !begun.add(table)) {
            return;
        }
        for (ForeignKey key : keys) {
            if (key.table().equals(table)) {
                visit(key.target());
            }
        }
        order.add(table);
    }
}
