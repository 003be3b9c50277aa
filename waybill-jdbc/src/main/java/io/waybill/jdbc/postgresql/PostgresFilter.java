package io.waybill.jdbc.postgresql;

import io.waybill.jdbc.Identifiers;
import io.waybill.store.Predicate;
import io.waybill.store.Spelled;
import io.waybill.value.Doubles;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Conditions on the columns of a table as SQL, where the server's comparison is the plan's: whole numbers and numerics, double
 * precision, text by its bytes, dates and timestamps, boolean, uuid, and null. Not: real, whose values are not what they are
 * shown as; char(n), whose blanks the server does not count; types that are only text here, such as enums and citext.
 */
final class PostgresFilter implements Spelled.Leaf {
    private static final Set<String> TEXTS = Set.of("text", "character varying");
    /** By kind, which values no value can be; kinds that are not here are not tested. */
    private static final Map<String, String> ODD = Map.ofEntries(
            Map.entry("integer", ""),
            Map.entry("decimal", "CAST(? AS text) ~ '[a-zA-Z]'"),
            Map.entry("double", ""),
            Map.entry("text", ""),
            Map.entry("boolean", ""),
            Map.entry("uuid", ""),
            Map.entry("bytes", ""),
            Map.entry("date", "NOT isfinite(?)"),
            Map.entry("timestamp without zone", "NOT isfinite(?)"),
            Map.entry("timestamp", "NOT isfinite(?)"));

    private static final int LAST_YEAR = 9999;

    private final PostgresTable table;

    PostgresFilter(PostgresTable table) {
        this.table = table;
    }

    @Override
    public @Nullable Spelled spell(Predicate leaf, boolean holds) {
        if (leaf instanceof Predicate.Compare compare) {
            PostgresTable.Column column = table.find(compare.field());
            return column == null ? null : passing(column, compare(column, compare, holds));
        } else if (leaf instanceof Predicate.Holds field) {
            PostgresTable.Column column = table.find(field.field());
            boolean fits = column != null && column.type().kind().equals("boolean");
            return fits ? whole(name(field.field()), holds) : null;
        } else if (leaf instanceof Predicate.IsNull field) {
            return test(field.field(), "IS NULL", "IS NOT NULL", holds);
        } else if (leaf instanceof Predicate.IsSet field) {
            return test(field.field(), "IS NULL", "IS NOT NULL", !holds);
        } else if (leaf instanceof Predicate.IsThere field) {
            return test(field.field(), "IS NULL OR TRUE", "IS NULL AND FALSE", holds);
        }
        return null;
    }

    private static String name(String column) {
        return "t." + Identifiers.quote(column);
    }

    /** A test of a column that is none of its values. A null within JSON is a null too, which the server does not know as one. */
    private @Nullable Spelled test(String field, String yes, String no, boolean holds) {
        PostgresTable.Column column = table.find(field);
        return column != null && ODD.containsKey(column.type().kind())
                ? passing(column, new Spelled("(" + name(field) + " " + (holds ? yes : no) + ")"))
                : null;
    }

    /** Lets pass what the server holds and no value can be: such rows are set aside when they are read. */
    private static @Nullable Spelled passing(PostgresTable.Column column, @Nullable Spelled spelled) {
        String odd = ODD.getOrDefault(column.type().kind(), "");
        return spelled == null || odd.isEmpty()
                ? spelled
                : new Spelled(
                        "(" + spelled.text() + " OR " + odd.replace("?", name(column.name())) + ")", spelled.values());
    }

    private static Spelled whole(String condition, boolean holds, Object... values) {
        return new Spelled("(" + condition + ")" + (holds ? "" : " IS NOT TRUE"), values);
    }

    private static @Nullable Spelled compare(PostgresTable.Column column, Predicate.Compare compare, boolean holds) {
        String sign = compare.sign() == Predicate.Sign.EQUAL
                ? "="
                : compare.sign() == Predicate.Sign.DIFFERENT
                        ? "<>"
                        : compare.sign().text();
        String name = name(column.name());
        Value value = compare.value();
        return switch (column.type().kind()) {
            case "integer", "decimal" -> number(name, sign, value, holds);
            case "double" -> column.type().sql().equals("double precision") ? real(name, sign, value, holds) : null;
            case "text" -> {
                boolean plain = TEXTS.contains(column.type().sql().replaceFirst("\\(.*", ""));
                String text = plain && value instanceof Value.Text ? PostgresLiteral.of(value) : null;
                yield text == null ? null : whole(name + " COLLATE \"C\" " + sign + " ?", holds, text);
            }
            case "boolean" ->
                value instanceof Value.Bool bool && !compare.sign().isOrder()
                        ? typed(name, sign, "boolean", Boolean.toString(bool.value()), holds)
                        : null;
            case "uuid" ->
                value instanceof Value.Uuid uuid && !compare.sign().isOrder()
                        ? typed(name, sign, "uuid", uuid.value().toString(), holds)
                        : null;
            case "date" ->
                value instanceof Value.Date date && isUsual(date.value())
                        ? moment(name, sign, "date", value, holds)
                        : null;
            case "timestamp without zone" -> moment(name, sign, "timestamp", local(value), holds);
            case "timestamp" -> moment(name, sign, "timestamptz", instant(value), holds);
            default -> null;
        };
    }

    private static @Nullable Spelled number(String name, String sign, Value value, boolean holds) {
        BigDecimal number = number(value);
        boolean fits = value instanceof Value.Int integer && integer.value().bitLength() < Long.SIZE;
        return number == null ? null : typed(name, sign, fits ? "bigint" : "numeric", number.toPlainString(), holds);
    }

    /** NaN has no order, while the server puts it above all numbers. */
    private static @Nullable Spelled real(String name, String sign, Value value, boolean holds) {
        BigDecimal number = real(value);
        if (number == null) {
            return null;
        }
        Spelled spelled = typed(name, sign, "double precision", number.toPlainString(), holds);
        return holds ? spelled : new Spelled("(" + spelled.text() + " OR " + name + " = 'NaN')", spelled.values());
    }

    private static Spelled typed(String name, String sign, String type, String value, boolean holds) {
        return whole(name + " " + sign + " CAST(? AS " + type + ")", holds, value);
    }

    private static @Nullable Spelled moment(
            String name, String sign, String type, @Nullable Value value, boolean holds) {
        String text = value == null ? null : PostgresLiteral.of(value);
        return text == null ? null : typed(name, sign, type, text, holds);
    }

    /** A number of a size that the server takes, or null. */
    private static @Nullable BigDecimal number(Value value) {
        BigDecimal number = null;
        if (value instanceof Value.Int integer) {
            number = new BigDecimal(integer.value());
        } else if (value instanceof Value.Dec decimal) {
            number = decimal.value();
        } else if (value instanceof Value.Dbl dbl && Double.isFinite(dbl.value())) {
            number = new BigDecimal(Doubles.text(dbl.value()));
        }
        boolean fits = number != null && number.precision() < 1_000 && Math.abs((long) number.scale()) < 1_000;
        return fits ? number : null;
    }

    /** A number that a double is just so, or null. */
    private static @Nullable BigDecimal real(Value value) {
        BigDecimal number = number(value);
        if (number == null) {
            return null;
        }
        double near = number.doubleValue();
        return Double.isFinite(near) && new BigDecimal(Doubles.text(near)).compareTo(number) == 0 ? number : null;
    }

    /** A moment as a timestamp without zone, in UTC, or null. */
    private static @Nullable Value local(Value value) {
        LocalDateTime local = null;
        if (value instanceof Value.Date date) {
            local = date.value().atStartOfDay();
        } else if (value instanceof Value.LocalTimestamp timestamp) {
            local = timestamp.value();
        } else if (value instanceof Value.Timestamp timestamp) {
            local = LocalDateTime.ofInstant(timestamp.value(), ZoneOffset.UTC);
        }
        return local == null || !isUsual(local.toLocalDate()) ? null : new Value.LocalTimestamp(local);
    }

    private static @Nullable Value instant(Value value) {
        return local(value) instanceof Value.LocalTimestamp local
                ? new Value.Timestamp(local.value().toInstant(ZoneOffset.UTC))
                : null;
    }

    private static boolean isUsual(LocalDate date) {
        return date.getYear() >= 1 && date.getYear() <= LAST_YEAR;
    }
}
