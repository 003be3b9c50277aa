package io.waybill.table;

import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Row;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows of a file, one by one, in one pass. Not safe for use by several threads. */
abstract class RowReader implements Closeable {
    /** Where in a file reading begins. */
    enum At {
        /** At its first byte. */
        BEGIN,
        /** After a row. */
        BETWEEN,
        /** At the first byte of a row. */
        ROW
    }

    final ByteInput in;
    final Faults faults;
    final TableFormat format;
    private final CharsetDecoder decoder;
    private final long origin;
    private long number;
    private long start;
    private boolean header;
    private @Nullable Block copy;
    private Map<String, String> unreadable = Map.of();

    /** @param number of rows before this place; less than zero if nobody counted */
    RowReader(ByteInput in, Faults faults, TableFormat format, long number) {
        this.in = in;
        this.faults = faults;
        this.format = format;
        this.number = number;
        this.origin = in.offset();
        this.decoder = format.encoding()
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    /** The next row, less columns that cannot be read, or null at the end of the file. */
    final @Nullable Row next() throws StoreException {
        unreadable = Map.of();
        try {
            Row row = read();
            if (copy != null) {
                in.keep();
            }
            number += row == null || number < 0 ? 0 : 1;
            return row;
        } catch (UnfitException e) {
            throw fault(null, start, e.why(), "Mend it");
        }
    }

    /** Why columns are missing in the last row: they stand in the file and cannot be read. */
    final Map<String, String> unreadable() {
        return unreadable;
    }

    /** Leaves a column out of the row at hand, since it cannot be read. */
    final void leaveOut(String column, long offset, String what) {
        unreadable = new LinkedHashMap<>(unreadable);
        unreadable.put(column, Faults.said(row(), column, offset, what));
    }

    /** Refuses a row of which one of these columns could not be read. */
    final void require(List<String> columns) throws StoreException {
        for (String column : columns) {
            String why = unreadable.get(column);
            if (why != null) {
                throw faults.whole(
                        Kind.INVALID, why, "It is part of the key, so the row cannot be told apart. Mend it");
            }
        }
    }

    /** Reads a row; says by {@link #begins} where it begins. */
    abstract @Nullable Row read() throws StoreException, UnfitException;

    final void begins() {
        start = in.offset();
        if (copy != null) {
            in.keepIn(copy);
        }
    }

    /** Keeps the bytes of each row, with its line end if it has one, in this block. */
    final void copyTo(Block block) {
        copy = block;
    }

    /** The offset of the last row's first byte. */
    final long start() {
        return start;
    }

    /** The offset after the last row. */
    final long offset() {
        return in.offset();
    }

    /** How many rows stand before the next one, or less than zero if nobody counted. */
    final long number() {
        return number;
    }

    /** Whether what is read now is no row but the header. */
    final void header(boolean now) {
        header = now;
    }

    /** Passes over a byte order mark; refuses what is no text. */
    final void skipMark() throws StoreException {
        int head = in.peek();
        if (head == 0xef && format.isUnicode()) {
            in.next();
            if (in.next() != 0xbb || in.next() != 0xbf) {
                in.skipTo(0);
            }
        } else if (head == 0xff || head == 0xfe || head == 0x1f) {
            in.next();
            int second = in.peek();
            if (head == 0x1f && second == 0x8b) {
                throw faults.whole(Kind.INVALID, "it is compressed with gzip", "Set gzip to true, or unpack it");
            } else if (head + second == 0xff + 0xfe) {
                throw faults.whole(Kind.INVALID, "it is in UTF-16", "Convert it to UTF-8");
            }
            in.skipTo(0);
        }
    }

    /** Passes over the rest of a line. */
    final void skipLine() throws StoreException {
        in.skipLine();
    }

    /** Checks after the last row that the file is still what it was. */
    final void confirm() throws StoreException {
        in.confirm();
    }

    /** Whether the bytes are ASCII in an encoding that has it: nearly always so, and then soon decoded. */
    private boolean isPlain(byte[] bytes, int size) {
        if (!format.encoding().equals(StandardCharsets.UTF_8)) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    /** The text of bytes that begin at an offset of the file. */
    final String text(byte[] bytes, int size, long offset) throws StoreException {
        if (isPlain(bytes, size)) {
            return new String(bytes, 0, size, StandardCharsets.ISO_8859_1);
        }
        CharBuffer to = CharBuffer.allocate(size);
        int bad = decode(bytes, size, to);
        if (bad >= 0) {
            throw fault(
                    column(to.flip().toString()),
                    offset + bad,
                    undecodable(bytes[bad]),
                    "Set the file's encoding, for example windows-1252, or mend it");
        }
        return to.flip().toString();
    }

    /** The same of a column, which is left out when it is no text: then null. */
    final @Nullable String text(byte[] bytes, int size, long offset, String column) {
        if (isPlain(bytes, size)) {
            return new String(bytes, 0, size, StandardCharsets.ISO_8859_1);
        }
        CharBuffer to = CharBuffer.allocate(size);
        int bad = decode(bytes, size, to);
        if (bad >= 0) {
            leaveOut(column, offset + bad, undecodable(bytes[bad]) + " (set the file's encoding or mend it)");
            return null;
        }
        return to.flip().toString();
    }

    /** Where the first byte is that is no text, or less than zero. */
    final int decode(byte[] bytes, int size, CharBuffer to) {
        decoder.reset();
        ByteBuffer from = ByteBuffer.wrap(bytes, 0, size);
        CoderResult result = decoder.decode(from, to, true);
        if (result.isError()) {
            return from.position();
        }
        decoder.flush(to);
        return -1;
    }

    final String undecodable(byte bad) {
        return String.format(
                Locale.ROOT,
                "byte 0x%02x is not %s",
                bad & 0xff,
                format.encoding().name());
    }

    /** The column that a row's text, cut off, ends in; null if that cannot be told. */
    @Nullable
    String column(String before) {
        return null;
    }

    final StoreException fault(@Nullable String column, long offset, String what, String advice) {
        return faults.row(row(), column, offset, what, advice);
    }

    /** The row that is being read, for messages. */
    final String row() {
        if (header) {
            return "the header";
        }
        return number < 0 ? "the row at byte " + start + " (read from byte " + origin + ")" : "row " + (number + 1);
    }

    @Override
    public void close() throws StoreException {
        in.close();
    }
}
