package io.waybill.ledger;

import io.waybill.value.Row;
import io.waybill.value.RowCodec;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What stood at the target before a batch of rows was written, packed with a checksum: whole rows where they are replaced or
 * removed, the old values of the fields where they are edited. Committed together with the intent.
 */
public record RowsBefore(Map<Integer, Row> rows) {
    public RowsBefore {
        rows = Map.copyOf(rows);
    }

    /** What stood there before the effect at this place of its {@link RowBlock}, or null. */
    public @Nullable Row find(int line) {
        return rows.get(line);
    }

    byte[] pack() {
        CRC32C sum = new CRC32C();
        return Packed.pack(out -> {
            out.writeInt(rows.size());
            for (Map.Entry<Integer, Row> row : new TreeMap<>(rows).entrySet()) {
                byte[] content = RowCodec.encode(row.getValue());
                sum.update(content);
                out.writeInt(row.getKey());
                out.writeInt(content.length);
                out.write(content);
            }
            out.writeLong(sum.getValue());
        });
    }

    static RowsBefore unpack(byte[] packed) {
        CRC32C sum = new CRC32C();
        try (DataInputStream in = Packed.open(packed)) {
            Map<Integer, Row> rows = new TreeMap<>();
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                int line = in.readInt();
                int length = in.readInt();
                byte[] content = in.readNBytes(length);
                sum.update(content);
                rows.put(line, RowCodec.decode(content));
            }
            if (in.readLong() != sum.getValue()) {
                throw new IOException("the checksum differs");
            }
            return new RowsBefore(rows);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read before-images of rows in the ledger: they are damaged.", e);
        }
    }
}
