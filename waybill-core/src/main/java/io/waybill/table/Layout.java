package io.waybill.table;

import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.Version;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A table as it stands in its files: the one file, and the parts that were written since. A part is a list of changes; parts
 * have numbers without gaps, so whoever writes the next one knows all before it. Not safe for use by several threads while it
 * is added to.
 */
final class Layout {
    /** Place of a row: the number of its part, or zero for the file, and its offset there. */
    private static final int OFFSET_BITS = 40;

    private static final int MOST_ATTEMPTS = 3;

    private final String path;
    private final @Nullable FileItem main;
    private final @Nullable Marker marker;
    private final NavigableMap<Long, FileItem> parts;
    private final Map<Digest, Long> shadows = new HashMap<>();
    private List<String> key = List.of();
    private long last;

    private Layout(
            String path,
            @Nullable FileItem main,
            @Nullable Marker marker,
            NavigableMap<Long, FileItem> parts,
            long last) {
        this.path = path;
        this.main = main;
        this.marker = marker;
        this.parts = parts;
        this.last = last;
    }

    static long place(long part, long offset) {
        return part << OFFSET_BITS | offset;
    }

    static long part(long place) {
        return place >>> OFFSET_BITS;
    }

    static long offset(long place) {
        return place & (1L << OFFSET_BITS) - 1;
    }

    /** The table as it is now. */
    static Layout load(TableFile table, String path) throws StoreException {
        for (int attempt = 1; ; attempt++) {
            try {
                Layout layout = look(table, path);
                if (layout != null) {
                    return layout;
                }
            } catch (StoreException e) {
                // A part that was listed may be gone: it was finished just now.
                boolean gone = e.kind() == Kind.NOT_FOUND || e.kind() == Kind.CONFLICT;
                if (!gone || attempt == MOST_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Null when it was changed in between. */
    private static @Nullable Layout look(TableFile table, String path) throws StoreException {
        FileItem main = table.find(path);
        NavigableMap<Long, FileItem> parts = list(table, path);
        Marker marker = Marker.find(table, path);
        // Between the two looks a finish may have come to its end.
        FileItem again = table.find(path);
        if (!Objects.equals(version(main), version(again))) {
            return null;
        }
        long last = parts.isEmpty() ? 0 : parts.lastKey();
        if (marker != null) {
            last = Math.max(last, marker.parts());
            if (!parts.headMap(marker.parts(), true).isEmpty() && marker.isCarriedOut(table, path, main)) {
                parts.headMap(marker.parts(), true).clear();
            }
        }
        Layout layout = new Layout(path, main, marker, parts, last);
        for (Map.Entry<Long, FileItem> part : parts.entrySet()) {
            layout.shadow(table, part.getKey(), part.getValue());
        }
        return layout;
    }

    /** All parts that are there, by number. */
    static NavigableMap<Long, FileItem> list(TableFile table, String path) throws StoreException {
        NavigableMap<Long, FileItem> parts = new TreeMap<>();
        try (Source.Opened opened = table.files().open(Selection.all(Parts.folder(path)))) {
            for (Source.Split split : opened.splits(1)) {
                try (Source.Items items = opened.read(split, null)) {
                    for (Source.Page page = items.next(); page != null; page = items.next()) {
                        for (Item item : page.items()) {
                            FileItem file = (FileItem) item;
                            long number = Parts.number(path, file.key());
                            if (number > 0) {
                                parts.put(number, file);
                            }
                        }
                    }
                }
            }
        } catch (StoreException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
        } catch (IOException e) {
            throw new Faults(table.files().location(), new FileKey(Parts.folder(path))).trouble(e);
        }
        return parts;
    }

    private void shadow(TableFile table, long number, FileItem part) throws StoreException {
        try (PartRows rows = table.part(part, 0, RowReader.At.BEGIN)) {
            for (Change change = rows.change(); change != null; change = rows.change()) {
                check(table, part, rows.key());
                shadow(change, place(number, rows.start()));
            }
            check(table, part, rows.key());
            rows.confirm();
        }
    }

    private void check(TableFile table, FileItem part, List<String> found) throws StoreException {
        if (key.isEmpty()) {
            key = List.copyOf(found);
        }
        if (found.isEmpty() || !key.equals(found)) {
            throw table.faults(part)
                    .whole(
                            Kind.INVALID,
                            "the key of the table is " + String.join(", ", key) + ", and this part has "
                                    + String.join(", ", found),
                            "Finish the table before its key is changed");
        }
    }

    private void shadow(Change change, long place) {
        if (change.kind() != Change.Kind.PUT) {
            shadows.put(Canonical.digest(change.row().only(key)), place);
        }
    }

    /** Takes up a part that was just written; its rows begin at the offsets. */
    void add(FileItem part, List<String> columns, List<Change> changes, long[] offsets) {
        key = columns;
        last++;
        parts.put(last, part);
        for (int i = 0; i < offsets.length; i++) {
            shadow(changes.get(i), place(last, offsets[i]));
        }
    }

    /** Whether this is still how the table stands; asks for a few files only. */
    boolean isCurrent(TableFile table) throws StoreException {
        FileKey mainKey = new FileKey(path);
        List<FileKey> keys = new ArrayList<>(List.of(mainKey, Parts.marker(path), Parts.key(path, last + 1)));
        if (!parts.isEmpty()) {
            keys.add(Parts.key(path, parts.lastKey()));
        }
        Map<ItemKey, Item> found = table.files().find(keys);
        Item lastPart = parts.isEmpty() ? null : found.get(Parts.key(path, parts.lastKey()));
        return Objects.equals(version(main), version(found.get(mainKey)))
                && !found.containsKey(Parts.key(path, last + 1))
                && (marker == null) == !found.containsKey(Parts.marker(path))
                && (parts.isEmpty() || Objects.equals(version(parts.lastEntry().getValue()), version(lastPart)));
    }

    private static @Nullable Version version(@Nullable Item item) {
        return item == null ? null : item.version();
    }

    /** Whether a row at a place is part of the table, or was replaced or removed later. */
    boolean isAlive(Row row, long place) {
        if (shadows.isEmpty()) {
            return true;
        }
        Long shadow = shadows.get(Canonical.digest(row.only(key)));
        return shadow == null || place >= shadow;
    }

    String path() {
        return path;
    }

    @Nullable
    FileItem main() {
        return main;
    }

    @Nullable
    Marker marker() {
        return marker;
    }

    /** The parts that count, by number. */
    NavigableMap<Long, FileItem> parts() {
        return parts;
    }

    /** The columns of the key as parts have it; empty when there are none. */
    List<String> key() {
        return key;
    }

    /** The highest number that a part has or had. */
    long last() {
        return last;
    }

    /** Whether there is neither a file nor a part. */
    boolean isNothing() {
        return main == null && parts.isEmpty();
    }
}
