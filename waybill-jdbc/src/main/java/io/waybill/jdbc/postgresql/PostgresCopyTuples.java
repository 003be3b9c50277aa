package io.waybill.jdbc.postgresql;

import java.nio.ByteBuffer;

/** Rows in the binary format of COPY, as another table of the same types gave them. Not safe for several threads. */
final class PostgresCopyTuples extends PostgresCopyRows {
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    /** No flags, and no more of a header. */
    private static final byte[] HEAD = ByteBuffer.allocate(SIGNATURE.length + 2 * Integer.BYTES)
            .put(SIGNATURE)
            .array();

    private static final byte[] TAIL = {-1, -1};

    /** For about this many bytes. */
    PostgresCopyTuples(int size) {
        super(size);
    }

    PostgresCopyTuples() {}

    @Override
    String options() {
        return " (FORMAT binary)";
    }

    @Override
    byte[] head() {
        return HEAD;
    }

    @Override
    byte[] tail() {
        return TAIL;
    }

    void tuple(PostgresTuple tuple) {
        write(tuple.bytes(), 0, tuple.bytes().length);
    }

    @Override
    PostgresCopyRows numbered(int from, int to) {
        PostgresCopyTuples numbered = new PostgresCopyTuples();
        ByteBuffer rows = ByteBuffer.wrap(bytes());
        for (int row = from; row < to; row++) {
            int start = start(row);
            byte[] first = ByteBuffer.allocate(Short.BYTES + 2 * Integer.BYTES)
                    .putShort((short) (rows.getShort(start) + 1))
                    .putInt(Integer.BYTES)
                    .putInt(row)
                    .array();
            numbered.write(first, 0, first.length);
            numbered.write(bytes(), start + Short.BYTES, start(row + 1) - start - Short.BYTES);
            numbered.endRow();
        }
        return numbered;
    }

    /** How long the header is with which these bytes begin; 0 for none. */
    static int headOf(byte[] bytes) {
        if (bytes.length < HEAD.length
                || !java.util.Arrays.equals(bytes, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
            return 0;
        }
        return HEAD.length + ByteBuffer.wrap(bytes).getInt(SIGNATURE.length + Integer.BYTES);
    }

    static boolean isTail(byte[] bytes) {
        return java.util.Arrays.equals(bytes, TAIL);
    }
}
