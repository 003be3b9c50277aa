package io.waybill.mapping;

import io.waybill.value.Doubles;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.util.HexFormat;

/** Values as text, one way everywhere: in templates, in {@code text(...)}, in generated ids. */
final class Texts {
    private Texts() {}

    /** The text of a scalar; lists, maps and sets have none. */
    static String of(Value value, int position) throws MappingException {
        if (value instanceof Value.Text text) {
            return text.value();
        } else if (value instanceof Value.Int integer) {
            return integer.value().toString();
        } else if (value instanceof Value.Dec decimal) {
            return plain(decimal.value(), position);
        } else if (value instanceof Value.Dbl dbl) {
            return real(dbl.value(), position);
        } else if (value instanceof Value.Bool bool) {
            return Boolean.toString(bool.value());
        } else if (value instanceof Value.Uuid uuid) {
            return uuid.value().toString();
        } else if (value instanceof Value.Date date) {
            return date.value().toString();
        } else if (value instanceof Value.Time time) {
            return time.value().toString();
        } else if (value instanceof Value.LocalTimestamp local) {
            return local.value().toString();
        } else if (value instanceof Value.Timestamp instant) {
            return instant.value().toString();
        } else if (value instanceof Value.Bytes bytes) {
            return HexFormat.of().formatHex(bytes.value());
        }
        throw new MappingException(position, "a " + value.kind() + " has no text", null);
    }

    private static String plain(BigDecimal number, int position) throws MappingException {
        if (Math.abs((long) number.scale()) > 1_000) {
            throw new MappingException(position, "a decimal with an exponent of " + -(long) number.scale(), null);
        }
        return number.toPlainString();
    }

    /** A double as the shortest decimal that reads back as the same double, without an exponent where that is short. */
    private static String real(double number, int position) throws MappingException {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return Doubles.text(number);
        }
        BigDecimal exact = new BigDecimal(Doubles.text(number));
        BigDecimal stripped = exact.signum() == 0 ? BigDecimal.ZERO : exact.stripTrailingZeros();
        return plain(stripped.scale() < 0 ? stripped.setScale(0) : stripped, position);
    }
}
