package io.waybill.ledger;

import io.waybill.store.Provenance;
import io.waybill.value.Digest;
import io.waybill.value.Shape;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The effects of a batch of rows each of which goes as it is to the key that it has, packed as the ledger keeps them without
 * being lines before. While they are in one state they need not be told apart.
 */
public final class PackedRows {
    private final int size;
    private final byte[] effects;

    private PackedRows(int size, byte[] effects) {
        this.size = size;
        this.effects = effects;
    }

    /** Writes something of one line as {@link io.waybill.value.RowCodec} does. */
    @FunctionalInterface
    public interface LineWriter {
        void write(int line, DataOutputStream out) throws IOException;
    }

    /**
     * Packs them.
     *
     * @param fields as in {@link RowBlock.Line}
     * @param keys writes those of the rows, of this shape, by their places
     * @param digests of the rows, {@link Digest#ROW} bytes each
     */
    public static PackedRows of(List<String> fields, Shape key, LineWriter keys, byte[] digests) {
        return new PackedRows(digests.length / Digest.ROW, PackedBlock.effects(fields, key, keys, digests));
    }

    /** How many there are. */
    public int size() {
        return size;
    }

    byte[] effects() {
        return effects;
    }

    byte[] states(State state, @Nullable Provenance provenance) {
        return PackedBlock.states(size, state, provenance);
    }

    /** Whether these are the same effects, all of them intended and none begun. */
    public boolean isIntended(RowBlock block) {
        RowBlock intended = PackedBlock.unpack(effects, states(State.WRITING, null));
        return intended.isAbout(block) && block.counts().keySet().equals(Set.of(State.WRITING));
    }
}
