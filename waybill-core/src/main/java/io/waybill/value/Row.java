package io.waybill.value;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Named values in order. A field that is not there is missing, which is not the same as null. Immutable. */
public final class Row {
    /** The row without fields. */
    public static final Row EMPTY = new Row(Shape.of(List.of()), new Value[0]);

    private final Shape shape;
    private final Value[] values;

    Row(Shape shape, Value[] values) {
        this.shape = shape;
        this.values = values;
    }

    /** A row with these fields, in the map's order. */
    public static Row of(Map<String, Value> fields) {
        if (fields instanceof Fields known) {
            return known.row();
        }
        return new Row(
                Shape.of(new ArrayList<>(fields.keySet())), fields.values().toArray(new Value[0]));
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
        return new Row(shape, values);
    }

    /** A row with one field. */
    public static Row of(String name, Value value) {
        return new Row(Shape.of(List.of(name)), new Value[] {value});
    }

    /** The value of the field, or Java null when it is missing. */
    public @Nullable Value find(String name) {
        int place = shape.place(name);
        return place < 0 ? null : values[place];
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
        return values[place];
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
        Value[] changed = Arrays.copyOf(values, place < 0 ? values.length + 1 : values.length);
        changed[place < 0 ? values.length : place] = value;
        if (place >= 0) {
            return new Row(shape, changed);
        }
        List<String> names = new ArrayList<>(shape.names());
        names.add(name);
        return new Row(Shape.of(names), changed);
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
        return shape.only(names, values);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (other == this) {
            return true;
        }
        if (!(other instanceof Row that) || that.values.length != values.length) {
            return false;
        } else if (shape.equals(that.shape)) {
            return Arrays.equals(values, that.values);
        }
        for (int i = 0; i < values.length; i++) {
            if (!values[i].equals(that.find(shape.name(i)))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = 0;
        for (int i = 0; i < values.length; i++) {
            hash += shape.name(i).hashCode() ^ values[i].hashCode(); // the order is no matter of equality
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
                action.accept(shape.name(i), values[i]);
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
                    return Map.entry(shape.name(at), values[at]);
                }
            };
        }
    }
}
