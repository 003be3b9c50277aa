package io.waybill.mapping;

import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes over the elements of a list or set, or the keys of a map: all, exists, exists_one, filter, map.
 *
 * @param slot where the element at hand is kept
 * @param keep the condition on an element, or null when every element counts
 * @param make what becomes of an element, or null when it stays as it is
 */
record Comprehension(
        int position,
        String name,
        Term over,
        int slot,
        @Nullable Term keep,
        @Nullable Term make) implements Term {
    @Override
    public @Nullable Value value(Evaluation at) throws MappingException {
        Value range = over.value(at);
        boolean makesList = name.equals("map") || name.equals("filter");
        if (range == null || range instanceof Value.Null) {
            return makesList ? range : Value.Bool.FALSE;
        }
        List<Value> kept = new ArrayList<>();
        int holds = 0;
        int seen = 0;
        for (Value element : elements(range)) {
            at.spend(position, 2);
            at.local(slot, element);
            seen++;
            boolean wanted = keep == null || Terms.holds(at, keep.value(at), position);
            holds += wanted ? 1 : 0;
            if (wanted && makesList) {
                Value made = make == null ? element : make.value(at);
                kept.add(made == null ? Value.NULL : made);
            }
            if (name.equals("exists") && wanted) {
                return Value.Bool.TRUE;
            } else if (name.equals("all") && !wanted) {
                return Value.Bool.FALSE;
            }
        }
        return switch (name) {
            case "all" -> Value.of(holds == seen);
            case "exists" -> Value.Bool.FALSE;
            case "exists_one" -> Value.of(holds == 1);
            default -> new Value.ListOf(kept);
        };
    }

    private Collection<Value> elements(Value range) throws MappingException {
        if (range instanceof Value.ListOf list) {
            return list.values();
        } else if (range instanceof Value.SetOf set) {
            return set.values();
        } else if (range instanceof Value.MapOf map) {
            return map.values().keySet().stream().map(Value::of).toList();
        }
        throw new MappingException(position, name + " goes over a list or a map, not over " + range.kind(), null);
    }
}
