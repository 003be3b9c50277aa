package io.waybill.aws.dynamodb;

import io.waybill.store.Location;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Doubles;
import io.waybill.value.Row;
import io.waybill.value.Shape;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Values as DynamoDB holds them and gives them back. Numbers become decimals without trailing zeros; dates, times and UUIDs
 * become ISO text, points in time in UTC. What it cannot hold exactly is refused, never changed. Applying it again changes
 * nothing.
 */
final class NaturalForm {
    /** An item's most bytes, names included. */
    static final int LARGEST_ITEM = 400 * 1024;

    private static final int MOST_DIGITS = 38;
    private static final int LARGEST_EXPONENT = 125;
    private static final int SMALLEST_EXPONENT = -130;
    /** Lists and maps around a value: with the value itself these are the 32 levels that the service counts. */
    private static final int DEEPEST = 31;

    private static final int LONGEST_NAME = 65_535;
    /** In UTF-8; two chars that are one character have four. */
    private static final long MOST_BYTES_OF_A_CHAR = 3;

    private NaturalForm() {}

    /** Why a value cannot be held; the message completes "field x (kind) in ...: ". */
    private static final class Unfit extends Exception {
        private static final long serialVersionUID = 1;

        private Unfit(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * The row as it will be given back; the same one if it is natural already and nothing in it is nested.
     *
     * @param store for messages
     */
    @SuppressWarnings("ReferenceEquality") // a row with equal values that was made anew does no harm
    static Row of(Row row, Location store) throws StoreException {
        Shape shape = row.shape();
        List<String> names = shape.list();
        Value[] fields = new Value[shape.size()];
        boolean isNatural = true;
        long most = 0;
        for (int i = 0; i < fields.length; i++) {
            Value value = row.at(i);
            fields[i] = field(names.get(i), value, store);
            isNatural &= fields[i] == value;
            most += mostBytes(names.get(i)) + mostBytes(fields[i]);
        }
        if (most > LARGEST_ITEM) {
            refuseLarger(row, fields, store);
        }
        return isNatural ? row : Row.of(shape, fields);
    }

    /** Counts what the cheap bound could not rule out. */
    private static void refuseLarger(Row row, Value[] fields, Location store) throws StoreException {
        List<String> names = row.shape().list();
        long size = 0;
        long largest = -1;
        int place = 0;
        for (int i = 0; i < fields.length; i++) {
            long bytes = utf8(names.get(i)) + size(fields[i]);
            size += bytes;
            if (bytes > largest) {
                largest = bytes;
                place = i;
            }
        }
        if (size > LARGEST_ITEM) {
            throw refused(
                    names.get(place),
                    row.at(place),
                    store,
                    "it has " + largest + " bytes of the item's " + size + ", and an item has at most " + LARGEST_ITEM);
        }
    }

    /** One field's value as it will be given back; the same one if it is natural already and not nested. */
    static Value field(String name, Value value, Location store) throws StoreException {
        try {
            name(name);
            return natural(value, 1);
        } catch (Unfit e) {
            throw refused(name, value, store, String.valueOf(e.getMessage()));
        }
    }

    private static StoreException refused(String name, Value value, Location store, String why) {
        return new StoreException(
                Kind.INVALID,
                "Cannot keep field " + name + " (" + value.kind() + ") in " + store + ": " + why
                        + ". Change it in the plan or leave it out.");
    }

    private static Value natural(Value value, int depth) throws Unfit {
        if (value instanceof Value.Text text) {
            text(text.value());
            return text;
        } else if (value instanceof Value.Int integer) {
            return new Value.Dec(number(new BigDecimal(integer.value())));
        } else if (value instanceof Value.Dec decimal) {
            BigDecimal number = number(decimal.value());
            return number.scale() == decimal.value().scale() ? decimal : new Value.Dec(number);
        } else if (value instanceof Value.Dbl dbl) {
            return real(dbl.value());
        } else if (value instanceof Value.Null || value instanceof Value.Bool || value instanceof Value.Bytes) {
            return value;
        } else if (value instanceof Value.Date date) {
            return Value.of(DateTimeFormatter.ISO_LOCAL_DATE.format(date.value()));
        } else if (value instanceof Value.Time time) {
            return Value.of(DateTimeFormatter.ISO_LOCAL_TIME.format(time.value()));
        } else if (value instanceof Value.LocalTimestamp local) {
            return Value.of(DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(local.value()));
        } else if (value instanceof Value.Timestamp instant) {
            return Value.of(DateTimeFormatter.ISO_INSTANT.format(instant.value()));
        } else if (value instanceof Value.Uuid uuid) {
            return Value.of(uuid.value().toString());
        } else if (depth > DEEPEST) {
            throw new Unfit("lists and maps nested more than " + DEEPEST + " deep");
        } else if (value instanceof Value.ListOf list) {
            List<Value> all = new ArrayList<>();
            for (Value element : list.values()) {
                all.add(natural(element, depth + 1));
            }
            return new Value.ListOf(all);
        } else if (value instanceof Value.MapOf map) {
            Map<String, Value> all = new LinkedHashMap<>();
            for (Map.Entry<String, Value> entry : map.values().entrySet()) {
                name(entry.getKey());
                all.put(entry.getKey(), natural(entry.getValue(), depth + 1));
            }
            return new Value.MapOf(all);
        } else if (value instanceof Value.SetOf set) {
            return set(set);
        }
        throw new IllegalArgumentException("no natural form for " + value.kind());
    }

    private static void name(String name) throws Unfit {
        if (name.isEmpty()) {
            throw new Unfit("an attribute without a name");
        }
        text(name);
        if (mostBytes(name) > LONGEST_NAME && utf8(name) > LONGEST_NAME) {
            throw new Unfit("a name longer than " + LONGEST_NAME + " bytes");
        }
    }

    private static void text(String value) throws Unfit {
        for (int i = 0; i < value.length(); i++) {
            if (Character.isSurrogate(value.charAt(i))) {
                if (i + 1 == value.length() || !Character.isSurrogatePair(value.charAt(i), value.charAt(i + 1))) {
                    throw new Unfit("text with half a surrogate pair");
                }
                i++;
            }
        }
    }

    private static Value real(double value) throws Unfit {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw new Unfit("a double that is " + value);
        }
        if (value == 0 && Double.compare(value, 0.0) != 0) {
            throw new Unfit("a double that is minus zero");
        }
        return new Value.Dec(number(new BigDecimal(Doubles.text(value))));
    }

    private static BigDecimal number(BigDecimal value) throws Unfit {
        BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        if (plain.precision() > MOST_DIGITS) {
            throw new Unfit("a number of " + plain.precision() + " digits, and numbers there have " + MOST_DIGITS);
        }
        long exponent = (long) plain.precision() - plain.scale() - 1;
        if (plain.signum() != 0 && (exponent > LARGEST_EXPONENT || exponent < SMALLEST_EXPONENT)) {
            throw new Unfit("a number of magnitude 1E" + exponent + ", and numbers there go from 1E" + SMALLEST_EXPONENT
                    + " to 9.9E+" + LARGEST_EXPONENT);
        }
        return plain.scale() < 0 ? plain.setScale(0) : plain;
    }

    /** A number that DynamoDB gave, in the one form that {@link #of} also makes. */
    static Value.Dec read(String text) {
        BigDecimal value = new BigDecimal(text);
        BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        return new Value.Dec(plain.scale() < 0 ? plain.setScale(0) : plain);
    }

    private static Value set(Value.SetOf set) throws Unfit {
        if (set.values().isEmpty()) {
            throw new Unfit("an empty set");
        }
        Set<Value> all = new LinkedHashSet<>();
        Set<String> kinds = new LinkedHashSet<>();
        for (Value element : set.values()) {
            Value natural = natural(element, 1);
            kinds.add(natural.kind());
            if (!all.add(natural)) {
                throw new Unfit("a set that holds one value twice, in two kinds");
            }
        }
        String kind = kinds.iterator().next();
        if (kinds.size() > 1 || !List.of("text", "decimal", "bytes").contains(kind)) {
            throw new Unfit("a set of " + String.join(" and ", kinds) + ", and sets there hold text, numbers or bytes");
        }
        return new Value.SetOf(all);
    }

    /** At least as many bytes as {@link #size} counts, found without counting them. */
    private static long mostBytes(Value value) {
        if (value instanceof Value.Text text) {
            return mostBytes(text.value());
        } else if (value instanceof Value.Bytes bytes) {
            return bytes.value().length;
        } else if (value instanceof Value.Dec) {
            return MOST_DIGITS;
        } else if (value instanceof Value.ListOf || value instanceof Value.SetOf || value instanceof Value.MapOf) {
            return size(value);
        }
        return 1;
    }

    private static long mostBytes(String text) {
        return MOST_BYTES_OF_A_CHAR * text.length();
    }

    /** No more bytes than DynamoDB counts for a natural value. */
    private static long size(Value value) {
        if (value instanceof Value.Text text) {
            return utf8(text.value());
        } else if (value instanceof Value.Bytes bytes) {
            return bytes.value().length;
        } else if (value instanceof Value.Dec decimal) {
            BigInteger digits = decimal.value().stripTrailingZeros().unscaledValue();
            return 1L + digits.abs().toString().length() / 2;
        } else if (value instanceof Value.ListOf list) {
            return 3 + list.values().stream().mapToLong(NaturalForm::size).sum();
        } else if (value instanceof Value.SetOf set) {
            return set.values().stream().mapToLong(NaturalForm::size).sum();
        } else if (value instanceof Value.MapOf map) {
            long size = 3;
            for (Map.Entry<String, Value> entry : map.values().entrySet()) {
                size += utf8(entry.getKey()) + size(entry.getValue());
            }
            return size;
        }
        return 1;
    }

    private static long utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
