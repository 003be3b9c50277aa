package io.waybill.ledger;

import io.waybill.store.Provenance;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.RowCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** The rows of one batch, packed: every row is accountable, in under a hundred bytes each. */
public record RowBlock(List<Line> lines) {
    public RowBlock {
        lines = List.copyOf(lines);
    }

    /**
     * One row of a batch.
     *
     * @param source the key at the source
     * @param target the key at the target
     * @param digest of the row as the target holds it
     * @param reason why it needs somebody, or null
     */
    public record Line(
            Row source,
            Row target,
            Digest digest,
            State state,
            @Nullable Provenance provenance,
            @Nullable String reason) {
        public Line as(State now, @Nullable Provenance proven, @Nullable String why) {
            return new Line(source, target, digest, now, proven, why);
        }
    }

    /** The first reason of a row that needs somebody, or null. */
    public @Nullable String firstReason() {
        for (Line line : lines) {
            if (line.reason() != null) {
                return line.reason();
            }
        }
        return null;
    }

    byte[] pack() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out =
                new DataOutputStream(new DeflaterOutputStream(bytes, new Deflater(Deflater.BEST_SPEED)))) {
            out.writeInt(lines.size());
            for (Line line : lines) {
                block(RowCodec.encode(line.source()), out);
                block(RowCodec.encode(line.target()), out);
                block(line.digest().bytes(), out);
                out.writeByte(line.state().code());
                out.writeUTF(line.provenance() == null ? "" : line.provenance().name());
                out.writeUTF(line.reason() == null ? "" : line.reason());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array refuses nothing", e);
        }
        return bytes.toByteArray();
    }

    static RowBlock unpack(byte[] packed) {
        try (DataInputStream in = new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(packed)))) {
            int count = in.readInt();
            List<Line> lines = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                Row source = RowCodec.decode(block(in));
                Row target = RowCodec.decode(block(in));
                Digest digest = Digest.of(block(in));
                State state = State.of(in.readUnsignedByte());
                String provenance = in.readUTF();
                String reason = in.readUTF();
                lines.add(new Line(
                        source,
                        target,
                        digest,
                        state,
                        provenance.isEmpty() ? null : Provenance.valueOf(provenance),
                        reason.isEmpty() ? null : reason));
            }
            return new RowBlock(lines);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read a batch in the ledger: it is damaged.", e);
        }
    }

    private static void block(byte[] content, DataOutputStream out) throws IOException {
        out.writeInt(content.length);
        out.write(content);
    }

    private static byte[] block(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] content = in.readNBytes(length);
        if (content.length != length) {
            throw new IOException("cut short");
        }
        return content;
    }
}
