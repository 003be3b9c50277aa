package io.waybill.jdbc.postgresql;

import io.waybill.store.Item;
import io.waybill.store.RawRows;
import io.waybill.store.RowItem;
import io.waybill.store.StoreException;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.RowCodec;
import io.waybill.value.Shape;
import io.waybill.value.Value;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows as the binary format of COPY has them. They are added by one thread, and read by any when all are there. */
final class PostgresPage extends AbstractList<Item> implements RawRows {
    private final PostgresSelect select;
    private final Shape keyShape;
    /** Where the columns of the key stand. */
    private final int[] keyPlaces;

    private final List<PostgresTuple> tuples = new ArrayList<>();
    /** What had to be decoded, or was asked for; threads that decode a row at once get equal ones. */
    private final List<@Nullable RowItem> made = new ArrayList<>();

    private boolean whole = true;
    private int decoded;

    /** Of a reading of tables that takes what it wants and nothing besides. */
    PostgresPage(PostgresSelect select) {
        this.select = select;
        this.keyShape = Shape.of(select.key());
        this.keyPlaces = select.key().stream()
                .mapToInt(name -> select.shape().list().indexOf(name))
                .toArray();
    }

    /**
     * Adds a row.
     *
     * @param before the key of the row before the first of this page, for messages; empty for none
     */
    void add(byte[] bytes, Row before) throws StoreException {
        PostgresTuple tuple = new PostgresTuple(bytes, select.layout());
        RowItem item = tuple.isPlain() ? null : select.take(tuple, isEmpty() ? before : key(size() - 1));
        decoded += item == null ? 0 : 1;
        whole &= item == null || item.isWhole();
        tuples.add(tuple);
        made.add(item);
    }

    /** How many of them had to be decoded. */
    int decoded() {
        return decoded;
    }

    /** Whether each of them can be decoded. */
    boolean isWhole() {
        return whole;
    }

    /** The rows for whoever reads them: as they are if each can be decoded. */
    List<Item> items() {
        return whole ? this : List.copyOf(this);
    }

    @Override
    public int size() {
        return tuples.size();
    }

    @Override
    public Item get(int row) {
        RowItem item = made.get(row);
        if (item == null) {
            try {
                item = select.take(tuples.get(row), Row.EMPTY);
            } catch (StoreException e) {
                throw new IllegalStateException("a plain row cannot be decoded", e);
            }
            made.set(row, item);
        }
        return item;
    }

    @Override
    public Shape shape() {
        return select.shape();
    }

    @Override
    public Row key(int row) {
        RowItem item = made.get(row);
        if (item != null) {
            return item.key().key();
        }
        Value[] values = new Value[keyPlaces.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = tuples.get(row).decode(keyPlaces[i]);
        }
        return Row.of(keyShape, values);
    }

    @Override
    public void key(int row, DataOutputStream out) throws IOException {
        RowItem item = made.get(row);
        if (item != null) {
            RowCodec.values(item.key().key(), out);
            return;
        }
        for (int place : keyPlaces) {
            tuples.get(row).store(place, out);
        }
    }

    @Override
    public void digest(int row, byte[] into, int at) {
        RowItem item = made.get(row);
        if (item == null) {
            Canonical.digest(select.shape(), tuples.get(row), into, at);
        } else {
            System.arraycopy(Canonical.digest(item.row()).bytes(), 0, into, at, Digest.ROW);
        }
    }

    /** Whether a table holds each row just as it is. */
    boolean isKeptBy(PostgresTable table) {
        return whole && select.layout().isKeptBy(table);
    }

    /** The columns in the order in which rows have them. */
    List<String> columns() {
        return select.shape().list();
    }

    PostgresTuple tuple(int row) {
        return tuples.get(row);
    }
}
