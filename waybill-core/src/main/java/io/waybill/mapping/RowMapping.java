package io.waybill.mapping;

import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a row changes: fields are set, dropped, or nothing but the named ones is kept. Every template sees the row as it was
 * read, so the order of the fields means nothing. Immutable and safe for use by many threads.
 */
public final class RowMapping {
    /**
     * A value to be made.
     *
     * @param name as written, without its question mark: a field, or a JSON Pointer to one inside fields
     * @param optional whether the field is left alone when the value is missing or null
     */
    public record Field(String name, boolean optional, Shape shape) {
        /** The field and what is inside it, one part for each level. */
        public List<String> path() {
            return name.startsWith("/") ? pointer(name) : List.of(name);
        }
    }

    /** What a value is made of. */
    public sealed interface Shape {
        /** A value that is the same for every row. */
        record Constant(Value value) implements Shape {}

        /** A text with expressions. */
        record Filled(Template template) implements Shape {}

        /** A list; what is missing stands in it as null. */
        record Listed(List<Shape> items) implements Shape {
            public Listed {
                items = List.copyOf(items);
            }
        }

        /** A map; an entry whose value is missing is left out. Names are templates and become text. */
        record Mapped(Map<Template, Shape> entries) implements Shape {
            public Mapped {
                entries = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(entries));
            }
        }
    }

    private final List<Field> set;
    private final List<String> drop;
    private final boolean only;
    /** Of a row that has nothing but fields of its own: their names. */
    private final io.waybill.value.@Nullable Shape plain;

    private RowMapping(List<Field> set, List<String> drop, boolean only) {
        this.set = List.copyOf(set);
        this.drop = List.copyOf(drop);
        this.only = only;
        this.plain = only && set.stream().noneMatch(field -> field.name().startsWith("/"))
                ? io.waybill.value.Shape.of(set.stream().map(Field::name).toList())
                : null;
    }

    /** A row without the dropped fields, with the set ones added or changed. */
    public static RowMapping of(List<Field> set, List<String> drop) {
        return new RowMapping(set, drop, false);
    }

    /** A row of these fields and no others. */
    public static RowMapping only(List<Field> fields) {
        return new RowMapping(fields, List.of(), true);
    }

    /** The same, less the fields whose values use a name below this root. */
    public RowMapping without(String root) {
        List<Field> rest = set.stream()
                .filter(field -> {
                    List<String> uses = new ArrayList<>();
                    uses(field.shape(), uses);
                    return uses.stream().noneMatch(use -> use.equals(root) || use.startsWith(root + "."));
                })
                .toList();
        return rest.size() == set.size() ? this : new RowMapping(rest, drop, only);
    }

    /** The fields it makes. */
    public List<Field> fields() {
        return set;
    }

    /** The fields it leaves out. */
    public List<String> drop() {
        return drop;
    }

    /** The names that its templates use, as {@code root.field}. */
    public List<String> uses() {
        List<String> uses = new ArrayList<>();
        set.forEach(field -> uses(field.shape(), uses));
        return uses.stream().distinct().toList();
    }

    private static void uses(Shape shape, List<String> into) {
        if (shape instanceof Shape.Filled filled) {
            into.addAll(filled.template().uses());
        } else if (shape instanceof Shape.Listed list) {
            list.items().forEach(item -> uses(item, into));
        } else if (shape instanceof Shape.Mapped map) {
            map.entries().forEach((name, value) -> {
                into.addAll(name.uses());
                uses(value, into);
            });
        }
    }

    /** Whether the new row has only the fields it makes. */
    public boolean isOnly() {
        return only;
    }

    /**
     * The row that {@code row.} becomes.
     *
     * @throws MappingException naming the field that cannot be made
     */
    public Row apply(Names names) throws MappingException {
        Row read = names.find("row");
        if (read == null) {
            throw new IllegalArgumentException("there is no row to change");
        }
        io.waybill.value.Shape shape = plain;
        if (shape != null) {
            Row all = plain(shape, names);
            if (all != null) {
                return all;
            }
        }
        Map<String, Value> made = only ? new LinkedHashMap<>() : new LinkedHashMap<>(read.fields());
        for (String name : drop) {
            remove(made, name.startsWith("/") ? pointer(name) : List.of(name));
        }
        for (Field field : set) {
            Value value = value(field, names);
            if (value != null) {
                put(made, field, field.path(), 0, value);
            }
        }
        return Row.of(made);
    }

    /** The row when it has just these fields, or null when one is left out. */
    private @Nullable Row plain(io.waybill.value.Shape shape, Names names) throws MappingException {
        Value[] values = new Value[set.size()];
        for (int i = 0; i < values.length; i++) {
            Value value = value(set.get(i), names);
            if (value == null) {
                return null;
            }
            values[i] = value;
        }
        return Row.of(shape, values);
    }

    /** The value of a field, or null when it is optional and there is none. */
    private static @Nullable Value value(Field field, Names names) throws MappingException {
        Value value;
        try {
            value = make(field.shape, names);
        } catch (MappingException e) {
            MappingException.Fault first = e.faults().get(0);
            throw new MappingException(first.position(), "field " + field.name + ": " + first.message(), first.hint());
        }
        if (field.optional && (value == null || value instanceof Value.Null)) {
            return null;
        }
        if (value == null) {
            String hint = "write " + field.name + "?: to leave it out";
            throw new MappingException(
                    0, "field " + field.name + " has no value: " + written(field.shape) + " is missing", hint);
        }
        return value;
    }

    private static String written(Shape shape) {
        return shape instanceof Shape.Filled filled ? filled.template().text() : "its value";
    }

    private static @Nullable Value make(Shape shape, Names names) throws MappingException {
        if (shape instanceof Shape.Constant constant) {
            return constant.value();
        } else if (shape instanceof Shape.Filled filled) {
            return filled.template().value(names);
        } else if (shape instanceof Shape.Listed list) {
            List<Value> items = new ArrayList<>();
            for (Shape item : list.items()) {
                Value value = make(item, names);
                items.add(value == null ? Value.NULL : value);
            }
            return new Value.ListOf(items);
        }
        Map<String, Value> entries = new LinkedHashMap<>();
        for (Map.Entry<Template, Shape> entry : ((Shape.Mapped) shape).entries().entrySet()) {
            Value value = make(entry.getValue(), names);
            if (value != null) {
                entries.put(entry.getKey().text(names), value);
            }
        }
        return new Value.MapOf(entries);
    }

    private static void put(Map<String, Value> into, Field field, List<String> path, int depth, Value value)
            throws MappingException {
        String name = path.get(depth);
        if (depth == path.size() - 1) {
            into.put(name, value);
            return;
        }
        Value inner = into.get(name);
        if (inner != null && !(inner instanceof Value.Null) && !(inner instanceof Value.MapOf)) {
            String message = "field " + field.name + ": " + name + " is " + inner.kind() + ", not a map";
            throw new MappingException(0, message, null);
        }
        Map<String, Value> changed =
                inner instanceof Value.MapOf map ? new LinkedHashMap<>(map.values()) : new LinkedHashMap<>();
        put(changed, field, path, depth + 1, value);
        into.put(name, new Value.MapOf(changed));
    }

    private static void remove(Map<String, Value> from, List<String> path) {
        if (path.size() == 1) {
            from.remove(path.get(0));
        } else if (from.get(path.get(0)) instanceof Value.MapOf inner) {
            Map<String, Value> changed = new LinkedHashMap<>(inner.values());
            remove(changed, path.subList(1, path.size()));
            from.put(path.get(0), new Value.MapOf(changed));
        }
    }

    /** The parts of a JSON Pointer (RFC 6901). */
    static List<String> pointer(String pointer) {
        List<String> parts = new ArrayList<>();
        for (String part : pointer.substring(1).split("/", -1)) {
            parts.add(part.replace("~1", "/").replace("~0", "~"));
        }
        return List.copyOf(parts);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RowMapping that && set.equals(that.set) && drop.equals(that.drop) && only == that.only;
    }

    @Override
    public int hashCode() {
        return set.hashCode() * 31 + drop.hashCode();
    }

    @Override
    public String toString() {
        return (only ? "only " : "set ") + set + (drop.isEmpty() ? "" : " drop " + drop);
    }
}
