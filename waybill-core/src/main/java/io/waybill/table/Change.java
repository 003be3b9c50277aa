package io.waybill.table;

import io.waybill.value.Json;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * One line of a part.
 *
 * @param row the whole row; of a removal its key
 * @param line as it is written, with its line end
 */
record Change(Kind kind, Row row, byte[] line) {
    /** What a line does. */
    enum Kind {
        /** A row where none with its key stood. */
        PUT("put"),
        /** A row in the place of the one with its key. */
        OVER("over"),
        /** No row with this key any longer. */
        REMOVE("remove");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** What the file makes of a line has at most three times as many bytes. */
    private static final int LONGEST = Block.MOST / 3;

    /** The name of the first line, which says the columns of the key. */
    static final String KEY = "key";

    /**
     * A part as it is written.
     *
     * @param offsets where each change begins
     */
    record Part(byte[] bytes, long[] offsets) {}

    /** A change as it will be written; refused when it is so long that it might not be read again. */
    static Change of(Kind kind, Row row) throws UnfitException {
        byte[] line = line(kind.word(), LosslessForm.taggedFields(row.fields(), 1));
        if (line.length > LONGEST) {
            throw new UnfitException("the row has more than " + (LONGEST >> 20) + " MiB");
        }
        return new Change(kind, row, line);
    }

    /** A part that holds these changes. */
    static Part part(List<String> key, List<Change> changes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long[] offsets = new long[changes.size()];
        out.writeBytes(line(KEY, new Value.ListOf(key.stream().map(Value::of).toList())));
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = out.size();
            out.writeBytes(changes.get(i).line());
        }
        return new Part(out.toByteArray(), offsets);
    }

    private static byte[] line(String name, Value value) {
        return (Json.write(new Value.MapOf(Map.of(name, value))) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
