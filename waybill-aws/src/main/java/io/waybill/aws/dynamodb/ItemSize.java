package io.waybill.aws.dynamodb;

import io.waybill.value.Row;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The bytes that DynamoDB counts for an item in natural form, by the rules in its documentation. */
final class ItemSize {
    private static final int NESTED = 3;

    private ItemSize() {}

    /** Names and values of all attributes. */
    static long of(Row natural) {
        long size = 0;
        for (Map.Entry<String, Value> field : natural.fields().entrySet()) {
            size += utf8(field.getKey()) + of(field.getValue());
        }
        return size;
    }

    static long of(Value value) {
        if (value instanceof Value.Text text) {
            return utf8(text.value());
        } else if (value instanceof Value.Bytes bytes) {
            return bytes.value().length;
        } else if (value instanceof Value.Dec decimal) {
            return number(decimal.value());
        } else if (value instanceof Value.SetOf set) {
            return set.values().stream().mapToLong(ItemSize::of).sum();
        } else if (value instanceof Value.ListOf list) {
            long size = NESTED;
            for (Value element : list.values()) {
                size += 1 + of(element);
            }
            return size;
        } else if (value instanceof Value.MapOf map) {
            long size = NESTED;
            for (Map.Entry<String, Value> entry : map.values().entrySet()) {
                size += 1 + utf8(entry.getKey()) + of(entry.getValue());
            }
            return size;
        }
        return 1;
    }

    /** A byte for the magnitude, one for each pair of digits counted from the decimal point, one for a minus. */
    private static long number(BigDecimal value) {
        if (value.signum() == 0) {
            return 1;
        }
        BigDecimal plain = value.stripTrailingZeros();
        boolean shifted = plain.scale() % 2 != 0; // the last digit is the first of its pair
        BigInteger digits = plain.unscaledValue().abs();
        int length = digits.toString().length() + (shifted ? 1 : 0);
        return 1L + (length + 1) / 2 + (value.signum() < 0 ? 1 : 0);
    }

    private static long utf8(String text) {
        int length = text.length();
        long bytes = length;
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) > 0x7f) {
                return text.getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return bytes;
    }
}
