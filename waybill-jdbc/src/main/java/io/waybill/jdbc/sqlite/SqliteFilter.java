package io.waybill.jdbc.sqlite;

import io.waybill.jdbc.Identifiers;
import io.waybill.store.Predicate;
import io.waybill.store.Spelled;
import io.waybill.store.StoreException;
import io.waybill.value.Doubles;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Conditions on the columns of a table as SQL. Any column may hold any kind of value, so each comparison is of those values
 * that are what the column means; of others, such as text among numbers, it is told after they are read. So it is of text
 * that is more than ASCII, since SQLite cannot say whether it is whole.
 */
public final class SqliteFilter implements Spelled.Leaf {
    /** Text with more in it than printable ASCII. */
    private static final String ODD =
            "(typeof(%1$s) = 'text' AND (%1$s GLOB '*[^ -~]*' OR instr(CAST(%1$s AS BLOB), x'00') > 0))";

    private static final int MOST_BITS = 53;
    private static final int LAST_YEAR = 9999;

    private final SqliteTable table;
    private final boolean utf8;

    /** @param utf8 whether the file's texts are in UTF-8, whose bytes sort as characters do */
    public SqliteFilter(SqliteTable table, boolean utf8) {
        this.table = table;
        this.utf8 = utf8;
    }

    @Override
    public @Nullable Spelled spell(Predicate leaf, boolean holds) {
        if (leaf instanceof Predicate.Compare compare) {
            SqliteTable.Column column = table.find(compare.field());
            return column == null ? null : compare(column, compare, holds);
        } else if (leaf instanceof Predicate.Holds field) {
            SqliteTable.Column column = table.find(field.field());
            boolean fits = column != null && column.type().meaning() == SqliteType.Meaning.BOOLEAN;
            return fits
                    ? of(
                            Identifiers.quote(field.field()),
                            "typeof(%1$s) = 'integer' AND %1$s IN (0, 1)",
                            "%1$s = 1",
                            holds)
                    : null;
        } else if (leaf instanceof Predicate.IsNull field) {
            return isNull(field.field(), holds);
        } else if (leaf instanceof Predicate.IsSet field) {
            return isNull(field.field(), !holds);
        } else if (leaf instanceof Predicate.IsThere field) {
            return test(field.field(), holds ? "1" : "0");
        }
        return null;
    }

    private @Nullable Spelled isNull(String field, boolean holds) {
        return test(field, holds ? "%1$s IS NULL" : "%1$s IS NOT NULL");
    }

    /** A test of a column that is none of its values; text that may not be UTF-8, and so not be read, passes. */
    private @Nullable Spelled test(String field, String test) {
        return table.find(field) == null
                ? null
                : new Spelled(named("(" + test + " OR " + ODD + ")", Identifiers.quote(field)));
    }

    /**
     * A comparison of the values for which {@code known} holds; null is never meant, what is not known passes.
     *
     * @param test of a known value, with one parameter for each of the values
     */
    private static Spelled of(String name, String known, String test, boolean holds, Object... values) {
        String meant = named("(" + known + " AND NOT " + ODD + ")", name);
        String tested = named("(" + test + ")", name);
        return new Spelled(
                holds
                        ? "(" + name + " IS NOT NULL AND (NOT " + meant + " OR " + tested + "))"
                        : "(" + name + " IS NULL OR NOT " + meant + " OR NOT " + tested + ")",
                values);
    }

    private static String named(String test, String name) {
        return test.replace("%1$s", name);
    }

    private @Nullable Spelled compare(SqliteTable.Column column, Predicate.Compare compare, boolean holds) {
        String name = Identifiers.quote(column.name());
        String sign =
                compare.sign() == Predicate.Sign.EQUAL ? "=" : compare.sign().text();
        SqliteType.Affinity affinity = column.type().affinity();
        boolean numbers = affinity == SqliteType.Affinity.INTEGER
                || affinity == SqliteType.Affinity.REAL
                || affinity == SqliteType.Affinity.NUMERIC;
        return switch (column.type().meaning()) {
            case PLAIN, DECIMAL ->
                numbers ? number(name, sign, compare, holds) : text(column, name, sign, compare, holds);
            case BOOLEAN ->
                numbers
                                && compare.value() instanceof Value.Bool bool
                                && !compare.sign().isOrder()
                        ? of(
                                name,
                                "typeof(%1$s) = 'integer' AND %1$s IN (0, 1)",
                                "%1$s " + sign + " ?",
                                holds,
                                bool.value() ? 1L : 0L)
                        : null;
            case DATE ->
                compare.value() instanceof Value.Date date
                                && isUsual(date.value().getYear())
                        ? of(
                                name,
                                "typeof(%1$s) = 'text' AND date(%1$s) IS %1$s",
                                "%1$s COLLATE BINARY " + sign + " ?",
                                holds,
                                date.value().toString())
                        : null;
            case TIMESTAMP -> {
                String moment = moment(compare.value());
                yield moment == null
                        ? null
                        : of(
                                name,
                                "typeof(%1$s) = 'text' AND datetime(%1$s) IS %1$s",
                                "%1$s COLLATE BINARY " + sign + " ?",
                                holds,
                                moment);
            }
            default -> null;
        };
    }

    private static @Nullable Spelled number(String name, String sign, Predicate.Compare compare, boolean holds) {
        Object number = null;
        if (compare.value() instanceof Value.Int integer && integer.value().bitLength() <= MOST_BITS) {
            number = integer.value().longValueExact();
        } else if (compare.value() instanceof Value.Dec decimal) {
            number = real(decimal.value());
        } else if (compare.value() instanceof Value.Dbl dbl && Double.isFinite(dbl.value())) {
            number = real(new BigDecimal(Doubles.text(dbl.value())));
        }
        return number == null
                ? null
                : of(name, "typeof(%1$s) IN ('integer', 'real')", "%1$s " + sign + " ?", holds, number);
    }

    /** The double that is just this number, or null. Doubles are compared as they are shown, so a rounded one will not do. */
    private static @Nullable Double real(BigDecimal number) {
        double near = number.doubleValue();
        boolean exact = Double.isFinite(near)
                && new BigDecimal(near).compareTo(number) == 0
                && new BigDecimal(Doubles.text(near)).compareTo(number) == 0;
        return exact ? Double.valueOf(near) : null;
    }

    private @Nullable Spelled text(
            SqliteTable.Column column, String name, String sign, Predicate.Compare compare, boolean holds) {
        boolean fits = column.type().affinity() == SqliteType.Affinity.TEXT
                && column.type().meaning() == SqliteType.Meaning.PLAIN
                && utf8
                && compare.value() instanceof Value.Text text
                && isWhole(text.value());
        return fits
                ? of(
                        name,
                        "typeof(%1$s) = 'text'",
                        "%1$s COLLATE BINARY " + sign + " ?",
                        holds,
                        ((Value.Text) compare.value()).value())
                : null;
    }

    private static boolean isWhole(String text) {
        try {
            SqliteStorage.checkText(text);
            return text.indexOf('\0') < 0;
        } catch (BadValue e) {
            return false;
        }
    }

    /** A moment as SQLite's datetime writes it in UTC, with what is below a second; null when it has no such text. */
    private static @Nullable String moment(Value value) {
        LocalDateTime local = null;
        if (value instanceof Value.Date date) {
            local = date.value().atStartOfDay();
        } else if (value instanceof Value.LocalTimestamp timestamp) {
            local = timestamp.value();
        } else if (value instanceof Value.Timestamp timestamp) {
            local = LocalDateTime.ofInstant(timestamp.value(), ZoneOffset.UTC);
        }
        if (local == null || !isUsual(local.getYear())) {
            return null;
        }
        String time = local.toLocalTime().toString();
        return local.toLocalDate() + " " + time + (time.length() == "00:00".length() ? ":00" : "");
    }

    private static boolean isUsual(int year) {
        return year >= 1 && year <= LAST_YEAR;
    }

    /** All of the conditions, each of which must have a text. */
    List<Spelled> spell(List<Predicate> conditions) throws StoreException {
        List<Spelled> all = new ArrayList<>();
        for (Predicate condition : conditions) {
            Spelled spelled = Spelled.of(condition, this);
            if (spelled == null) {
                throw new StoreException(
                        StoreException.Kind.INVALID,
                        "Cannot read table " + table.name() + ": its columns changed, and " + condition
                                + " cannot be tested any more. Run it again.");
            }
            all.add(spelled);
        }
        return all;
    }
}
