package io.waybill.ledger;

import io.waybill.store.Effect;
import io.waybill.store.Provenance;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.RowCodec;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The effects of one batch of rows, packed: every one is accountable, in under a hundred bytes each. A source row has one
 * line for each of its effects, side by side.
 */
public record RowBlock(List<Line> lines) {
    public RowBlock {
        lines = List.copyOf(lines);
    }

    /**
     * One effect of one row of a batch.
     *
     * @param source the key at the source
     * @param table of the target store that it is about; empty for the one that the move names
     * @param target the key at the target
     * @param fields those of the target row that it is about, in order; empty for the whole row
     * @param digest of these fields as the target holds them after it; of a removal, of the row that was removed
     * @param reason why it needs somebody, or null
     */
    public record Line(
            Row source,
            String table,
            Effect.Kind kind,
            Row target,
            List<String> fields,
            Digest digest,
            State state,
            @Nullable Provenance provenance,
            @Nullable String reason) {
        private static final int LONGEST_REASON = 2_000;

        public Line {
            fields = List.copyOf(fields);
            reason = reason == null || reason.length() <= LONGEST_REASON
                    ? reason
                    : reason.substring(0, LONGEST_REASON) + "...";
        }

        public Line as(State now, @Nullable Provenance proven, @Nullable String why) {
            return new Line(source, table, kind, target, fields, digest, now, proven, why);
        }

        /** Whether this row holds at its fields what the effect wrote. */
        public boolean isHeldBy(Row row) {
            boolean whole = fields.isEmpty()
                    || (row.fields().size() == fields.size() && row.names().containsAll(fields));
            return Canonical.digest(whole ? row : row.only(fields)).equals(digest);
        }
    }

    /** The lines of each source row, side by side, as places in {@link #lines}. */
    public List<List<Integer>> bySource() {
        List<List<Integer>> rows = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (i == 0 || !lines.get(i).source().equals(lines.get(i - 1).source())) {
                rows.add(new ArrayList<>());
            }
            rows.get(rows.size() - 1).add(i);
        }
        return rows;
    }

    /** The state of the batch: open while an effect is, then to be verified, else the worst of its effects. */
    public State summary() {
        for (State state : ORDER) {
            if (lines.stream().anyMatch(line -> line.state() == state)) {
                return state;
            }
        }
        return State.SAME;
    }

    private static final List<State> ORDER = List.of(
            State.WRITING,
            State.PLANNED,
            State.UNDOING,
            State.WRITTEN,
            State.FAILED,
            State.CONFLICT,
            State.QUARANTINED,
            State.KEPT,
            State.VERIFIED,
            State.UNDONE,
            State.SKIPPED);

    /** The first reason of a row that needs somebody, or null. */
    public @Nullable String firstReason() {
        for (Line line : lines) {
            if (line.reason() != null) {
                return line.reason();
            }
        }
        return null;
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

    byte[] pack() {
        return Packed.pack(out -> {
            Words words = new Words();
            lines.forEach(line -> words.add(line.table(), line.fields()));
            words.write(out);
            out.writeInt(lines.size());
            for (Line line : lines) {
                block(RowCodec.encode(line.source()), out);
                out.writeInt(words.place(line.table(), line.fields()));
                out.writeByte(code(line.kind()));
                block(RowCodec.encode(line.target()), out);
                block(line.digest().bytes(), out);
                out.writeByte(line.state().code());
                out.writeUTF(line.provenance() == null ? "" : line.provenance().name());
                out.writeUTF(line.reason() == null ? "" : line.reason());
            }
        });
    }

    static RowBlock unpack(byte[] packed) {
        try (DataInputStream in = Packed.open(packed)) {
            Words words = Words.read(in);
            int count = in.readInt();
            List<Line> lines = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                Row source = RowCodec.decode(block(in));
                Words.Word word = words.at(in.readInt());
                Effect.Kind kind = kind(in.readUnsignedByte());
                Row target = RowCodec.decode(block(in));
                Digest digest = Digest.of(block(in));
                State state = State.of(in.readUnsignedByte());
                String provenance = in.readUTF();
                String reason = in.readUTF();
                lines.add(new Line(
                        source,
                        word.table(),
                        kind,
                        target,
                        word.fields(),
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

    /** The tables and fields of a block, each said once. */
    private static final class Words {
        private final Map<Word, Integer> places = new LinkedHashMap<>();
        private final List<Word> all = new ArrayList<>();

        private @Nullable Word last;
        private int lastPlace;

        private record Word(String table, List<String> fields) {}

        void add(String table, List<String> fields) {
            if (isLast(table, fields)) {
                return;
            }
            Word word = new Word(table, fields);
            if (places.putIfAbsent(word, all.size()) == null) {
                all.add(word);
            }
            last = word;
            lastPlace = Objects.requireNonNull(places.get(word));
        }

        private boolean isLast(String table, List<String> fields) {
            Word word = last;
            return word != null && word.fields() == fields && word.table().equals(table);
        }

        int place(String table, List<String> fields) {
            return isLast(table, fields) ? lastPlace : Objects.requireNonNull(places.get(new Word(table, fields)));
        }

        Word at(int place) {
            return all.get(place);
        }

        void write(DataOutputStream out) throws IOException {
            out.writeInt(all.size());
            for (Word word : all) {
                out.writeUTF(word.table());
                out.writeInt(word.fields().size());
                for (String field : word.fields()) {
                    out.writeUTF(field);
                }
            }
        }

        static Words read(DataInputStream in) throws IOException {
            Words words = new Words();
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                String table = in.readUTF();
                List<String> fields = new ArrayList<>();
                int size = in.readInt();
                for (int j = 0; j < size; j++) {
                    fields.add(in.readUTF());
                }
                words.add(table, fields);
            }
            return words;
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
