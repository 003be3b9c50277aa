package io.waybill.jdbc.d1;

/**
 * Doubles as expressions of SQL that are just them. Nobody promises that the text of a number is read to its last digit; an
 * integer times powers of two is exact in every one of its steps.
 */
final class D1Real {
    private static final int MOST_BITS = 62;

    private D1Real() {}

    /** An expression whose value is this number, which is not NaN. */
    static String of(double real) {
        if (Double.isInfinite(real)) {
            return real > 0 ? "(9e999)" : "(-9e999)";
        } else if (real == 0) {
            return "(0.0)";
        }
        long bits = Double.doubleToLongBits(Math.abs(real));
        int biased = (int) (bits >>> 52);
        long fraction = bits & ((1L << 52) - 1);
        long whole = biased == 0 ? fraction : fraction | (1L << 52);
        int exponent = Math.max(biased, 1) - 1075;
        int zeros = Long.numberOfTrailingZeros(whole);
        whole >>>= zeros;
        exponent += zeros;
        StringBuilder text = new StringBuilder(real < 0 ? "(-" : "(").append(cast(whole));
        for (int left = Math.abs(exponent); left > 0; left -= MOST_BITS) {
            text.append(exponent < 0 ? " / " : " * ").append(cast(1L << Math.min(left, MOST_BITS)));
        }
        return text.append(')').toString();
    }

    private static String cast(long whole) {
        return "CAST(" + whole + " AS REAL)";
    }
}
