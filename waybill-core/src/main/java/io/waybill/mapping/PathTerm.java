package io.waybill.mapping;

import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A name such as {@code row.address.city}. A link that is missing or null makes the whole missing. */
record PathTerm(int position, String root, List<String> fields) implements Term {
    @Override
    public @Nullable Value value(Evaluation at) throws MappingException {
        at.spend(position, 1);
        Row row = at.names.find(root);
        if (row == null) {
            return null;
        }
        if (fields.isEmpty()) {
            at.names.require(root, null, position);
            return new Value.MapOf(row.fields());
        }
        at.names.require(root, fields.get(0), position);
        Value value = row.find(fields.get(0));
        for (int i = 1; i < fields.size() && value != null; i++) {
            value = field(value, fields.get(i), position, this, i);
        }
        return value;
    }

    private static @Nullable Value field(Value from, String name, int position, PathTerm path, int depth)
            throws MappingException {
        if (from instanceof Value.MapOf map) {
            return map.values().get(name);
        }
        if (from instanceof Value.Null) {
            return null;
        }
        throw new MappingException(
                position, path.text(depth) + " is " + from.kind() + ", which has no field \"" + name + "\"", null);
    }

    /** The name as it stands in an expression, up to a depth. */
    private String text(int depth) {
        return root + "." + String.join(".", fields.subList(0, depth));
    }

    @Override
    public String toString() {
        return fields.isEmpty() ? root : text(fields.size());
    }

    /** What is known of this name's type; throws when the scope says that there is no such name. */
    ValueType type(Scope scope) throws MappingException {
        Scope.Fields known = scope.find(root);
        if (known == null) {
            String hint = root.equals("env")
                    ? "${env.NAME} stands in stores, vars and ledger only"
                    : Nearest.hint(root, scope.roots());
            throw new MappingException(position, unknownRoot(scope), hint);
        }
        if (fields.isEmpty()) {
            return ValueType.MAP;
        }
        String field = fields.get(0);
        String refused = known.refused().get(field);
        if (refused != null) {
            throw new MappingException(position, refused, null);
        }
        ValueType type = known.types().get(field);
        if (type == null) {
            if (known.open()) {
                return ValueType.ANY;
            }
            if (known.table() != null) {
                String message = Scope.noColumn(known.table(), field);
                throw new MappingException(
                        position, message, Nearest.hint(field, known.types().keySet()));
            }
            String nearest = Nearest.find(field, known.types().keySet());
            String hint = nearest != null
                    ? "did you mean \"" + root + "." + nearest + "\"?"
                    : known.types().isEmpty()
                            ? null
                            : root + " has " + String.join(", ", known.types().keySet());
            throw new MappingException(position, "no \"" + root + "." + field + "\"", hint);
        }
        if (fields.size() > 1 && type != ValueType.ANY && type != ValueType.MAP) {
            String message =
                    root + "." + field + " is " + type.text() + ", which has no field \"" + fields.get(1) + "\"";
            throw new MappingException(position, message, null);
        }
        return fields.size() > 1 ? ValueType.ANY : type;
    }

    private String unknownRoot(Scope scope) {
        if (scope.roots().isEmpty()) {
            return "no name is known here, so not \"" + root + "\"";
        }
        return "no \"" + root + "\" here; known are " + String.join(", ", scope.roots());
    }
}
