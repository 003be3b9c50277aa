package io.waybill.cli;

import io.waybill.mapping.Expression;
import io.waybill.store.TableStore.Column;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How the values of a column arrive at the other end, and what could be written to make them fit. */
final class ColumnFit {
    private static final Set<String> NUMBERS = Set.of("integer", "decimal", "double");
    private static final Set<String> ARRIVE_AS_TEXT =
            Set.of("date", "time", "timestamp", "timestamp without zone", "uuid");
    private static final Set<String> MAY_BE_EMPTY = Set.of("text", "any", "list", "map", "set");

    private ColumnFit() {}

    /** Whether the target takes the values as they are. */
    static boolean fits(Column source, @Nullable Column target, boolean open) {
        if (target == null || source.type().equals(target.type()) || isAny(source) || isAny(target)) {
            return true;
        }
        boolean numbers = NUMBERS.contains(source.type()) && NUMBERS.contains(target.type());
        boolean texts = open && target.type().equals("text") && ARRIVE_AS_TEXT.contains(source.type());
        return numbers || texts;
    }

    private static boolean isAny(Column column) {
        return column.type().equals("any");
    }

    /** Whether a check for a value would also refuse an empty one. */
    static boolean mayBeEmpty(Column column) {
        return MAY_BE_EMPTY.contains(column.type());
    }

    /** Whether a store without that kind keeps its values as text. */
    static boolean arrivesAsText(Column column) {
        return ARRIVE_AS_TEXT.contains(column.type());
    }

    /** What it is in a key of a store whose keys are texts, numbers and bytes. */
    static String inKey(Column column) {
        return NUMBERS.contains(column.type()) ? "number" : column.type().equals("bytes") ? "bytes" : "text";
    }

    /** The column's value in an expression. */
    static String name(String column) {
        boolean plain = column.matches("[A-Za-z_][A-Za-z0-9_]*") && !Expression.isReserved(column);
        return plain ? "row." + column : "row.`" + column + "`";
    }

    /** An expression for what the target's column takes; the column itself where none is known or needed. */
    static String value(Column source, @Nullable Column target, boolean open) {
        String name = name(source.name());
        if (target == null || fits(source, target, open)) {
            return name;
        }
        boolean text = source.type().equals("text");
        boolean local = source.type().equals("timestamp without zone");
        return switch (target.type()) {
            case "text" -> "text(" + name + ")";
            case "integer" -> text ? "int(" + name + ")" : name;
            case "decimal", "double" -> text ? target.type() + "(" + name + ")" : name;
            case "boolean" -> text ? "bool(" + name + ")" : name;
            case "date" -> text ? "date(" + name + ")" : name;
            case "timestamp" ->
                local || source.type().equals("date")
                        ? "timestamp(" + name + ", 'UTC')"
                        : text ? "timestamp(" + name + ")" : name;
            default -> name;
        };
    }
}
