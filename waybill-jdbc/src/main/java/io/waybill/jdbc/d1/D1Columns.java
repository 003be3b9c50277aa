package io.waybill.jdbc.d1;

import io.waybill.jdbc.ColumnChanges;
import io.waybill.jdbc.Identifiers;
import io.waybill.jdbc.sqlite.SqliteTable;
import io.waybill.jdbc.sqlite.SqliteType;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Columns that tables of D1 get and lose. */
final class D1Columns {
    private D1Columns() {}

    /** Adds those that are not there, all of them or none. */
    static void add(D1Client client, SqliteTable table, List<TableStore.Column> columns, String task)
            throws StoreException {
        List<String> names = table.columns().keySet().stream()
                .map(each -> each.toLowerCase(Locale.ROOT))
                .toList();
        List<D1Statement> statements = new ArrayList<>();
        for (TableStore.Column column : columns) {
            if (!names.contains(column.name().toLowerCase(Locale.ROOT))) {
                String sql = ColumnChanges.add(table.sql(), column.name(), SqliteType.natural(column.type()));
                statements.add(new D1Statement(sql, List.of()));
            }
        }
        if (!statements.isEmpty()) {
            client.run(statements, D1Client.Form.QUERY, true, task);
        }
    }

    /** Drops those that are null in every row, each by itself; answers which. */
    static List<String> dropEmpty(D1Client client, SqliteTable table, List<String> columns, String task)
            throws StoreException {
        List<String> dropped = new ArrayList<>();
        for (String column : columns) {
            if (table.find(column) == null) {
                continue;
            }
            String name = Identifiers.quote(column);
            String empty = "NOT EXISTS (SELECT 1 FROM " + table.sql() + " WHERE " + name + " IS NOT NULL)";
            List<D1Statement> statements = List.of(
                    D1Change.asserting(empty, List.of(), 0, task),
                    new D1Statement("ALTER TABLE " + table.sql() + " DROP COLUMN " + name, List.of()));
            try {
                client.run(statements, D1Client.Form.QUERY, true, task);
                dropped.add(column);
            } catch (StoreException e) {
                if (!D1Errors.isOfAStatement(e) || !e.getMessage().contains(D1Change.MARK)) {
                    throw e;
                }
            }
        }
        return dropped;
    }
}
