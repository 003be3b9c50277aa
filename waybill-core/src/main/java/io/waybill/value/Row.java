package io.waybill.value;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Named values in order. A field that is not there is missing, which is not the same as null. Immutable. */
public final class Row {
    /** The row without fields. */
    public static final Row EMPTY = new Row(new LinkedHashMap<>());

    private final Map<String, Value> fields;

    private Row(Map<String, Value> fields) {
        this.fields = Collections.unmodifiableMap(fields);
    }

    /** A row with these fields, in the map's order. */
    public static Row of(Map<String, Value> fields) {
        return new Row(new LinkedHashMap<>(fields));
    }

    /** A row with one field. */
    public static Row of(String name, Value value) {
        LinkedHashMap<String, Value> fields = new LinkedHashMap<>();
        fields.put(name, value);
        return new Row(fields);
    }

    /** The value of the field, or Java null when it is missing. */
    public @Nullable Value find(String name) {
        return fields.get(name);
    }

    public boolean has(String name) {
        return fields.containsKey(name);
    }

    /** The names in order. */
    public Set<String> names() {
        return fields.keySet();
    }

    /** The fields in order; unmodifiable. */
    public Map<String, Value> fields() {
        return fields;
    }

    /** This row with one field added or changed. */
    public Row with(String name, Value value) {
        LinkedHashMap<String, Value> changed = new LinkedHashMap<>(fields);
        changed.put(name, value);
        return new Row(changed);
    }

    /** This row without the named field. */
    public Row without(String name) {
        LinkedHashMap<String, Value> changed = new LinkedHashMap<>(fields);
        changed.remove(name);
        return new Row(changed);
    }

    /** The named fields only, in the order of {@code names}; missing ones stay missing. */
    public Row only(List<String> names) {
        LinkedHashMap<String, Value> chosen = new LinkedHashMap<>();
        for (String name : names) {
            Value value = fields.get(name);
            if (value != null) {
                chosen.put(name, value);
            }
        }
        return new Row(chosen);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Row that && fields.equals(that.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    @Override
    public String toString() {
        return fields.toString();
    }
}
