package io.waybill.jdbc.postgresql;

import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.value.Row;
import io.waybill.value.Shape;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** New rows, each on condition that nothing stands at its key; those of one table and the same columns go together. */
final class PostgresCopy {
    private final PostgresApply call;
    private final List<Integer> places;

    PostgresCopy(PostgresApply call, List<Integer> places) {
        this.call = call;
        this.places = places;
    }

    /**
     * Rows that can be copied together.
     *
     * @param raw whether they are as another table of the same types gave them
     */
    private record Kind(String table, Shape shape, boolean raw) {}

    void write() throws StoreException {
        Map<Kind, PostgresBatch> batches = new LinkedHashMap<>();
        PostgresBatch last = null;
        for (int place : places) {
            Effect effect = call.effect(place);
            RowKey key = (RowKey) effect.key();
            Row row = ((Content.RowContent) effect.content()).row();
            try {
                PostgresTable table = last != null && last.table().asked().equals(key.table())
                        ? last.table()
                        : call.table(key.table());
                boolean raw = row.encoded() instanceof PostgresTuple tuple && tuple.isKeptBy(table);
                if (last == null || !last.takes(table, row, raw)) {
                    Kind kind = new Kind(key.table(), row.shape(), raw);
                    last = batches.get(kind);
                    if (last == null) {
                        last = batch(table, kind, place);
                        batches.put(kind, last);
                    }
                }
                add(last, place, key, row);
            } catch (StoreException e) {
                call.fail(place, e);
            }
        }
        for (PostgresBatch batch : batches.values()) {
            batch.write();
        }
    }

    private PostgresBatch batch(PostgresTable table, Kind kind, int place) throws StoreException {
        List<PostgresTable.Column> columns = new ArrayList<>();
        for (String name : kind.shape().list()) {
            columns.add(PostgresHolding.writable(table, name, call.task(place)));
        }
        return new PostgresBatch(
                call, table, kind.shape(), columns, kind.raw() ? new PostgresCopyTuples() : new PostgresCopyText());
    }

    private void add(PostgresBatch batch, int place, RowKey key, Row row) throws StoreException {
        // What names the row is only spelled out when something is wrong with it.
        if (!isKeyOf(batch.table(), key, row)) {
            String task = call.task(place);
            PostgresHolding.checkKey(PostgresHolding.key(batch.table(), key, task), row, task);
        }
        if (batch.rows() instanceof PostgresCopyTuples tuples) {
            tuples.tuple((PostgresTuple) java.util.Objects.requireNonNull(row.encoded()));
            batch.endRow(place);
            return;
        }
        PostgresCopyText text = (PostgresCopyText) batch.rows();
        int column = 0;
        try {
            for (Value value : row.fields().values()) {
                PostgresTable.Column each = batch.columns().get(column++);
                PostgresForm form = each.type().form();
                if (value instanceof Value.Null && each.nullable()) {
                    text.nothing();
                } else {
                    Value held = value instanceof Value.Null ? value : form.hold(value);
                    text.field(held == value && held != Value.NULL ? held : exactly(each, value, place), form);
                }
            }
            batch.endRow(place);
        } catch (BadValue e) {
            text.dropRow();
            PostgresTable.Column bad = batch.columns().get(column - 1);
            Value value = java.util.Objects.requireNonNull(row.find(bad.name()));
            throw PostgresHolding.refused(bad, value, String.valueOf(e.getMessage()), call.task(place));
        } catch (StoreException e) {
            text.dropRow();
            throw e;
        }
    }

    private Value exactly(PostgresTable.Column column, Value value, int place) throws StoreException {
        return PostgresHolding.exactly(column, value, call.task(place));
    }

    /** Whether the row plainly has the key, value by value. */
    private static boolean isKeyOf(PostgresTable table, RowKey key, Row row) {
        if (table.key().isEmpty() || key.key().fields().size() != table.key().size()) {
            return false;
        }
        for (String name : table.key()) {
            Value value = row.find(name);
            if (value == null || !value.equals(key.key().find(name))) {
                return false;
            }
        }
        return true;
    }
}
