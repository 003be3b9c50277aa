package io.waybill.value;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * The decimal that stands for a double: of the shortest that mean it, the closest one. {@link Double#toString} gives that from
 * Java 19 on; before, it sometimes gives a longer one, and a digest must not depend on who computes it.
 */
public final class Doubles {
    private static final boolean SHORTEST = Runtime.version().feature() >= 19;

    /** Two decimals of so many digits never mean the same double, unless it is a subnormal one. */
    private static final int SAFE_DIGITS = 15;

    private static final int MOST_DIGITS = 17;

    private Doubles() {}

    /** The decimal of a finite double, in the form of {@link Double#toString}. */
    public static String text(double value) {
        String text = Double.toString(value);
        return SHORTEST ? text : shortened(value, text);
    }

    /** The decimal of a finite double. */
    public static BigDecimal decimal(double value) {
        return new BigDecimal(text(value));
    }

    static String shortened(double value, String text) {
        boolean subnormal = Math.abs(value) < Double.MIN_NORMAL;
        if (Double.isNaN(value)
                || Double.isInfinite(value)
                || value == 0
                || (digits(text) <= SAFE_DIGITS && !subnormal)) {
            return text;
        }
        BigDecimal exact = new BigDecimal(value);
        for (int digits = subnormal ? 2 : SAFE_DIGITS; digits <= MOST_DIGITS; digits++) {
            BigDecimal closest = closest(value, exact, digits);
            if (closest != null) {
                return spelled(closest);
            }
        }
        return text;
    }

    /** Of the decimals with so many digits beside a double, the closest that means it; null when none does. */
    private static @Nullable BigDecimal closest(double value, BigDecimal exact, int digits) {
        BigDecimal below = exact.round(new MathContext(digits, RoundingMode.FLOOR));
        BigDecimal above = exact.round(new MathContext(digits, RoundingMode.CEILING));
        boolean isBelow = below.doubleValue() == value;
        if (isBelow && above.doubleValue() == value) {
            return exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
        }
        return isBelow ? below : above.doubleValue() == value ? above : null;
    }

    private static int digits(String text) {
        int end = text.indexOf('E');
        int digits = 0;
        for (int i = 0; i < (end < 0 ? text.length() : end); i++) {
            digits += Character.isDigit(text.charAt(i)) ? 1 : 0;
        }
        return digits;
    }

    /** As {@link Double#toString} writes it: plain from a thousandth to ten million, else with an exponent. */
    private static String spelled(BigDecimal value) {
        BigDecimal bare = value.stripTrailingZeros();
        int exponent = bare.precision() - bare.scale() - 1;
        if (exponent >= -3 && exponent < 7) {
            String plain = bare.toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        String digits = bare.unscaledValue().abs().toString();
        return (bare.signum() < 0 ? "-" : "") + digits.charAt(0) + "."
                + (digits.length() == 1 ? "0" : digits.substring(1)) + "E" + exponent;
    }
}
