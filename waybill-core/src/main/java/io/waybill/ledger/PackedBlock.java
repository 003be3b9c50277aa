package io.waybill.ledger;

import io.waybill.store.Effect;
import io.waybill.store.Provenance;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.RowCodec;
import io.waybill.value.Shape;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A batch of rows as the ledger keeps it, in two columns: what the effects are, which is written once, and the states they
 * are in, which change and are a few bytes when they are alike.
 *
 * <p>Form of the first: the length of the compressed part; compressed: the words (table, kind, fields, names of the keys), then each
 * line's word and the values of its keys; then the digests, which do not compress, and a CRC32C of all before it. Form of the second: stretches of
 * lines with one state, provenance and reason.
 */
final class PackedBlock {
    private PackedBlock() {}

    static byte[] effects(RowBlock block) {
        Words words = new Words();
        int[] places = new int[block.lines().size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = words.add(block.lines().get(i));
        }
        byte[] digests = new byte[places.length * Digest.ROW];
        for (int i = 0; i < places.length; i++) {
            System.arraycopy(block.lines().get(i).digest().bytes(), 0, digests, i * Digest.ROW, Digest.ROW);
        }
        return effects(words, places.length, digests, (i, out) -> {
            RowBlock.Line line = block.lines().get(i);
            out.writeInt(places[i]);
            RowCodec.values(line.source(), out);
            if (!words.at(places[i]).sameKey()) {
                RowCodec.values(line.target(), out);
            }
        });
    }

    /**
     * Of rows that go as they are to the keys that they have.
     *
     * @param fields as in {@link RowBlock.Line}
     * @param keys writes the values of each
     * @param digests of the rows, one after another
     */
    static byte[] effects(List<String> fields, Shape key, PackedRows.LineWriter keys, byte[] digests) {
        Words words = new Words();
        words.all.add(new Word("", Effect.Kind.PUT, fields, key, key, true));
        return effects(words, digests.length / Digest.ROW, digests, (i, out) -> {
            out.writeInt(0);
            keys.write(i, out);
        });
    }

    private static byte[] effects(Words words, int count, byte[] digests, PackedRows.LineWriter lines) {
        byte[] keys = Packed.pack(out -> {
            words.write(out);
            out.writeInt(count);
            for (int i = 0; i < count; i++) {
                lines.write(i, out);
            }
        });
        ByteBuffer packed = ByteBuffer.allocate(Integer.BYTES + keys.length + digests.length + Integer.BYTES);
        packed.putInt(keys.length).put(keys).put(digests);
        packed.putInt(sum(packed.array(), packed.position()));
        return packed.array();
    }

    static byte[] states(RowBlock block) {
        return Packed.plain(out -> {
            List<RowBlock.Line> lines = block.lines();
            for (int from = 0; from < lines.size(); ) {
                RowBlock.Line first = lines.get(from);
                int to = from + 1;
                while (to < lines.size() && isAlike(first, lines.get(to))) {
                    to++;
                }
                alike(to - from, first.state(), first.provenance(), first.reason(), out);
                from = to;
            }
        });
    }

    /** Of lines that are all alike. */
    static byte[] states(int count, State state, @Nullable Provenance provenance) {
        return Packed.plain(out -> alike(count, state, provenance, null, out));
    }

    private static void alike(
            int count, State state, @Nullable Provenance provenance, @Nullable String reason, DataOutputStream out)
            throws IOException {
        out.writeInt(count);
        out.writeByte(state.code());
        out.writeUTF(provenance == null ? "" : provenance.name());
        out.writeUTF(reason == null ? "" : reason);
    }

    private static boolean isAlike(RowBlock.Line one, RowBlock.Line two) {
        return one.state() == two.state()
                && one.provenance() == two.provenance()
                && Objects.equals(one.reason(), two.reason());
    }

    static RowBlock unpack(byte[] effects, byte[] states) {
        int length = effects.length - Integer.BYTES;
        try (DataInputStream now = Packed.read(states, 0, states.length)) {
            ByteBuffer packed = ByteBuffer.wrap(effects);
            if (length < Integer.BYTES || packed.getInt(length) != sum(effects, length)) {
                throw new IOException("the checksum differs");
            }
            int keys = packed.getInt();
            List<RowBlock.Line> lines = new ArrayList<>();
            try (DataInputStream in = Packed.open(effects, Integer.BYTES, keys)) {
                Words words = Words.read(in);
                int count = in.readInt();
                int digest = Integer.BYTES + keys;
                int left = 0;
                State state = State.SAME;
                String provenance = "";
                String reason = "";
                for (int i = 0; i < count; i++, left--, digest += Digest.ROW) {
                    if (left == 0) {
                        left = now.readInt();
                        state = State.of(now.readUnsignedByte());
                        provenance = now.readUTF();
                        reason = now.readUTF();
                    }
                    Word word = words.at(in.readInt());
                    Row source = RowCodec.values(word.source(), in);
                    lines.add(new RowBlock.Line(
                            source,
                            word.table(),
                            word.kind(),
                            word.sameKey() ? source : RowCodec.values(word.target(), in),
                            word.fields(),
                            Digest.of(Arrays.copyOfRange(effects, digest, digest + Digest.ROW)),
                            state,
                            provenance.isEmpty() ? null : Provenance.valueOf(provenance),
                            reason.isEmpty() ? null : reason));
                }
            }
            return new RowBlock(lines);
        } catch (IOException | IndexOutOfBoundsException e) {
            throw new UncheckedIOException(
                    "Cannot read a batch in the ledger: it is damaged.",
                    e instanceof IOException known ? known : new IOException("cut short", e));
        }
    }

    private static int sum(byte[] bytes, int length) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, length);
        return (int) sum.getValue();
    }

    /** The codes are stored; they never change their meaning. */
    private static int code(Effect.Kind kind) {
        return switch (kind) {
            case PUT -> 0;
            case PATCH -> 1;
            case REMOVE -> 2;
        };
    }

    private static Effect.Kind kind(int code) throws IOException {
        for (Effect.Kind kind : Effect.Kind.values()) {
            if (code(kind) == code) {
                return kind;
            }
        }
        throw new IOException("an unknown kind of effect");
    }

    /**
     * What many lines have in common.
     *
     * @param sameKey whether the key at the target is the one at the source
     */
    private record Word(
            String table, Effect.Kind kind, List<String> fields, Shape source, Shape target, boolean sameKey) {}

    /** The words of a block, each said once. */
    private static final class Words {
        private final Map<Word, Integer> places = new LinkedHashMap<>();
        private final List<Word> all = new ArrayList<>();

        private @Nullable Word last;
        private int lastPlace;

        /** The place of a line's word. */
        int add(RowBlock.Line line) {
            boolean sameKey = line.target().shape().equals(line.source().shape())
                    && line.target().equals(line.source());
            Word known = last;
            if (known != null
                    && known.sameKey() == sameKey
                    && known.kind() == line.kind()
                    && known.table().equals(line.table())
                    && known.fields().equals(line.fields())
                    && known.source().equals(line.source().shape())
                    && known.target().equals(line.target().shape())) {
                return lastPlace;
            }
            Word word = new Word(
                    line.table(),
                    line.kind(),
                    line.fields(),
                    line.source().shape(),
                    line.target().shape(),
                    sameKey);
            Integer place = places.get(word);
            if (place == null) {
                place = all.size();
                places.put(word, place);
                all.add(word);
            }
            last = word;
            lastPlace = place;
            return place;
        }

        Word at(int place) {
            return all.get(place);
        }

        void write(DataOutputStream out) throws IOException {
            out.writeInt(all.size());
            for (Word word : all) {
                out.writeUTF(word.table());
                out.writeByte(code(word.kind()));
                names(word.fields(), out);
                names(word.source().list(), out);
                names(word.target().list(), out);
                out.writeBoolean(word.sameKey());
            }
        }

        static Words read(DataInputStream in) throws IOException {
            Words words = new Words();
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                String table = in.readUTF();
                Effect.Kind kind = kind(in.readUnsignedByte());
                List<String> fields = names(in);
                Shape source = Shape.of(names(in));
                words.all.add(new Word(table, kind, fields, source, Shape.of(names(in)), in.readBoolean()));
            }
            return words;
        }

        private static void names(List<String> names, DataOutputStream out) throws IOException {
            out.writeInt(names.size());
            for (String name : names) {
                out.writeUTF(name);
            }
        }

        private static List<String> names(DataInputStream in) throws IOException {
            int size = in.readInt();
            List<String> names = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                names.add(in.readUTF());
            }
            return List.copyOf(names);
        }
    }
}
