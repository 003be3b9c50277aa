package io.waybill.plan;

import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.mapping.Scope;
import io.waybill.mapping.Template;
import io.waybill.mapping.ValueType;
import io.waybill.value.Canonical;
import io.waybill.value.Display;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of an example, read and compared. Templates in them see {@code vars.} and {@code run.}; they say what YAML has no
 * form for, a date for example.
 */
final class ExampleValues {
    private static final int LONGEST = 100;

    private final Scope scope;
    private final Names names;
    private final Wrong wrong;

    /** Where problems go. */
    interface Wrong {
        void add(Node at, String message, @Nullable String hint);
    }

    ExampleValues(Map<String, ValueType> vars, Names names, Wrong wrong) {
        this.scope = Scope.EMPTY.withVars(vars).withRun();
        this.names = names;
        this.wrong = wrong;
    }

    Row row(Node.Mapping map) {
        return Row.of(fields(map));
    }

    private Map<String, Value> fields(Node.Mapping map) {
        Map<String, Value> fields = new LinkedHashMap<>();
        map.entries().forEach(entry -> fields.put(entry.key().text(), value(entry.value())));
        return fields;
    }

    private Value value(Node node) {
        if (node instanceof Node.Mapping map) {
            return new Value.MapOf(fields(map));
        } else if (node instanceof Node.Sequence list) {
            return new Value.ListOf(list.items().stream().map(this::value).toList());
        }
        Node.Scalar scalar = (Node.Scalar) node;
        if (!scalar.text().contains("${")) {
            return Scalars.value(scalar);
        }
        try {
            Value value = Template.parse(scalar.text(), scope).value(names);
            if (value != null) {
                return value;
            }
            wrong.add(scalar, scalar.text() + " is missing", null);
        } catch (MappingException e) {
            wrong.add(scalar, e.faults().get(0).message(), e.faults().get(0).hint());
        }
        return Value.NULL;
    }

    /** Notes every field that differs. */
    void compare(String where, Node.Mapping expected, Row found) {
        fields(where, "", expected, found.fields());
    }

    private void fields(String where, String path, Node.Mapping expected, Map<String, Value> found) {
        for (Node.Entry entry : expected.entries()) {
            String field = entry.key().text();
            Value there = found.get(field);
            if (there == null) {
                String said = where + "field " + place(path, field) + ": expected ";
                wrong.add(entry.key(), said + shown(value(entry.value()), false) + ", found none", null);
            } else {
                value(where, place(path, field), entry.value(), there);
            }
        }
        found.forEach((field, value) -> {
            if (expected.find(field) == null) {
                String said = where + "field " + place(path, field) + ": expected none, found ";
                wrong.add(expected, said + shown(value, false), null);
            }
        });
    }

    /** A field at the top by its name, one inside as a JSON Pointer. */
    private static String place(String path, String field) {
        if (path.isEmpty()) {
            return field;
        }
        return (path.startsWith("/") ? path : "/" + path) + "/" + field;
    }

    private void value(String where, String path, Node expected, Value found) {
        if (expected instanceof Node.Mapping map && found instanceof Value.MapOf there) {
            fields(where, path, map, there.values());
        } else if (expected instanceof Node.Sequence list
                && found instanceof Value.ListOf there
                && list.items().size() == there.values().size()) {
            for (int i = 0; i < list.items().size(); i++) {
                value(
                        where,
                        place(path, "" + i),
                        list.items().get(i),
                        there.values().get(i));
            }
        } else {
            Value wanted = value(expected);
            if (!same(wanted, found)) {
                boolean kinds = !wanted.kind().equals(found.kind());
                String said = where + "field " + path + ": expected " + shown(wanted, kinds);
                wrong.add(expected, said + ", found " + shown(found, kinds), null);
            }
        }
    }

    /** A text stands for what YAML cannot write, a list for a set; one number is the same in every kind. */
    private static boolean same(Value wanted, Value found) {
        if (wanted instanceof Value.Text text && !(found instanceof Value.Text)) {
            return text.value().equals(Display.bare(found));
        } else if (wanted instanceof Value.ListOf list && found instanceof Value.SetOf) {
            return same(new Value.SetOf(new LinkedHashSet<>(list.values())), found);
        }
        return Arrays.equals(Canonical.bytes(wanted), Canonical.bytes(found));
    }

    private static String shown(Value value, boolean kind) {
        String full = Display.text(value);
        String cut = full.length() > LONGEST ? full.substring(0, LONGEST) + "..." : full;
        return kind && !(value instanceof Value.Null) ? value.kind() + " " + cut : cut;
    }
}
