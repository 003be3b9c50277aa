package io.waybill.plan;

import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The checks of a mapped row that need nothing but the row. */
public final class Conditions {
    private Conditions() {}

    /** Why the row lacks what is required, or null. */
    public static @Nullable String missing(RowSteps.Checks checks, Row row) {
        for (String field : checks.required()) {
            Value value = find(row, field);
            if (value == null || value instanceof Value.Null || isEmpty(value)) {
                String what = value == null ? "missing" : value instanceof Value.Null ? "null" : "empty";
                return "required: " + field + " is " + what;
            }
        }
        return null;
    }

    /**
     * Which rule the row breaks, or null.
     *
     * @param names of the row as it was mapped
     * @param warned is told of each broken rule that is only counted
     */
    public static @Nullable String broken(RowSteps.Checks checks, Row row, Names names, Runnable warned) {
        if (checks.rules().isEmpty()) {
            return null;
        }
        Names seen =
                names.with("source", Objects.requireNonNull(names.find("row"))).with("row", row);
        for (RowSteps.Rule rule : checks.rules()) {
            try {
                boolean broken = rule.expr().isBroken(seen);
                if (broken && rule.error()) {
                    return "rule: " + rule.name();
                } else if (broken) {
                    warned.run();
                }
            } catch (MappingException e) {
                return "rule: " + rule.name() + ": " + e.getMessage();
            }
        }
        return null;
    }

    /** A field, or what a JSON Pointer names; null when it is missing. */
    public static @Nullable Value find(Row row, String field) {
        if (!field.startsWith("/")) {
            return row.find(field);
        }
        Value at = new Value.MapOf(row.fields());
        for (String part : field.substring(1).split("/", -1)) {
            String name = part.replace("~1", "/").replace("~0", "~");
            at = at instanceof Value.MapOf map ? map.values().get(name) : null;
        }
        return at;
    }

    private static boolean isEmpty(Value value) {
        return (value instanceof Value.Text text && text.value().isEmpty())
                || (value instanceof Value.ListOf list && list.values().isEmpty())
                || (value instanceof Value.MapOf map && map.values().isEmpty());
    }
}
