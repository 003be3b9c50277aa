package io.waybill.jdbc.postgresql;

import io.waybill.value.Canonical;
import io.waybill.value.Encoded;
import io.waybill.value.RowCodec;
import io.waybill.value.Value;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A row as the binary format of COPY has it: the number of its fields, then the length and the bytes of each. */
final class PostgresTuple implements Encoded {
    private final byte[] bytes;
    /** Where each field begins, after its length. */
    private final int[] starts;

    private final PostgresLayout layout;

    /**
     * Finds the fields.
     *
     * @param bytes the row; not to be changed any more
     */
    PostgresTuple(byte[] bytes, PostgresLayout layout) {
        this.bytes = bytes;
        this.layout = layout;
        this.starts = new int[layout.size()];
        ByteBuffer row = ByteBuffer.wrap(bytes);
        int fields = row.getShort();
        if (fields != starts.length) {
            throw new IllegalStateException(fields + " fields in a row of " + starts.length + " columns");
        }
        int at = Short.BYTES;
        for (int i = 0; i < fields; i++) {
            int length = row.getInt(at);
            at += Integer.BYTES;
            starts[i] = length < 0 ? -at : at;
            at += Math.max(0, length);
        }
        if (at != bytes.length) {
            throw new IllegalStateException("a row of " + bytes.length + " bytes whose fields end at " + at);
        }
    }

    /** The row; not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    /** Whether a table holds the row just as it is. */
    boolean isKeptBy(PostgresTable table) {
        return layout.isKeptBy(table);
    }

    private int end(int place) {
        if (place + 1 == starts.length) {
            return bytes.length;
        }
        return Math.abs(starts[place + 1]) - Integer.BYTES;
    }

    boolean isNull(int place) {
        return starts[place] < 0;
    }

    /** Whether no field needs to be decoded. */
    boolean isPlain() {
        for (int i = 0; i < starts.length; i++) {
            if (!isNull(i) && !isPlain(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a field that is not null need not be decoded: {@link #decode} and {@link #canonical} cannot fail. */
    boolean isPlain(int place) {
        return layout.wire(place).isPlain(bytes, starts[place], end(place));
    }

    /** The value of a field that is not null. */
    Value value(int place) throws BadValue {
        return layout.wire(place).decode(bytes, starts[place], end(place));
    }

    @Override
    public Value decode(int place) {
        try {
            return value(place);
        } catch (BadValue e) {
            throw new IllegalStateException(layout.column(place).name() + " " + e.getMessage(), e);
        }
    }

    /** Writes the value of a field that is not null as {@link io.waybill.value.RowCodec} does. */
    void store(int place, DataOutputStream out) throws IOException {
        if (layout.wire(place).isWhole()) {
            RowCodec.integer(layout.wire(place).whole(bytes, starts[place]), out);
        } else {
            RowCodec.value(decode(place), out);
        }
    }

    @Override
    public void canonical(int place, Canonical.Out out) {
        if (isNull(place)) {
            out.nothing();
            return;
        }
        layout.wire(place).canonical(bytes, starts[place], end(place), out);
    }
}
