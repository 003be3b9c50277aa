package io.waybill.jdbc.postgresql;

import io.waybill.value.Canonical;
import io.waybill.value.Encoded;
import io.waybill.value.Value;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** A row as COPY sends it: a line of fields with tabs between them, in UTF-8. */
final class PostgresLine implements Encoded {
    private final byte[] bytes;
    private final int[] ends;
    private final PostgresLayout layout;

    /**
     * Finds the fields.
     *
     * @param bytes the line with its line feed; not to be changed any more
     */
    PostgresLine(byte[] bytes, PostgresLayout layout) {
        this.bytes = bytes;
        this.layout = layout;
        this.ends = new int[layout.size()];
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

    /** The line with its line feed; not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    /** Whether a table holds the line just as it is. */
    boolean isKeptBy(PostgresTable table) {
        return layout.isKeptBy(table);
    }

    private PostgresType type(int place) {
        return layout.column(place).type();
    }

    private int from(int place) {
        return place == 0 ? 0 : ends[place - 1] + 1;
    }

    boolean isNull(int place) {
        int from = from(place);
        return ends[place] == from + 2 && bytes[from] == '\\' && bytes[from + 1] == 'N';
    }

    /** Whether a field that is not null need not be decoded: {@link #decode} and {@link #canonical} cannot fail. */
    boolean isPlain(int place) {
        return type(place).plain().isPlain(bytes, from(place), ends[place]);
    }

    /** The text of a field that is not null. */
    String text(int place) throws BadValue {
        int from = from(place);
        int to = ends[place];
        byte[] field = bytes;
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\\') {
                field = unescaped(bytes, from, to);
                from = 0;
                to = field.length;
                break;
            }
        }
        if (PostgresPlain.TEXT.isPlain(field, from, to)) {
            return new String(field, from, to - from, StandardCharsets.ISO_8859_1); // quicker, and the same here
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(field, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadValue("holds a text that is not UTF-8");
        }
    }

    @Override
    public Value decode(int place) {
        try {
            return type(place).parse(text(place));
        } catch (BadValue e) {
            throw new IllegalStateException(layout.column(place).name() + " " + e.getMessage(), e);
        }
    }

    @Override
    public void canonical(int place, Canonical.Out out) {
        type(place).plain().canonical(bytes, from(place), ends[place], out);
    }

    /** The bytes that a field stands for. */
    static byte[] unescaped(byte[] bytes, int from, int to) {
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
