package io.waybill.jdbc.postgresql;

import io.waybill.value.Doubles;
import io.waybill.value.Json;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The forms of json and jsonb: maps, lists, texts, numbers and booleans, whatever they nest.
 *
 * @param decodes whether the type keeps texts as characters (jsonb) and not as they are escaped (json), which can be more
 */
record PostgresJson(boolean decodes) implements PostgresForm {
    static final PostgresForm JSON = new PostgresJson(false);
    static final PostgresForm JSONB = new PostgresJson(true);

    private static final int DEEPEST = 190;
    private static final int MOST_DIGITS = 9_000;

    @Override
    public Value hold(Value value) throws BadValue {
        check(value, 0);
        return value;
    }

    @Override
    public String spell(Value held) {
        return Json.write(plain(held));
    }

    private void check(Value value, int depth) throws BadValue {
        if (depth > DEEPEST) {
            throw new BadValue("it is nested deeper than " + DEEPEST);
        }
        if (value instanceof Value.Text text) {
            checkText(text.value());
        } else if (value instanceof Value.Dec decimal) {
            BigDecimal number = decimal.value();
            if (number.precision() > MOST_DIGITS || Math.abs((long) number.scale()) > MOST_DIGITS) {
                throw new BadValue("it holds a number with too many digits");
            }
        } else if (value instanceof Value.Int integer) {
            if (integer.value().bitLength() > 3 * MOST_DIGITS) {
                throw new BadValue("it holds a number with too many digits");
            }
        } else if (value instanceof Value.Dbl dbl) {
            double real = dbl.value();
            if (!Double.isFinite(real) || (real == 0 && Double.compare(real, 0.0) != 0)) {
                throw new BadValue("it holds a double that JSON cannot write");
            }
        } else if (value instanceof Value.ListOf list) {
            for (Value element : list.values()) {
                check(element, depth + 1);
            }
        } else if (value instanceof Value.MapOf map) {
            for (Map.Entry<String, Value> field : map.values().entrySet()) {
                checkText(field.getKey());
                check(field.getValue(), depth + 1);
            }
        } else if (!(value instanceof Value.Bool || value instanceof Value.Null)) {
            throw new BadValue(
                    (depth == 0
                            ? "JSON has none of this kind"
                            : "it holds a value of kind " + value.kind() + ", which JSON does not have"));
        }
    }

    private void checkText(String text) throws BadValue {
        if (decodes) {
            PostgresForms.checkText(text);
        }
    }

    /** With doubles as the decimals that mean them. */
    private static Value plain(Value value) {
        if (value instanceof Value.Dbl dbl) {
            return new Value.Dec(new BigDecimal(Doubles.text(dbl.value())));
        } else if (value instanceof Value.ListOf list) {
            List<Value> elements = new ArrayList<>();
            list.values().forEach(element -> elements.add(plain(element)));
            return new Value.ListOf(elements);
        } else if (value instanceof Value.MapOf map) {
            Map<String, Value> fields = new LinkedHashMap<>();
            map.values().forEach((name, field) -> fields.put(name, plain(field)));
            return new Value.MapOf(fields);
        }
        return value;
    }
}
