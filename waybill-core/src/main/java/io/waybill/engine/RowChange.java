package io.waybill.engine;

import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One change that a row asks for, before it is known what stands at its target.
 *
 * @param table of the target store; empty for the one that the move names
 * @param row what a put writes, what a patch sets, what a removal removes
 * @param drop fields that a patch removes
 * @param fields those that it is about, in order; empty for the whole row
 * @param digest of these fields afterwards; of a removal, of the row before
 * @param before what stands there as far as it was read: the old values of a patch's fields, the row that is removed; else
 *     null
 * @param held the old values that must still hold, and {@code missing} the fields that must still be missing; of a change to
 *     what was read
 */
record RowChange(
        String table,
        Effect.Kind kind,
        Row key,
        Row row,
        List<String> drop,
        List<String> fields,
        Digest digest,
        @Nullable Row before,
        @Nullable Row held,
        List<String> missing) {
    /** A whole row; {@code fields} as in {@link RowChange}. */
    static RowChange put(String table, Row key, Row row, List<String> fields) {
        return new RowChange(
                table, Effect.Kind.PUT, key, row, List.of(), fields, Canonical.digest(row), null, null, List.of());
    }

    /** The removal of a row that was read. */
    static RowChange remove(String table, Row key, Row read) {
        return new RowChange(
                table,
                Effect.Kind.REMOVE,
                key,
                read,
                List.of(),
                List.of(),
                Canonical.digest(read),
                read,
                read,
                List.of());
    }

    /**
     * What makes one row of another: only the fields that differ, on condition that these and those that were read to make
     * them are unchanged. Null when nothing differs.
     *
     * @param wanted the row as it is to be
     * @param read names of the fields that were read to make it
     */
    static @Nullable RowChange patch(String table, Row key, Row there, Row wanted, Set<String> read) {
        Map<String, Value> set = new LinkedHashMap<>();
        wanted.fields().forEach((name, value) -> {
            Value old = there.find(name);
            if (old == null || !isEqual(old, value)) {
                set.put(name, value);
            }
        });
        List<String> drop = new ArrayList<>();
        there.names().forEach(name -> {
            if (!wanted.has(name)) {
                drop.add(name);
            }
        });
        if (set.isEmpty() && drop.isEmpty()) {
            return null;
        }
        Set<String> touched = new LinkedHashSet<>(set.keySet());
        touched.addAll(drop);
        Set<String> held = new LinkedHashSet<>(touched);
        held.addAll(read);
        List<String> missing = held.stream().filter(name -> !there.has(name)).toList();
        List<String> fields = List.copyOf(touched);
        return new RowChange(
                table,
                Effect.Kind.PATCH,
                key,
                Row.of(set),
                drop,
                fields,
                Canonical.digest(wanted.only(fields)),
                there.only(fields),
                there.only(List.copyOf(held)),
                missing);
    }

    private static boolean isEqual(Value a, Value b) {
        return a.equals(b) || java.util.Arrays.equals(Canonical.bytes(a), Canonical.bytes(b));
    }

    /** The content of the effect. */
    Content content() {
        return switch (kind) {
            case PUT -> new Content.RowContent(row);
            case PATCH -> new Content.RowPatch(row, drop);
            case REMOVE -> new Content.None();
        };
    }

    /** The condition when what stands there is as it was read, or, of a put, when nothing stands there. */
    Condition condition() {
        Row old = held;
        return old == null ? Condition.ABSENT : new Condition.Unchanged(null, null, old, missing);
    }
}
