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

/** The rows of a piece, a page at a time. After a failure it goes on where the last page ended. One thread at a time. */
final class TableItems implements Source.Items {
    private static final int MOST_ROWS = 1_000;
    private static final long MOST_BYTES = 1 << 20;

    private final TableFile table;
    private final Selection what;
    private final Layout layout;
    private final List<String> key;
    private final List<String> columns;
    private final Range range;
    private Place place;
    private @Nullable RowReader reader;
    private boolean ended;

    TableItems(
            TableFile table,
            Selection what,
            Layout layout,
            List<String> key,
            List<String> columns,
            Range range,
            Place place) {
        this.table = table;
        this.what = what;
        this.layout = layout;
        this.key = key;
        this.columns = columns;
        this.range = range;
        this.place = place;
    }

    @Override
    public Source.@Nullable Page next() throws StoreException {
        try {
            Source.Page page = null;
            while (page == null && !ended) {
                RowReader open = reader == null ? open() : reader;
                reader = open;
                page = open == null ? null : page(open);
                if (open == null || reader == null) {
                    advance();
                }
            }
            return page;
        } catch (StoreException e) {
            try {
                close();
            } catch (StoreException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    private void advance() {
        Long next = layout.parts().higherKey(place.part());
        if (next == null || next > range.to() || place.given() >= what.limit()) {
            ended = true;
        } else {
            place = place.at(next);
        }
    }

    /** A reader at the place; null where no file is. */
    private @Nullable RowReader open() throws StoreException {
        if (place.part() > 0) {
            FileItem part = layout.parts().get(place.part());
            return part == null
                    ? null
                    : table.part(part, place.offset(), place.begun() ? RowReader.At.BETWEEN : RowReader.At.BEGIN);
        }
        FileItem main = layout.main();
        if (main == null) {
            return null;
        } else if (place.begun()) {
            return table.reader(main, columns, place.offset(), RowReader.At.BETWEEN, place.row());
        } else if (place.offset() == 0) {
            return table.reader(main, columns, 0, RowReader.At.BEGIN, 0);
        }
        RowReader open = table.reader(main, columns, place.offset() - 1, RowReader.At.BETWEEN, -1);
        try {
            open.skipLine();
            return open;
        } catch (StoreException e) {
            try (open) {
                throw e;
            }
        }
    }

    /** The next rows of the part; closes the reader at its end. */
    private Source.@Nullable Page page(RowReader open) throws StoreException {
        List<Item> items = new ArrayList<>();
        long from = open.offset();
        long given = place.given();
        long end = place.part() == 0 ? range.end() : Long.MAX_VALUE;
        while (items.size() < MOST_ROWS && open.offset() - from < MOST_BYTES) {
            Row row = given == what.limit() || open.offset() >= end ? null : open.next();
            if (row == null) {
                open.confirm();
                close();
                break;
            } else if (open.start() < end && layout.isAlive(row, Layout.place(place.part(), open.start()))) {
                open.require(key);
                RowKey rowKey = new RowKey(what.collection(), row.only(key));
                Row wanted = what.columns().isEmpty() ? row : row.only(what.columns());
                items.add(new RowItem(rowKey, wanted, Version.NONE, open.unreadable()));
                given++;
            }
        }
        place = new Place(place.part(), open.offset(), open.number(), given, true);
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
