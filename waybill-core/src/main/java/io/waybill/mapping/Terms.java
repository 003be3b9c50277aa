package io.waybill.mapping;

import com.google.re2j.Pattern;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The terms that are neither names nor literals nor operators. */
final class Terms {
    private Terms() {}

    /** Whether a condition holds; one that is missing or null does not. */
    static boolean holds(Evaluation at, @Nullable Value value, int position) throws MappingException {
        if (value == null || value instanceof Value.Null) {
            return at.unknown();
        }
        if (value instanceof Value.Bool bool) {
            return bool.value();
        }
        throw new MappingException(position, "a condition is " + value.kind() + ", neither true nor false", null);
    }

    /** The element at hand of a comprehension. */
    record Local(int slot) implements Term {
        @Override
        public @Nullable Value value(Evaluation at) throws MappingException {
            at.spend(0, 1);
            return at.local(slot);
        }
    }

    /** A field of something that is not a plain name. */
    record Field(int position, Term from, String name) implements Term {
        @Override
        public @Nullable Value value(Evaluation at) throws MappingException {
            at.spend(position, 1);
            Value value = from.value(at);
            if (value == null || value instanceof Value.Null) {
                return null;
            }
            if (value instanceof Value.MapOf map) {
                return map.values().get(name);
            }
            throw new MappingException(position, value.kind() + " has no field \"" + name + "\"", null);
        }
    }

    /** Whether a field is there, be it null. */
    record Has(Term field) implements Term {
        @Override
        public Value value(Evaluation at) throws MappingException {
            if (field instanceof PathTerm path && !path.fields().isEmpty()) {
                at.names.require(path.root(), path.fields().get(0), path.position());
            }
            if (field instanceof PathTerm path && path.fields().size() == 1) {
                Row row = at.names.find(path.root());
                return Value.of(row != null && row.has(path.fields().get(0)));
            }
            Value owner;
            String name;
            if (field instanceof PathTerm path) {
                List<String> fields = path.fields();
                owner = links(new PathTerm(path.position(), path.root(), fields.subList(0, fields.size() - 1)), at);
                name = fields.get(fields.size() - 1);
            } else {
                owner = ((Field) field).from().value(at);
                name = ((Field) field).name();
            }
            return Value.of(owner instanceof Value.MapOf map && map.values().containsKey(name));
        }

        /** The value of the links before the field; a link that is no map means that the field is not there. */
        private static @Nullable Value links(PathTerm path, Evaluation at) throws MappingException {
            at.spend(path.position(), 1);
            Row row = at.names.find(path.root());
            Value value = row == null ? null : row.find(path.fields().get(0));
            for (String link : path.fields().subList(1, path.fields().size())) {
                value = value instanceof Value.MapOf map ? map.values().get(link) : null;
            }
            return value;
        }
    }

    /** A list literal; what is missing stands in it as null. */
    record Items(int position, List<Term> items) implements Term {
        @Override
        public Value value(Evaluation at) throws MappingException {
            at.spend(position, items.size());
            List<Value> values = new ArrayList<>(items.size());
            for (Term item : items) {
                Value value = item.value(at);
                values.add(value == null ? Value.NULL : value);
            }
            return new Value.ListOf(values);
        }
    }

    /** A map literal; an entry whose value is missing is left out. */
    record Entries(int position, Map<Term, Term> entries) implements Term {
        @Override
        public Value value(Evaluation at) throws MappingException {
            at.spend(position, entries.size());
            Map<String, Value> values = new LinkedHashMap<>();
            for (Map.Entry<Term, Term> entry : entries.entrySet()) {
                if (!(entry.getKey().value(at) instanceof Value.Text key)) {
                    throw new MappingException(position, "a key of a map is not text", null);
                }
                Value value = entry.getValue().value(at);
                if (value != null) {
                    values.put(key.value(), value);
                }
            }
            return new Value.MapOf(values);
        }
    }

    /** A function of values that are there and not null. */
    record Apply(int position, Function function, List<Term> terms) implements Term {
        @Override
        public @Nullable Value value(Evaluation at) throws MappingException {
            List<Value> values = new ArrayList<>(terms.size());
            boolean isNull = false;
            boolean isMissing = false;
            for (Term term : terms) {
                Value value = term.value(at);
                if (value == null) {
                    isMissing = true;
                } else {
                    isNull |= value instanceof Value.Null;
                    values.add(value);
                }
            }
            if (isMissing) {
                return null;
            }
            return isNull ? Value.NULL : function.apply(at, position, values);
        }
    }

    /** A match with a pattern that is known beforehand. */
    record Matches(int position, Term subject, Pattern pattern) implements Term {
        @Override
        public @Nullable Value value(Evaluation at) throws MappingException {
            Value value = subject.value(at);
            if (value == null || value instanceof Value.Null) {
                return value;
            }
            if (value instanceof Value.Text text) {
                return Patterns.matches(pattern, text.value(), at, position);
            }
            throw new MappingException(position, "matches takes text, not " + value.kind(), null);
        }
    }

    /** The first value that is there and not null; else the last. */
    record Coalesce(List<Term> terms) implements Term {
        @Override
        public @Nullable Value value(Evaluation at) throws MappingException {
            boolean isNull = false;
            for (Term term : terms) {
                Value value = term.value(at);
                if (value != null && !(value instanceof Value.Null)) {
                    return value;
                }
                isNull |= value != null;
            }
            return isNull ? Value.NULL : null;
        }
    }

    /** One of two values; missing when the condition does not hold and there is no second. */
    record Choice(
            int position,
            Term condition,
            Term yes,
            @Nullable Term no) implements Term {
        @Override
        public @Nullable Value value(Evaluation at) throws MappingException {
            at.spend(position, 1);
            boolean was = at.unknown(false); // which value it is does not depend on what asks
            boolean first;
            try {
                first = holds(at, condition.value(at), position);
            } finally {
                at.unknown(was);
            }
            return first ? yes.value(at) : no == null ? null : no.value(at);
        }
    }
}
