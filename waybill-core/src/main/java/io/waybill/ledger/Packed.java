package io.waybill.ledger;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.InflaterInputStream;

/** Compressed bytes in a column of the ledger. */
final class Packed {
    private static final int BUFFER = 8 << 10;

    private Packed() {}

    /** Writes what is packed. */
    interface Writer {
        void write(DataOutputStream out) throws IOException;
    }

    static byte[] pack(Writer writer) {
        Unlocked plain = new Unlocked();
        write(writer, plain);
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        Unlocked packed = new Unlocked();
        try {
            deflater.setInput(plain.bytes, 0, plain.size);
            deflater.finish();
            while (!deflater.finished()) {
                packed.room(BUFFER);
                packed.size += deflater.deflate(packed.bytes, packed.size, packed.bytes.length - packed.size);
            }
        } finally {
            deflater.end();
        }
        return packed.content();
    }

    /** The same without compression. */
    static byte[] plain(Writer writer) {
        Unlocked plain = new Unlocked();
        write(writer, plain);
        return plain.content();
    }

    private static void write(Writer writer, Unlocked to) {
        try (DataOutputStream out = new DataOutputStream(to)) {
            writer.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException("memory refuses nothing", e);
        }
    }

    static DataInputStream open(byte[] packed) {
        return open(packed, 0, packed.length);
    }

    static DataInputStream open(byte[] packed, int from, int length) {
        return new DataInputStream(new BufferedInputStream(
                new InflaterInputStream(new ByteArrayInputStream(packed, from, length)), BUFFER));
    }

    /** Reads what is not compressed. */
    static DataInputStream read(byte[] plain, int from, int length) {
        return new DataInputStream(new ByteArrayInputStream(plain, from, length));
    }

    /** Bytes that are gathered by one thread, which therefore takes no lock for each. */
    private static final class Unlocked extends OutputStream {
        private byte[] bytes = new byte[BUFFER];
        private int size;

        void room(int more) {
            if (bytes.length - size < more) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, more)));
            }
        }

        @Override
        public void write(int value) {
            room(1);
            bytes[size++] = (byte) value;
        }

        @Override
        public void write(byte[] content, int from, int length) {
            room(length);
            System.arraycopy(content, from, bytes, size, length);
            size += length;
        }

        byte[] content() {
            return Arrays.copyOf(bytes, size);
        }
    }
}
