package io.waybill.table;

import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
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
    private final Layout layout;
    private final List<String> key;
    private final List<String> columns;

    /** @param layout that nobody adds to any more */
    OpenedTable(TableFile table, Selection what, Layout layout, List<String> key, List<String> columns) {
        this.table = table;
        this.what = what;
        this.layout = layout;
        this.key = key;
        this.columns = columns;
    }

    @Override
    public List<Source.Split> splits(int wanted) {
        FileItem main = layout.main();
        String version = Range.version(main);
        if (what.limit() < Long.MAX_VALUE) {
            return List.of(new Range(0, layout.last(), 0, Long.MAX_VALUE, version).split());
        }
        List<Source.Split> splits = new ArrayList<>();
        if (main != null) {
            boolean whole = table.format().type() != TableFormat.Type.JSONL
                    || table.format().gzip();
            long count = Math.max(1, Math.min(wanted, whole ? 1 : main.size() / SMALLEST_RANGE));
            for (long i = 0; i < count; i++) {
                long end = i + 1 == count ? Long.MAX_VALUE : share(main.size(), i + 1, count);
                splits.add(new Range(0, 0, share(main.size(), i, count), end, version).split());
            }
        }
        List<Long> numbers = new ArrayList<>(layout.parts().keySet());
        int groups = Math.min(wanted, numbers.size());
        for (int i = 0; i < groups; i++) {
            long from = numbers.get((int) share(numbers.size(), i, groups));
            long to = numbers.get((int) share(numbers.size(), i + 1L, groups) - 1);
            splits.add(new Range(from, to, 0, Long.MAX_VALUE, version).split());
        }
        return splits;
    }

    private static long share(long size, long part, long of) {
        return size / of * part + size % of * part / of;
    }

    @Override
    public Source.Items read(Source.Split split, Source.@Nullable Position after) throws StoreException {
        Range range = Range.parse(split);
        if (!range.version().equals(Range.version(layout.main()))) {
            throw new Faults(table.files().location(), new FileKey(what.collection())).changed();
        }
        return new TableItems(table, what, layout, key, columns, range, Place.parse(after, range));
    }

    @Override
    public void close() {}
}
