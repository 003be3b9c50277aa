package io.waybill.jdbc.postgresql;

import java.io.ByteArrayOutputStream;

/** A row as the text format of COPY has it: a line of fields with tabs between them. */
final class PostgresLine {
    private final byte[] bytes;
    private final int[] ends;

    /**
     * Finds the fields.
     *
     * @param bytes the line with its line feed; not to be changed any more
     * @param columns how many there are
     */
    PostgresLine(byte[] bytes, int columns) {
        this.bytes = bytes;
        this.ends = new int[columns];
        int field = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte c = bytes[i];
            if (c == '\t' || c == '\n') {
                ends[field++] = i;
            }
        }
        if (field != ends.length) {
            throw new IllegalStateException(field + " fields in a row of " + ends.length + " columns");
        }
    }

    private int from(int place) {
        return place == 0 ? 0 : ends[place - 1] + 1;
    }

    boolean isNull(int place) {
        int from = from(place);
        return ends[place] == from + 2 && bytes[from] == '\\' && bytes[from + 1] == 'N';
    }

    /** The text of a field that is not null. */
    String text(int place) throws BadValue {
        int from = from(place);
        int to = ends[place];
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\\') {
                byte[] field = unescaped(bytes, from, to);
                return PostgresWire.text(field, 0, field.length);
            }
        }
        return PostgresWire.text(bytes, from, to);
    }

    /** The bytes that a field stands for. */
    private static byte[] unescaped(byte[] bytes, int from, int to) {
        ByteArrayOutputStream field = new ByteArrayOutputStream(to - from);
        int start = from;
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\\') {
                field.write(bytes, start, i - start);
                i++;
                field.write(meant(bytes[i]));
                start = i + 1;
            }
        }
        field.write(bytes, start, to - start);
        return field.toByteArray();
    }

    /** What a letter after a backslash stands for. */
    private static byte meant(byte letter) {
        return switch (letter) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 0x0b;
            default -> letter;
        };
    }
}
