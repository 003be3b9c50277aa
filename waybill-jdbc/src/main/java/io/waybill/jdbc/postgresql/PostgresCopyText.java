package io.waybill.jdbc.postgresql;

import io.waybill.value.Value;
import java.util.Arrays;

/** Rows in the text format of COPY, encoded as they come. Not safe for several threads. */
final class PostgresCopyText {
    private byte[] bytes = new byte[64 << 10];
    private int length;
    private int[] ends = new int[512];
    private int rows;

    /** How many rows are whole. */
    int rows() {
        return rows;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Where a row begins; of the number of rows, the end of all. */
    int start(int row) {
        return row == 0 ? 0 : ends[row - 1];
    }

    /** Ends the row that the fields since the last one make. */
    void endRow() {
        bytes[length - 1] = '\n';
        if (rows == ends.length) {
            ends = Arrays.copyOf(ends, rows * 2);
        }
        ends[rows++] = length;
    }

    /** Forgets the fields since the last row. */
    void dropRow() {
        length = start(rows);
    }

    void nothing() {
        room(3);
        bytes[length++] = '\\';
        bytes[length++] = 'N';
        bytes[length++] = '\t';
    }

    void field(Value held, PostgresForm form) throws BadValue {
        if (held instanceof Value.Null) {
            nothing();
        } else if (held instanceof Value.Text text && !(form instanceof PostgresJson)) {
            field(text.value());
        } else {
            field(form.spell(held));
        }
    }

    /** A field of whole characters, none of them NUL. */
    void field(String text) {
        room(text.length() * 3 + 1);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                ascii(c);
            } else if (c < 0x800) {
                bytes[length++] = (byte) (0xc0 | c >> 6);
                bytes[length++] = (byte) (0x80 | c & 0x3f);
            } else if (Character.isHighSurrogate(c)) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                bytes[length++] = (byte) (0xf0 | point >> 18);
                bytes[length++] = (byte) (0x80 | point >> 12 & 0x3f);
                bytes[length++] = (byte) (0x80 | point >> 6 & 0x3f);
                bytes[length++] = (byte) (0x80 | point & 0x3f);
            } else {
                bytes[length++] = (byte) (0xe0 | c >> 12);
                bytes[length++] = (byte) (0x80 | c >> 6 & 0x3f);
                bytes[length++] = (byte) (0x80 | c & 0x3f);
            }
        }
        bytes[length++] = '\t';
    }

    private void ascii(char c) {
        switch (c) {
            case '\\' -> escape('\\');
            case '\n' -> escape('n');
            case '\r' -> escape('r');
            case '\t' -> escape('t');
            default -> bytes[length++] = (byte) c;
        }
    }

    private void escape(char c) {
        bytes[length++] = '\\';
        bytes[length++] = (byte) c;
    }

    /** The same rows from one to before another, each with its number in front. */
    PostgresCopyText numbered(int from, int to) {
        PostgresCopyText numbered = new PostgresCopyText();
        for (int row = from; row < to; row++) {
            numbered.field(Integer.toString(row));
            int start = start(row);
            int size = start(row + 1) - start;
            numbered.room(size);
            System.arraycopy(bytes, start, numbered.bytes, numbered.length, size);
            numbered.length += size;
            numbered.endRow();
        }
        return numbered;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            long wanted = Math.max(2L * bytes.length, (long) length + more);
            if ((long) length + more > Integer.MAX_VALUE - 16) {
                throw new IllegalArgumentException("rows of more than two gigabytes in one call");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, Integer.MAX_VALUE - 16));
        }
    }
}
