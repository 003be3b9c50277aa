package io.waybill.table;

import io.waybill.store.FileItem;
import io.waybill.store.Item;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.Version;
import io.waybill.value.Row;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a range, a page at a time. After a failure it goes on where the last page ended. One thread at a time. */
final class TableItems implements Source.Items {
    private static final int MOST_ROWS = 1_000;
    private static final long MOST_BYTES = 1 << 20;

    private final TableFile table;
    private final Selection what;
    private final FileItem item;
    private final List<String> key;
    private final List<String> columns;
    private final Range range;
    private Place place;
    private @Nullable RowReader reader;
    private boolean ended;

    TableItems(
            TableFile table,
            Selection what,
            FileItem item,
            List<String> key,
            List<String> columns,
            Range range,
            Place place) {
        this.table = table;
        this.what = what;
        this.item = item;
        this.key = key;
        this.columns = columns;
        this.range = range;
        this.place = place;
    }

    @Override
    public Source.@Nullable Page next() throws StoreException {
        if (ended) {
            return null;
        }
        try {
            RowReader open = reader == null ? open() : reader;
            reader = open;
            return page(open);
        } catch (StoreException e) {
            try {
                close();
            } catch (StoreException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    private RowReader open() throws StoreException {
        if (place.begun()) {
            return table.reader(item, columns, place.offset(), RowReader.At.BETWEEN, place.number());
        } else if (range.start() == 0) {
            return table.reader(item, columns, 0, RowReader.At.BEGIN, 0);
        }
        RowReader open = table.reader(item, columns, range.start() - 1, RowReader.At.BETWEEN, -1);
        try {
            open.skipLine();
            return open;
        } catch (StoreException e) {
            try (open) {
                throw e;
            }
        }
    }

    private Source.@Nullable Page page(RowReader open) throws StoreException {
        List<Item> items = new ArrayList<>();
        long from = open.offset();
        long given = place.given();
        while (items.size() < MOST_ROWS && open.offset() - from < MOST_BYTES) {
            Row row = given == what.limit() || open.offset() >= range.end() ? null : open.next();
            if (row == null) {
                open.confirm();
                ended = true;
                close();
                break;
            } else if (open.start() >= range.end()) {
                continue;
            }
            RowKey rowKey = new RowKey(what.collection(), row.only(key));
            items.add(new RowItem(
                    rowKey, what.columns().isEmpty() ? row : row.only(what.columns()), Version.NONE));
            given++;
        }
        place = new Place(open.offset(), open.number(), given, true);
        return items.isEmpty() ? null : new Source.Page(items, place.position());
    }

    @Override
    public void close() throws StoreException {
        RowReader open = reader;
        reader = null;
        if (open != null) {
            open.close();
        }
    }
}
