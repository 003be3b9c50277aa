package io.waybill.engine;

import io.waybill.value.Canonical;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Values that moves would write and that other moves refer to, so that a look at a whole plan that writes nothing can tell
 * what a reference will find. Of each value eight bytes of its digest are kept. Not safe for use by several threads.
 */
final class Foreseen {
    private final Map<String, Map<String, Hashes>> moves = new HashMap<>();

    /** @param references of each move that others refer to, the columns they look into */
    Foreseen(Map<String, Set<String>> references) {
        references.forEach((move, columns) -> {
            Map<String, Hashes> seen = new HashMap<>();
            columns.forEach(column -> seen.put(column, new Hashes()));
            moves.put(move, seen);
        });
    }

    /** Takes note of the rows that a move would write, those that hold every check. */
    void see(String move, List<RowPlan.Mapped> rows) {
        for (Map.Entry<String, Hashes> column :
                moves.getOrDefault(move, Map.of()).entrySet()) {
            for (RowPlan.Mapped mapped : rows) {
                for (Row row : mapped.reason() == null ? mapped.rows() : List.<Row>of()) {
                    Value value = row.find(column.getKey());
                    if (value != null) {
                        column.getValue().add(hash(value));
                    }
                }
            }
        }
    }

    /** Whether a move would write a row with this value in a column. */
    boolean has(String move, String column, Value value) {
        Hashes seen = moves.getOrDefault(move, Map.of()).get(column);
        return seen != null && seen.contains(hash(value));
    }

    private static long hash(Value value) {
        return ByteBuffer.wrap(Canonical.digest(Row.of("v", value)).bytes()).getLong();
    }
}
