package io.waybill.table;

import io.waybill.store.FileItem;
import io.waybill.store.StoreException;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The rows of one version of a file, by key. The index is made by reading the file once. One thread at a time. */
final class KeyedRows {
    /** A row nearer than this is read up to; one farther away is opened anew. */
    private static final long NEAR = 256 << 10;

    private final TableFile table;
    private final FileItem item;
    private final List<String> key;
    private final List<String> columns;
    private final KeyIndex index = new KeyIndex();

    private KeyedRows(TableFile table, FileItem item, List<String> key, List<String> columns) {
        this.table = table;
        this.item = item;
        this.key = key;
        this.columns = columns;
    }

    static KeyedRows of(TableFile table, FileItem item, List<String> key) throws StoreException {
        KeyedRows rows = new KeyedRows(table, item, key, table.columns(item));
        try (RowReader reader = table.reader(item, rows.columns, 0, RowReader.At.BEGIN, 0)) {
            for (Row row = reader.next(); row != null; row = reader.next()) {
                rows.index.add(KeyIndex.hash(row.only(key)), reader.start());
            }
            reader.confirm();
        }
        return rows;
    }

    /** Whether these are the rows of this file, as it is now, by this key. */
    boolean isOf(FileItem now, List<String> wanted) {
        return item.key().equals(now.key()) && item.version().equals(now.version()) && key.equals(wanted);
    }

    /** The rows with these keys, by the digest of the key; of several rows with one key the last. */
    Map<Digest, Row> find(Collection<Row> keys) throws StoreException {
        TreeSet<Long> places = new TreeSet<>();
        Set<Digest> wanted = new HashSet<>();
        for (Row each : keys) {
            wanted.add(Canonical.digest(each));
            for (long place : index.find(KeyIndex.hash(each))) {
                places.add(place);
            }
        }
        Map<Digest, Row> found = new HashMap<>();
        RowReader reader = null;
        try {
            for (long place : places) {
                reader = at(reader, place);
                Row row = reader.next();
                while (row != null && reader.start() < place) {
                    row = reader.next();
                }
                if (row == null) {
                    throw table.faults(item).changed();
                }
                Digest digest = Canonical.digest(row.only(key));
                if (wanted.contains(digest)) {
                    found.put(digest, row);
                }
            }
        } finally {
            if (reader != null) {
                reader.close();
            }
        }
        return found;
    }

    private RowReader at(@Nullable RowReader reader, long place) throws StoreException {
        if (reader != null && place - reader.offset() < NEAR) {
            return reader;
        } else if (reader != null) {
            reader.close();
        }
        return table.reader(item, columns, place, RowReader.At.ROW, -1);
    }
}
