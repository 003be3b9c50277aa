package io.waybill.ledger;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
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
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(BUFFER);
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(new DeflaterOutputStream(bytes, deflater), BUFFER))) {
            writer.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array refuses nothing", e);
        } finally {
            deflater.end();
        }
        return bytes.toByteArray();
    }

    static DataInputStream open(byte[] packed) {
        return new DataInputStream(
                new BufferedInputStream(new InflaterInputStream(new ByteArrayInputStream(packed)), BUFFER));
    }
}
