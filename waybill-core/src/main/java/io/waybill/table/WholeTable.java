package io.waybill.table;

import io.waybill.store.FileItem;
import io.waybill.store.StoreException;
import io.waybill.value.Row;
import java.util.List;
import java.util.Map;

/**
 * A table written as one file: rows that stood in the file keep their bytes, those of the parts follow in their order. Gives
 * the same bytes each time.
 */
final class WholeTable {
    private final TableFile table;
    private final Layout layout;
    private final List<String> columns;
    private final RowText text;

    WholeTable(TableFile table, Layout layout) throws StoreException {
        FileItem main = layout.main();
        this.table = table;
        this.layout = layout;
        this.columns = main == null ? table.format().columns() : table.columns(main);
        this.text = new RowText(table.format(), columns);
    }

    /** Writes everything; answers whether there was a row. */
    boolean write(FileWriter.Sink sink) throws StoreException {
        boolean array = table.format().type() == TableFormat.Type.JSON;
        boolean rows = false;
        if (array) {
            take(sink, "[\n");
        }
        FileItem main = layout.main();
        if (main != null) {
            rows = file(sink, main);
        } else if (table.isCsv() && table.format().header()) {
            take(sink, text.header());
        }
        for (Map.Entry<Long, FileItem> part : layout.parts().entrySet()) {
            try (PartRows reader = table.part(part.getValue(), 0, RowReader.At.BEGIN)) {
                for (Row row = reader.next(); row != null; row = reader.next()) {
                    if (layout.isAlive(row, Layout.place(part.getKey(), reader.start()))) {
                        take(sink, array && rows ? ",\n" : "");
                        take(sink, text.row(row) + (array ? "" : text.lineEnd()));
                        rows = true;
                    }
                }
                reader.confirm();
            }
        }
        if (array) {
            take(sink, rows ? "\n]\n" : "]\n");
        }
        return rows;
    }

    private void take(FileWriter.Sink sink, String written) throws StoreException {
        byte[] bytes = written.getBytes(table.format().encoding());
        sink.take(bytes, 0, bytes.length);
    }

    private boolean file(FileWriter.Sink sink, FileItem main) throws StoreException {
        boolean array = table.format().type() == TableFormat.Type.JSON;
        boolean rows = false;
        Block copy = new Block();
        try (RowReader reader = table.reader(main, columns, 0, RowReader.At.BEGIN, 0)) {
            if (!array && reader.offset() > 0) {
                head(sink, main, reader.offset());
            }
            reader.copyTo(copy);
            for (Row row = reader.next(); row != null; row = reader.next()) {
                if (layout.isAlive(row, Layout.place(0, reader.start()))) {
                    take(sink, array && rows ? ",\n" : "");
                    line(sink, copy.bytes(), copy.size());
                    rows = true;
                }
            }
            reader.confirm();
        }
        return rows;
    }

    /** The mark and the header, as they stand. */
    private void head(FileWriter.Sink sink, FileItem main, long size) throws StoreException {
        byte[] head = new byte[Math.toIntExact(size)];
        try (ByteInput in = ByteInput.open(table.files(), main.key(), main.version(), false, 0, table.faults(main))) {
            for (int i = 0; i < head.length; i++) {
                int next = in.next();
                if (next < 0) {
                    throw table.faults(main).changed();
                }
                head[i] = (byte) next;
            }
        }
        boolean mark = head.length == 3 && (head[0] & 0xff) == 0xef;
        if (mark) {
            sink.take(head, 0, head.length);
        } else {
            line(sink, head, head.length);
        }
    }

    private void line(FileWriter.Sink sink, byte[] bytes, int size) throws StoreException {
        sink.take(bytes, 0, size);
        boolean ended = size > 0 && (bytes[size - 1] == '\n' || bytes[size - 1] == '\r');
        if (!ended && table.format().type() != TableFormat.Type.JSON) {
            take(sink, text.lineEnd());
        }
    }
}
