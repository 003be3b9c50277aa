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
 */
record Change(Kind kind, Row row) {
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

    /** The name of the first line, which says the columns of the key. */
    static final String KEY = "key";

    /**
     * A part as it is written.
     *
     * @param offsets where each change begins
     */
    record Part(byte[] bytes, long[] offsets) {}

    /** A part that holds these changes. */
    static Part part(List<String> key, List<Change> changes) throws UnfitException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long[] offsets = new long[changes.size()];
        line(out, KEY, new Value.ListOf(key.stream().map(Value::of).toList()));
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = out.size();
            Change change = changes.get(i);
            line(
                    out,
                    change.kind().word(),
                    LosslessForm.taggedFields(change.row().fields(), 1));
        }
        return new Part(out.toByteArray(), offsets);
    }

    private static void line(ByteArrayOutputStream out, String name, Value value) {
        String line = Json.write(new Value.MapOf(Map.of(name, value)));
        out.writeBytes(line.getBytes(StandardCharsets.UTF_8));
        out.write('\n');
    }
}
