package io.waybill.jdbc.postgresql;

import java.util.Arrays;

/** Rows in a format of COPY, one after another. Not safe for several threads. */
abstract class PostgresCopyRows {
    private byte[] bytes;
    private int length;
    private int[] ends = new int[512];
    private int rows;

    PostgresCopyRows() {
        this(64 << 10);
    }

    /** For about this many bytes. */
    PostgresCopyRows(int size) {
        this.bytes = new byte[size];
    }

    /** What the statement says of the format. */
    abstract String options();

    /** What goes before the rows. */
    abstract byte[] head();

    /** What goes after the rows. */
    abstract byte[] tail();

    /** The same rows from one to before another, each with its number in front, as an integer. */
    abstract PostgresCopyRows numbered(int from, int to);

    /** How many rows are whole. */
    final int rows() {
        return rows;
    }

    final byte[] bytes() {
        return bytes;
    }

    /** How far it is written. */
    final int length() {
        return length;
    }

    final void length(int now) {
        length = now;
    }

    /** Where a row begins; of the number of rows, the end of all. */
    final int start(int row) {
        return row == 0 ? 0 : ends[row - 1];
    }

    /** Ends the row that was written since the last one. */
    void endRow() {
        if (rows == ends.length) {
            ends = Arrays.copyOf(ends, rows * 2);
        }
        ends[rows++] = length;
    }

    /** Forgets what was written since the last row. */
    final void dropRow() {
        length = start(rows);
    }

    final void write(byte[] from, int start, int size) {
        room(size);
        System.arraycopy(from, start, bytes, length, size);
        length += size;
    }

    /** Makes room for more bytes at {@link #length}. */
    final void room(long more) {
        if (bytes.length - length < more) {
            long wanted = Math.max(2L * bytes.length, length + more);
            if (length + more > Integer.MAX_VALUE - 16) {
                throw new IllegalArgumentException("rows of more than two gigabytes in one call");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, Integer.MAX_VALUE - 16));
        }
    }
}
