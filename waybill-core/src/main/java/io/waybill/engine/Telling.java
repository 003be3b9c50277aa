package io.waybill.engine;

import io.waybill.mapping.RowMapping;
import io.waybill.mapping.Template;
import io.waybill.mapping.ValueType;
import io.waybill.plan.AfterMove;
import io.waybill.plan.Backup;
import io.waybill.plan.Each;
import io.waybill.plan.Exists;
import io.waybill.plan.Format;
import io.waybill.plan.Move;
import io.waybill.plan.OnError;
import io.waybill.plan.Plan;
import io.waybill.plan.RowSteps;
import io.waybill.plan.To;
import io.waybill.plan.Verify;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.store.Widening;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One step of telling rows of a file, as the move of rows that it is: from the rows that name the files into the table that
 * learns of them, in place where that is the same.
 *
 * @param kind {@code then} or {@code else}, {@code place} its place there
 * @param lacking columns of the table that the plan wants added
 */
record Telling(
        String kind, int place, Each.Told told, RowPlan plan, TableStore store, List<TableStore.Column> lacking) {
    static final String THEN = "then";
    static final String ELSE = "else";

    /** All steps of a move, checked against the real tables. */
    static List<Telling> of(Plan plan, Move move, Stores stores) throws StoreException {
        Each each = move.each();
        List<Telling> all = new ArrayList<>();
        if (each != null) {
            for (int i = 0; i < each.then().size(); i++) {
                all.add(of(plan, move, each, THEN, i, each.then().get(i), stores));
            }
            for (int i = 0; i < each.otherwise().size(); i++) {
                all.add(of(plan, move, each, ELSE, i, each.otherwise().get(i), stores));
            }
        }
        return all;
    }

    private static Telling of(Plan plan, Move move, Each each, String kind, int place, Each.Told told, Stores stores)
            throws StoreException {
        String table = told.to() == null ? each.rows().path() : told.to().path();
        Move step = new Move(
                move.name(),
                true,
                List.of(each.rows()),
                null,
                null,
                new To(told.store(each.rows()), Template.constant(table)),
                null,
                null,
                told.row(),
                RowSteps.NONE,
                Format.NONE,
                Format.NONE,
                move.key(),
                null,
                List.of(),
                Backup.NONE,
                false,
                move.exists() == Exists.FAIL || told.to() == null ? Exists.SAME_OK : move.exists(),
                Verify.END,
                OnError.CONTINUE,
                null,
                move.limits(),
                AfterMove.KEEP);
        TableStore store = stores.tables(told.store(each.rows()));
        List<TableStore.Column> lacking = lacking(move, kind, told, stores.source(step), each, store, table);
        return new Telling(kind, place, told, RowPlan.of(plan, step, stores.source(step), store), store, lacking);
    }

    /** Whether it changes the row that names the file. */
    boolean isOfSource() {
        return told.to() == null;
    }

    String table() {
        return plan.move().to().path().text();
    }

    /** The columns that it writes and the table lacks. */
    private static List<TableStore.Column> lacking(
            Move move, String kind, Each.Told told, TableStore rows, Each each, TableStore store, String name)
            throws StoreException {
        TableStore.Table table = store.table(name);
        Map<String, TableStore.Column> lacking = new LinkedHashMap<>();
        for (RowMapping.Field field : told.row().fields()) {
            String column = field.path().get(0);
            boolean there = table.open()
                    || table.columns().stream().anyMatch(each1 -> each1.name().equals(column));
            if (!there) {
                lacking.put(
                        column,
                        new TableStore.Column(
                                column, type(field, rows.table(each.rows().path())), true));
            }
        }
        boolean can = store instanceof Widening;
        if (!lacking.isEmpty() && !(told.addColumns() && can)) {
            throw new StoreException(
                    StoreException.Kind.INVALID,
                    "Cannot run move " + move.name() + ": " + kind + " sets "
                            + String.join(", ", lacking.keySet()) + " of " + name + ", which has no such "
                            + (lacking.size() == 1 ? "column" : "columns") + ". Add "
                            + (lacking.size() == 1 ? "it" : "them")
                            + (can ? ", or say add_columns: true." : "."));
        }
        return List.copyOf(lacking.values());
    }

    private static String type(RowMapping.Field field, TableStore.Table rows) {
        if (field.path().size() > 1 || field.shape() instanceof RowMapping.Shape.Mapped) {
            return ValueType.MAP.text();
        } else if (field.shape() instanceof RowMapping.Shape.Listed) {
            return ValueType.LIST.text();
        } else if (field.shape() instanceof RowMapping.Shape.Constant constant) {
            return constant.value().kind();
        }
        Template template = ((RowMapping.Shape.Filled) field.shape()).template();
        if (template.type() != ValueType.ANY) {
            return template.type().text();
        }
        for (TableStore.Column column : rows.columns()) {
            if (template.text().equals("${row." + column.name() + "}")) {
                return column.type();
            }
        }
        return ValueType.TEXT.text();
    }
}
