package io.waybill.table;

import io.waybill.value.Canonical;
import io.waybill.value.Doubles;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Values as plain JSON holds them and gives them back: null, boolean, integer, decimal, text, list and map stay; doubles
 * become decimals, dates, times and UUIDs ISO text, bytes Base64 text, sets lists in a fixed order. What it cannot hold is
 * refused, never changed. Applying it again changes nothing.
 */
final class NaturalForm {
    /** Lists and maps inside each other, the row among them. */
    static final int DEEPEST = 190;

    private static final int LONGEST_NUMBER = 10_000;
    private static final int LARGEST_EXPONENT = 9_999;

    private NaturalForm() {}

    /** @param depth of the value; 1 for a field of a row */
    static Value of(Value value, int depth) throws UnfitException {
        if (depth > DEEPEST) {
            throw new UnfitException("lists and maps nested more than " + DEEPEST + " deep");
        }
        if (value instanceof Value.Text || value instanceof Value.Null || value instanceof Value.Bool) {
            return value;
        } else if (value instanceof Value.Int integer) {
            return number(new BigDecimal(integer.value()));
        } else if (value instanceof Value.Dec decimal) {
            return number(decimal.value());
        } else if (value instanceof Value.Dbl dbl) {
            return real(dbl.value());
        } else if (value instanceof Value.ListOf list) {
            List<Value> all = new ArrayList<>();
            for (Value element : list.values()) {
                all.add(of(element, depth + 1));
            }
            return new Value.ListOf(all);
        } else if (value instanceof Value.SetOf set) {
            TreeMap<byte[], Value> all = new TreeMap<>(Arrays::compareUnsigned);
            for (Value element : set.values()) {
                Value natural = of(element, depth + 1);
                all.put(Canonical.bytes(natural), natural);
            }
            return new Value.ListOf(new ArrayList<>(all.values()));
        } else if (value instanceof Value.MapOf map) {
            Map<String, Value> all = new LinkedHashMap<>();
            for (Map.Entry<String, Value> entry : map.values().entrySet()) {
                all.put(entry.getKey(), of(entry.getValue(), depth + 1));
            }
            return new Value.MapOf(all);
        }
        return Value.of(String.valueOf(PlainText.of(value)));
    }

    private static Value real(double value) throws UnfitException {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw new UnfitException("JSON has no number " + value);
        }
        if (value == 0 && Double.compare(value, 0.0) != 0) {
            throw new UnfitException("JSON would give minus zero back as zero");
        }
        return number(new BigDecimal(Doubles.text(value)));
    }

    /** As it will be read: what is written without point and exponent is an integer. */
    private static Value number(BigDecimal value) throws UnfitException {
        if (value.precision() > LONGEST_NUMBER - 20
                || Math.abs((long) value.scale()) > LARGEST_EXPONENT
                || Math.abs((long) value.precision() - value.scale()) > LARGEST_EXPONENT) {
            throw new UnfitException("a number of " + value.precision() + " digits and magnitude 1E"
                    + ((long) value.precision() - value.scale() - 1) + ", more than can be read again");
        }
        return value.scale() == 0 ? new Value.Int(value.unscaledValue()) : new Value.Dec(value);
    }
}
