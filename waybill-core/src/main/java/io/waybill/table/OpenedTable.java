package io.waybill.table;

import io.waybill.store.FileItem;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table opened for reading, as its files were then. Safe for use by several threads; holds nothing open. */
final class OpenedTable implements Source.Opened {
    /** Smaller ranges are not worth a reader of their own. */
    private static final long SMALLEST_RANGE = 64 << 10;

    private final TableFile table;
    private final Selection what;
    private final @Nullable FileItem item;
    private final List<String> key;
    private final List<String> columns;

    /** @param item the file, or null for a table that has still to be made */
    OpenedTable(
            TableFile table, Selection what, @Nullable FileItem item, List<String> key, List<String> columns) {
        this.table = table;
        this.what = what;
        this.item = item;
        this.key = key;
        this.columns = columns;
    }

    @Override
    public List<Source.Split> splits(int wanted) {
        if (item == null) {
            return List.of();
        }
        boolean whole = table.format().type() != TableFormat.Type.JSONL
                || table.format().gzip()
                || what.limit() < Long.MAX_VALUE;
        long most = whole ? 1 : Math.max(1, item.size() / SMALLEST_RANGE);
        long count = Math.max(1, Math.min(wanted, most));
        List<Source.Split> splits = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            long end = i + 1 == count ? Long.MAX_VALUE : share(i + 1, count);
            splits.add(new Range(share(i, count), end, item.version()).split());
        }
        return splits;
    }

    private long share(long part, long of) {
        long size = item == null ? 0 : item.size();
        return size / of * part + size % of * part / of;
    }

    @Override
    public Source.Items read(Source.Split split, Source.@Nullable Position after) throws StoreException {
        Range range = Range.parse(split);
        if (item == null || !item.version().equals(range.version())) {
            throw new Faults(table.files().location(), new io.waybill.store.FileKey(what.collection())).changed();
        }
        return new TableItems(table, what, item, key, columns, range, Place.parse(after, range));
    }

    @Override
    public void close() {}
}
