package io.waybill.table;

import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files behind tables: finds them and opens readers on them. Safe for many threads. */
final class TableFile {
    private final FileStore files;
    private final TableFormat format;

    TableFile(FileStore files, TableFormat format) {
        this.files = files;
        this.format = format;
    }

    FileStore files() {
        return files;
    }

    TableFormat format() {
        return format;
    }

    boolean isCsv() {
        return format.type() == TableFormat.Type.CSV;
    }

    /** The file of a table, or null when it is not there. */
    @Nullable
    FileItem find(String path) throws StoreException {
        FileKey key = new FileKey(path);
        if (path.isEmpty() || path.endsWith("/") || !files.objection(key).isEmpty()) {
            throw new StoreException(
                    Kind.INVALID,
                    "Cannot find table " + files.location().of(key) + ": this names no file. Give the path of one.");
        }
        Map<ItemKey, Item> found = files.find(List.of(key));
        return (FileItem) found.get(key);
    }

    StoreException absent(String path) {
        return new StoreException(
                Kind.NOT_FOUND,
                "Cannot find table " + files.location().of(new FileKey(path))
                        + ": there is no such file. Make it, or set create to true for a target.");
    }

    Faults faults(FileItem item) {
        return new Faults(files.location(), item.key());
    }

    /**
     * Opens a reader at an offset.
     *
     * @param columns of CSV, needed when it does not begin at the beginning or there is no header
     * @param number of rows before the offset; less than zero if nobody counted
     */
    RowReader reader(FileItem item, List<String> columns, long offset, RowReader.At at, long number)
            throws StoreException {
        Faults faults = faults(item);
        ByteInput in = ByteInput.open(files, item.key(), item.version(), format.gzip(), offset, faults);
        try {
            return isCsv()
                    ? new CsvRows(in, faults, format, columns, at, number)
                    : new JsonRows(in, faults, format, at, number);
        } catch (StoreException e) {
            try (in) {
                throw e;
            }
        }
    }

    PartRows part(FileItem item, long offset, RowReader.At at) throws StoreException {
        Faults faults = faults(item);
        ByteInput in = ByteInput.open(files, item.key(), item.version(), false, offset, faults);
        try {
            return new PartRows(in, faults, at, at == RowReader.At.BEGIN ? 0 : -1);
        } catch (StoreException e) {
            try (in) {
                throw e;
            }
        }
    }

    /** The columns of CSV; of JSON none. */
    List<String> columns(FileItem item) throws StoreException {
        if (!isCsv() || !format.header()) {
            return format.columns();
        }
        try (RowReader reader = reader(item, List.of(), 0, RowReader.At.BEGIN, 0)) {
            return ((CsvRows) reader).columns();
        }
    }
}
