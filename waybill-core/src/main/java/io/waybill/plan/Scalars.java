package io.waybill.plan;

import io.waybill.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;

/** What a plain value means: the core schema of YAML 1.2, with exact numbers. */
final class Scalars {
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,1000}");
    private static final Pattern OCTAL = Pattern.compile("0o[0-7]{1,1000}");
    private static final Pattern HEX = Pattern.compile("0x[0-9a-fA-F]{1,1000}");
    private static final Pattern REAL =
            Pattern.compile("[-+]?(?:\\.[0-9]+|[0-9]+(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?");
    private static final Pattern INFINITE = Pattern.compile("[-+]?\\.(?:inf|Inf|INF)");

    private Scalars() {}

    /** The value; text unless it stands plain and reads as something else. */
    static Value value(Node.Scalar scalar) {
        String text = scalar.text();
        if (!scalar.plain()) {
            return Value.of(text);
        }
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> Value.NULL;
            case "true", "True", "TRUE" -> Value.Bool.TRUE;
            case "false", "False", "FALSE" -> Value.Bool.FALSE;
            case ".nan", ".NaN", ".NAN" -> new Value.Dbl(Double.NaN);
            default -> number(text);
        };
    }

    private static Value number(String text) {
        char first = text.charAt(0);
        if (text.length() > 1_000 || (first > '9' || "-+.0123456789".indexOf(first) < 0)) {
            return Value.of(text);
        } else if (INTEGER.matcher(text).matches()) {
            return new Value.Int(new BigInteger(text.startsWith("+") ? text.substring(1) : text));
        } else if (OCTAL.matcher(text).matches()) {
            return new Value.Int(new BigInteger(text.substring(2), 8));
        } else if (HEX.matcher(text).matches()) {
            return new Value.Int(new BigInteger(text.substring(2), 16));
        } else if (REAL.matcher(text).matches()) {
            return new Value.Dec(new BigDecimal(text));
        } else if (INFINITE.matcher(text).matches()) {
            return new Value.Dbl(first == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
        }
        return Value.of(text);
    }
}
