package io.waybill.table;

import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
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

/** The rows of a table by key, as it stands now. The index is made by reading the table once. One thread at a time. */
final class TableRows {
    /** A row nearer than this is read up to; one farther away is opened anew. */
    private static final long NEAR = 256 << 10;

    private final TableFile table;
    private final String path;
    private @Nullable Layout layout;
    private @Nullable KeyIndex index;
    private List<String> indexed = List.of();
    private List<String> columns = List.of();

    TableRows(TableFile table, String path) {
        this.table = table;
        this.path = path;
    }

    /** How the table stands now. */
    Layout layout() throws StoreException {
        Layout known = layout;
        if (known == null || !known.isCurrent(table)) {
            forget();
            known = Layout.load(table, path);
            FileItem main = known.main();
            columns = main == null ? table.format().columns() : table.columns(main);
            layout = known;
        }
        return known;
    }

    /** Looks at everything anew next time. */
    void forget() {
        layout = null;
        index = null;
    }

    /** The columns of CSV. */
    List<String> columns() {
        return columns;
    }

    /** Takes up a part that was just written. */
    void add(FileItem part, List<String> key, List<Change> changes, long[] offsets) {
        Layout known = layout;
        if (known == null) {
            return;
        }
        known.add(part, key, changes, offsets);
        KeyIndex rows = index;
        if (rows == null) {
            return;
        }
        try {
            for (int i = 0; i < offsets.length; i++) {
                if (changes.get(i).kind() != Change.Kind.REMOVE) {
                    Row row = changes.get(i).row();
                    rows.add(KeyIndex.hash(row.only(indexed)), Layout.place(known.last(), offsets[i]));
                }
            }
        } catch (StoreException e) {
            // The part is written: whoever asks for a row next makes the index anew, and is told if that fails too.
            index = null;
        }
    }

    /**
     * What was found.
     *
     * @param rows by the digest of the key; of several rows with one key the last
     * @param twice the keys that several rows have
     * @param unreadable of rows that are not whole, which columns are missing and why
     */
    record Found(Map<Digest, Row> rows, Set<Digest> twice, Map<Digest, Map<String, String>> unreadable) {}

    /** The rows with these keys. */
    Found find(List<String> key, Collection<Row> keys) throws StoreException {
        try {
            return look(layout(), key, keys);
        } catch (StoreException e) {
            if (e.kind() != Kind.CONFLICT && e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
            // It was finished, or written anew, just now.
            forget();
            return look(layout(), key, keys);
        }
    }

    private Found look(Layout known, List<String> key, Collection<Row> keys) throws StoreException {
        KeyIndex rows = index;
        if (rows == null || !indexed.equals(key)) {
            index = null;
            rows = read(known, key);
            index = rows;
            indexed = List.copyOf(key);
        }
        TreeSet<Long> places = new TreeSet<>();
        Set<Digest> wanted = new HashSet<>();
        for (Row each : keys) {
            wanted.add(Canonical.digest(each));
            for (long place : rows.find(KeyIndex.hash(each))) {
                places.add(place);
            }
        }
        Map<Digest, Row> found = new HashMap<>();
        Set<Digest> twice = new HashSet<>();
        Map<Digest, Map<String, String>> unreadable = new HashMap<>();
        RowReader reader = null;
        long part = -1;
        try {
            for (long place : places) {
                if (reader == null || part != Layout.part(place) || Layout.offset(place) - reader.offset() > NEAR) {
                    close(reader);
                    part = Layout.part(place);
                    reader = open(known, place);
                }
                Row row = at(known, reader, Layout.offset(place));
                Digest digest = Canonical.digest(row.only(key));
                if (wanted.contains(digest) && known.isAlive(row, place)) {
                    unreadable.put(digest, reader.unreadable());
                    if (found.put(digest, row) != null) {
                        twice.add(digest);
                    }
                }
            }
        } finally {
            close(reader);
        }
        unreadable.values().removeIf(Map::isEmpty);
        return new Found(found, twice, unreadable);
    }

    private static void close(@Nullable RowReader reader) throws StoreException {
        if (reader != null) {
            reader.close();
        }
    }

    private Row at(Layout known, RowReader reader, long offset) throws StoreException {
        Row row = reader.next();
        while (row != null && reader.start() < offset) {
            row = reader.next();
        }
        if (row == null) {
            throw new Faults(table.files().location(), new FileKey(known.path())).changed();
        }
        return row;
    }

    private RowReader open(Layout known, long place) throws StoreException {
        FileItem part = known.parts().get(Layout.part(place));
        FileItem main = known.main();
        if (part != null) {
            return table.part(part, Layout.offset(place), RowReader.At.ROW);
        } else if (main != null) {
            return table.reader(main, columns, Layout.offset(place), RowReader.At.ROW, -1);
        }
        throw table.absent(known.path());
    }

    private KeyIndex read(Layout known, List<String> key) throws StoreException {
        KeyIndex rows = new KeyIndex();
        FileItem main = known.main();
        if (main != null) {
            try (RowReader reader = table.reader(main, columns, 0, RowReader.At.BEGIN, 0)) {
                add(rows, reader, key, 0);
            }
        }
        for (Map.Entry<Long, FileItem> part : known.parts().entrySet()) {
            try (RowReader reader = table.part(part.getValue(), 0, RowReader.At.BEGIN)) {
                add(rows, reader, key, part.getKey());
            }
        }
        return rows;
    }

    private static void add(KeyIndex rows, RowReader reader, List<String> key, long part) throws StoreException {
        for (Row row = reader.next(); row != null; row = reader.next()) {
            reader.require(key);
            rows.add(KeyIndex.hash(row.only(key)), Layout.place(part, reader.start()));
        }
        reader.confirm();
    }
}
