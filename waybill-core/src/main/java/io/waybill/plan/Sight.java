package io.waybill.plan;

import io.waybill.mapping.Expression;
import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.value.Row;
import io.waybill.value.RowCodec;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one row of a move sees besides itself: what was found for it in other tables, or why it cannot go on, or that it is
 * left out. Filled step by step; not safe for use by several threads.
 */
public final class Sight {
    private final RowSteps steps;
    private final Names row;
    private final Map<String, Value> lookups;
    private final Map<String, Value> collects;
    private @Nullable String trouble;
    private boolean skip;

    /** @param row the names with {@code row.} as it was read */
    public Sight(RowSteps steps, Names row) {
        this.steps = steps;
        this.row = row;
        this.lookups = steps.lookups().isEmpty() ? Map.of() : new LinkedHashMap<>();
        this.collects = steps.collects().isEmpty() ? Map.of() : new LinkedHashMap<>();
    }

    /** The names with {@code lookup.} and {@code collect.} too. */
    public Names names() {
        Names all = row;
        if (!steps.lookups().isEmpty()) {
            all = all.with("lookup", Row.of(lookups));
        }
        return steps.collects().isEmpty() ? all : all.with("collect", Row.of(collects));
    }

    /** Why the row cannot go on, or null. */
    public @Nullable String trouble() {
        return trouble;
    }

    /** Whether a look-up leaves the row out; one in trouble is never left out. */
    public boolean skip() {
        return skip && trouble == null;
    }

    /** Says why the row cannot go on, unless that is known already. */
    public void fail(String why) {
        trouble = trouble == null ? why : trouble;
    }

    /** The values that rows of another table must have; none when one is missing or null, Java null in trouble. */
    public @Nullable Row wanted(From from, Map<String, Expression> by) {
        if (trouble != null) {
            return null;
        }
        Row wanted = Row.EMPTY;
        try {
            for (Map.Entry<String, Expression> column : by.entrySet()) {
                Value value = column.getValue().evaluate(row);
                if (value == null || value instanceof Value.Null) {
                    return Row.EMPTY;
                }
                wanted = wanted.with(column.getKey(), value);
            }
            return wanted;
        } catch (MappingException e) {
            trouble = "look-up in " + from.text() + ": " + e.getMessage();
            return null;
        }
    }

    /** Takes what was found for a look-up. */
    public void lookup(String name, RowSteps.Lookup lookup, List<Row> found) {
        if (trouble != null) {
            return;
        }
        if (found.isEmpty()) {
            if (lookup.miss() == RowSteps.Miss.FAIL) {
                trouble = "lookup " + name + ": no row of " + lookup.in().text() + " has " + said(lookup.by());
            }
            skip |= lookup.miss() == RowSteps.Miss.SKIP;
        } else if (found.size() > 1 && lookup.many() == RowSteps.Many.FAIL) {
            trouble = "lookup " + name + ": " + found.size() + " rows of "
                    + lookup.in().text() + " have " + said(lookup.by());
        } else {
            lookups.put(name, new Value.MapOf(found.get(0).fields()));
        }
    }

    /** Takes the child rows that were found. */
    public void collect(String name, RowSteps.Collect collect, List<Row> found) {
        List<Row> sorted = new ArrayList<>(found);
        if (!collect.order().isEmpty()) {
            sorted.sort((a, b) -> compare(a, b, collect.order()));
        }
        List<Value> values = new ArrayList<>();
        try {
            for (Row child : sorted) {
                Row made = collect.row() == null ? child : collect.row().apply(row.with("row", child));
                values.add(new Value.MapOf(made.fields()));
            }
            collects.put(name, new Value.ListOf(values));
        } catch (MappingException e) {
            trouble = "collect " + name + ": " + e.getMessage();
        }
    }

    private String said(Map<String, Expression> by) {
        List<String> parts = new ArrayList<>();
        by.forEach((column, expression) -> {
            try {
                parts.add(column + " " + expression.text(row));
            } catch (MappingException e) {
                parts.add(column + " " + expression.text());
            }
        });
        return String.join(", ", parts);
    }

    private static int compare(Row a, Row b, List<String> order) {
        for (String column : order) {
            int sign = compare(a.find(column), b.find(column));
            if (sign != 0) {
                return sign;
            }
        }
        return 0;
    }

    /** Numbers by value, what else by its text; missing and null first. */
    private static int compare(@Nullable Value a, @Nullable Value b) {
        if (a == null || b == null || a instanceof Value.Null || b instanceof Value.Null) {
            boolean left = a == null || a instanceof Value.Null;
            boolean right = b == null || b instanceof Value.Null;
            return Boolean.compare(right, left);
        }
        BigDecimal x = number(a);
        BigDecimal y = number(b);
        return x != null && y != null ? x.compareTo(y) : RowCodec.text(a).compareTo(RowCodec.text(b));
    }

    private static @Nullable BigDecimal number(Value value) {
        if (value instanceof Value.Int number) {
            return new BigDecimal(number.value());
        }
        return value instanceof Value.Dec number ? number.value() : null;
    }
}
