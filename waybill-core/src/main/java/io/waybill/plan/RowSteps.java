package io.waybill.plan;

import io.waybill.mapping.Expression;
import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.mapping.RowMapping;
import io.waybill.store.Effect;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What else happens to the rows of a move besides their own change. Immutable.
 *
 * @param lookups rows of other tables that expressions see as {@code lookup.NAME.}, by name
 * @param collects child rows that expressions see as the list {@code collect.NAME}, by name
 * @param spread makes several target rows of one, or null
 * @param with effects that are committed together with the row
 */
public record RowSteps(
        Map<String, Lookup> lookups,
        Map<String, Collect> collects,
        @Nullable Spread spread,
        Checks checks,
        List<With> with) {
    /** Nothing. */
    public static final RowSteps NONE = new RowSteps(Map.of(), Map.of(), null, Checks.NONE, List.of());

    public RowSteps {
        lookups = Collections.unmodifiableMap(new LinkedHashMap<>(lookups));
        collects = Collections.unmodifiableMap(new LinkedHashMap<>(collects));
        with = List.copyOf(with);
    }

    /** What becomes of a row for which nothing is found. */
    public enum Miss implements Word {
        /** It fails. */
        FAIL,
        /** It is left out. */
        SKIP,
        /** {@code lookup.NAME} is missing. */
        NULL
    }

    /** What becomes of a row for which more than one is found. */
    public enum Many implements Word {
        FAIL,
        /** The first by key counts. */
        FIRST
    }

    /**
     * One row of another table.
     *
     * @param by columns there, and their values from the row at hand
     */
    public record Lookup(From in, Map<String, Expression> by, Miss miss, Many many) {
        public Lookup {
            by = Collections.unmodifiableMap(new LinkedHashMap<>(by));
        }
    }

    /**
     * Child rows.
     *
     * @param by columns there, and their values from the row at hand
     * @param order columns by which they are sorted; the key, if empty
     * @param row how each child changes, or null
     */
    public record Collect(
            From from,
            Map<String, Expression> by,
            List<String> order,
            @Nullable RowMapping row) {
        public Collect {
            by = Collections.unmodifiableMap(new LinkedHashMap<>(by));
            order = List.copyOf(order);
        }
    }

    /**
     * One target row for each element of a list or entry of a map. Below {@code as} stand the fields of an element that is a
     * map, {@code value} of another, and {@code key} and {@code value} of an entry.
     */
    public record Spread(Expression over, String as) {
        /** For each target row the names that make it. */
        public List<Names> each(Names names) throws MappingException {
            Value all = over.evaluate(names);
            List<Names> each = new ArrayList<>();
            if (all instanceof Value.ListOf list) {
                for (Value value : list.values()) {
                    Row row = value instanceof Value.MapOf map ? Row.of(map.values()) : Row.of("value", value);
                    each.add(names.with(as, row));
                }
            } else if (all instanceof Value.SetOf set) {
                set.values().forEach(value -> each.add(names.with(as, Row.of("value", value))));
            } else if (all instanceof Value.MapOf map) {
                map.values()
                        .forEach((key, value) -> each.add(
                                names.with(as, Row.of("key", Value.of(key)).with("value", value))));
            } else if (all != null && !(all instanceof Value.Null)) {
                throw new MappingException(
                        0, over.text() + " is " + all.kind() + ", and only a list or a map can be spread", null);
            }
            return each;
        }
    }

    /**
     * What must hold of mapped rows.
     *
     * @param required fields that must be there, neither null nor empty
     * @param unique fields whose values no two rows of the move may share
     * @param refs fields whose values must be keys of what another move writes, or values of {@code store:table.column}
     */
    public record Checks(List<String> required, List<String> unique, Map<String, String> refs, List<Rule> rules) {
        /** Nothing must hold. */
        public static final Checks NONE = new Checks(List.of(), List.of(), Map.of(), List.of());

        public Checks {
            required = List.copyOf(required);
            unique = List.copyOf(unique);
            refs = Collections.unmodifiableMap(new LinkedHashMap<>(refs));
            rules = List.copyOf(rules);
        }
    }

    /**
     * A condition on a mapped row; one whose operands are missing or null passes.
     *
     * @param error whether a row that breaks it is set aside; else it is only counted
     */
    public record Rule(String name, Expression expr, boolean error) {}

    /**
     * An effect in the target's store that is committed together with the row.
     *
     * @param row what it writes; for a removal, the key
     * @param when whether it happens, or null for always
     */
    public record With(
            Effect.Kind kind,
            From to,
            RowMapping row,
            @Nullable Expression when) {}
}
