package io.waybill.value;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Named values in order. A field that is not there is missing, which is not the same as null. Immutable. */
public final class Row {
    /** The row without fields. */
    public static final Row EMPTY = new Row(Shape.of(List.of()), new Value[0], null);

    private final Shape shape;
    /** What was not asked for yet is null. Threads that decode the same value at once get equal ones. */
    private final @Nullable Value[] values;

    private final @Nullable Encoded encoded;

    Row(Shape shape, @Nullable Value[] values, @Nullable Encoded encoded) {
        this.shape = shape;
        this.values = values;
        this.encoded = encoded;
    }

    /** A row with these fields, in the map's order. */
    public static Row of(Map<String, Value> fields) {
        if (fields instanceof Fields known) {
            return known.row();
        }
        return new Row(
                Shape.of(new ArrayList<>(fields.keySet())), fields.values().toArray(new Value[0]), null);
    }

    /**
     * A row of this shape.
     *
     * @param values one for each name, in the order of the names; not to be changed any more
     */
    public static Row of(Shape shape, Value[] values) {
        if (values.length != shape.size()) {
            throw new IllegalArgumentException(values.length + " values for the fields " + shape);
        }
        return new Row(shape, values, null);
    }

    /**
     * A row of this shape as a store sent it.
     *
     * @param values one for each name, null for those that {@code encoded} decodes; not to be changed any more
     */
    public static Row of(Shape shape, @Nullable Value[] values, Encoded encoded) {
        if (values.length != shape.size()) {
            throw new IllegalArgumentException(values.length + " values for the fields " + shape);
        }
        return new Row(shape, values, encoded);
    }

    /** A row with one field. */
    public static Row of(String name, Value value) {
        return new Row(Shape.of(List.of(name)), new Value[] {value}, null);
    }

    /** The value of the field, or Java null when it is missing. */
    public @Nullable Value find(String name) {
        int place = shape.place(name);
        return place < 0 ? null : at(place);
    }

    public boolean has(String name) {
        return shape.place(name) >= 0;
    }

    /** The names with their order. */
    public Shape shape() {
        return shape;
    }

    /** The value at a place of the shape, from 0. */
    public Value at(int place) {
        Value value = values[place];
        if (value == null) {
            value = Objects.requireNonNull(encoded, "a value that is not there").decode(place);
            values[place] = value;
        }
        return value;
    }

    /** The fields as a store sent them, unless the row was made here. */
    public @Nullable Encoded encoded() {
        return encoded;
    }

    void canonical(int place, Canonical.Out out) {
        Value value = values[place];
        if (value == null) {
            Objects.requireNonNull(encoded, "a value that is not there").canonical(place, out);
        } else {
            out.value(value);
        }
    }

    private Value[] values() {
        Value[] all = new Value[values.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = at(i);
        }
        return all;
    }

    /** The names in order. */
    public Set<String> names() {
        return shape.names();
    }

    /** The fields in order; unmodifiable. */
    public Map<String, Value> fields() {
        return new Fields();
    }

    /** This row with one field added or changed. */
    public Row with(String name, Value value) {
        int place = shape.place(name);
        Value[] changed = Arrays.copyOf(values(), place < 0 ? values.length + 1 : values.length);
        changed[place < 0 ? values.length : place] = value;
        if (place >= 0) {
            return new Row(shape, changed, null);
        }
        List<String> names = new ArrayList<>(shape.names());
        names.add(name);
        return new Row(Shape.of(names), changed, null);
    }

    /** This row without the named field. */
    public Row without(String name) {
        if (!has(name)) {
            return this;
        }
        List<String> names = new ArrayList<>(shape.names());
        names.remove(name);
        return only(names);
    }

    /** The named fields only, in the order of {@code names}; missing ones stay missing. */
    public Row only(List<String> names) {
        return shape.only(names, this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (other == this) {
            return true;
        }
        if (!(other instanceof Row that) || that.values.length != values.length) {
            return false;
        }
        boolean same = shape.equals(that.shape);
        for (int i = 0; i < values.length; i++) {
            if (!at(i).equals(same ? that.at(i) : that.find(shape.name(i)))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = 0;
        for (int i = 0; i < values.length; i++) {
            hash += shape.name(i).hashCode() ^ at(i).hashCode(); // the order is no matter of equality
        }
        return hash;
    }

    @Override
    public String toString() {
        return fields().toString();
    }

    /** The row as a map. */
    private final class Fields extends AbstractMap<String, Value> {
        Row row() {
            return Row.this;
        }

        @Override
        public int size() {
            return values.length;
        }

        @Override
        public boolean containsKey(@Nullable Object name) {
            return name instanceof String text && has(text);
        }

        @Override
        public @Nullable Value get(@Nullable Object name) {
            return name instanceof String text ? find(text) : null;
        }

        @Override
        public Set<String> keySet() {
            return names();
        }

        @Override
        public void forEach(BiConsumer<? super String, ? super Value> action) {
            for (int i = 0; i < values.length; i++) {
                action.accept(shape.name(i), at(i));
            }
        }

        @Override
        public Set<Entry<String, Value>> entrySet() {
            return new Entries();
        }
    }

    private final class Entries extends AbstractSet<Map.Entry<String, Value>> {
        @Override
        public int size() {
            return values.length;
        }

        @Override
        public Iterator<Map.Entry<String, Value>> iterator() {
            return new Iterator<>() {
                private int next;

                @Override
                public boolean hasNext() {
                    return next < values.length;
                }

                @Override
                public Map.Entry<String, Value> next() {
                    if (!hasNext()) {
                        throw new NoSuchElementException();
                    }
                    int at = next++;
                    return Map.entry(shape.name(at), Row.this.at(at));
                }
            };
        }
    }
}
