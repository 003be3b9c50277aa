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

    /** A whole row as COPY sent it, with its line feed. */
    void line(byte[] line) {
        room(line.length);
        System.arraycopy(line, 0, bytes, length, line.length);
        length += line.length;
    }

    /** A field of whole characters, none of them NUL. */
    void field(String text) {
        room(3L * text.length() + 1);
        byte[] out = bytes;
        int at = length;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                if (c == '\\' || c == '\n' || c == '\r' || c == '\t') {
                    out[at++] = '\\';
                    c = c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : c;
                }
                out[at++] = (byte) c;
            } else if (c < 0x800) {
                out[at++] = (byte) (0xc0 | c >> 6);
                out[at++] = (byte) (0x80 | (c & 0x3f));
            } else if (Character.isHighSurrogate(c)) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                out[at++] = (byte) (0xf0 | point >> 18);
                out[at++] = (byte) (0x80 | ((point >> 12) & 0x3f));
                out[at++] = (byte) (0x80 | ((point >> 6) & 0x3f));
                out[at++] = (byte) (0x80 | (point & 0x3f));
            } else {
                out[at++] = (byte) (0xe0 | c >> 12);
                out[at++] = (byte) (0x80 | ((c >> 6) & 0x3f));
                out[at++] = (byte) (0x80 | (c & 0x3f));
            }
        }
        out[at++] = '\t';
        length = at;
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

    private void room(long more) {
        if (bytes.length - length < more) {
            long wanted = Math.max(2L * bytes.length, length + more);
            if (length + more > Integer.MAX_VALUE - 16) {
                throw new IllegalArgumentException("rows of more than two gigabytes in one call");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, Integer.MAX_VALUE - 16));
        }
    }
}
