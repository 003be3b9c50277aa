package io.waybill.jdbc.postgresql;

import io.waybill.value.Doubles;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/** The forms of number types. A number is held when the type gives back the same number, digit by digit. */
final class PostgresNumbers {
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,1000}(\\.[0-9]{1,1000})?");
    private static final int MOST_WHOLE_DIGITS = 131_072;
    private static final int MOST_DECIMALS = 16_383;

    private PostgresNumbers() {}

    /** A number form: which numbers are held; how they are written. */
    private interface Numbers extends PostgresForm {
        @Override
        default String spell(Value held) throws BadValue {
            return held instanceof Value.Int integer
                    ? integer.value().toString()
                    : number(held).toPlainString();
        }
    }

    static PostgresForm integer(long least, long most) {
        BigInteger low = BigInteger.valueOf(least);
        BigInteger high = BigInteger.valueOf(most);
        return new Numbers() {
            @Override
            public Value hold(Value value) throws BadValue {
                BigInteger whole;
                if (value instanceof Value.Int integer) {
                    whole = integer.value();
                } else {
                    BigDecimal number = number(value);
                    if (number.precision() - number.scale() > 20
                            || number.stripTrailingZeros().scale() > 0) {
                        throw new BadValue("it is no whole number of this size");
                    }
                    whole = number.toBigInteger();
                }
                if (whole.bitLength() > 63 || whole.compareTo(low) < 0 || whole.compareTo(high) > 0) {
                    throw new BadValue("it is not between " + least + " and " + most);
                }
                return value instanceof Value.Text ? new Value.Int(whole) : value;
            }

            @Override
            public String spell(Value held) throws BadValue {
                return held instanceof Value.Int integer
                        ? integer.value().toString()
                        : number(held).toBigInteger().toString();
            }
        };
    }

    /** {@code modifier} as the catalog packs it: precision in the upper half, scale in eleven bits with sign; or negative. */
    static PostgresForm numeric(int modifier) {
        int precision = modifier >> 16 & 0xffff;
        int scale = ((modifier & 0x7ff) ^ 1024) - 1024;
        return (Numbers) value -> {
            if (modifier < 0
                    && value instanceof Value.Int integer
                    && integer.value().bitLength() < MOST_WHOLE_DIGITS) {
                return value;
            }
            BigDecimal number = value instanceof Value.Int integer ? new BigDecimal(integer.value()) : number(value);
            BigDecimal bare = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
            int whole = bare.precision() - bare.scale();
            if (modifier >= 0) {
                if (bare.signum() != 0 && bare.scale() > scale) {
                    throw new BadValue("it has " + bare.scale() + " decimals, at most " + scale + " are kept");
                }
                if (bare.signum() != 0 && whole > precision - scale) {
                    throw new BadValue(
                            "it has " + whole + " digits before the point, at most " + (precision - scale) + " can be");
                }
            } else if (whole > MOST_WHOLE_DIGITS || number.scale() > MOST_DECIMALS) {
                throw new BadValue("it has too many digits");
            }
            return value instanceof Value.Text ? new Value.Dec(number) : value;
        };
    }

    static PostgresForm doublePrecision() {
        return new PostgresForm() {
            @Override
            public Value hold(Value value) throws BadValue {
                if (value instanceof Value.Dbl) {
                    return value;
                }
                BigDecimal number = number(value);
                double near = number.doubleValue();
                if (Double.isInfinite(near) || new BigDecimal(Doubles.text(near)).compareTo(number) != 0) {
                    throw new BadValue("it has more digits than a double keeps");
                }
                return value instanceof Value.Text ? new Value.Dbl(near) : value;
            }

            @Override
            public String spell(Value held) throws BadValue {
                return Doubles.text(
                        held instanceof Value.Dbl dbl
                                ? dbl.value()
                                : number(held).doubleValue());
            }
        };
    }

    static PostgresForm real() {
        PostgresForm wide = doublePrecision();
        return new PostgresForm() {
            @Override
            public Value hold(Value value) throws BadValue {
                Value held = wide.hold(value);
                double exact = Double.parseDouble(wide.spell(held));
                float near = (float) exact;
                if (Double.isNaN(exact) || Double.isInfinite(exact) || exact == 0) {
                    return held;
                }
                if (Float.isInfinite(near) || near == 0 || shortest(near) != exact) {
                    throw new BadValue("it has more digits than a real keeps");
                }
                return held;
            }

            @Override
            public String spell(Value held) throws BadValue {
                return wide.spell(held);
            }
        };
    }

    /** The shortest decimal that means this float, as the server prints it. */
    private static double shortest(float value) {
        BigDecimal exact = new BigDecimal(value);
        for (int digits = 1; digits < 9; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (rounded.floatValue() == value) {
                return rounded.doubleValue();
            }
        }
        return exact.round(new MathContext(9, RoundingMode.HALF_EVEN)).doubleValue();
    }

    private static BigDecimal number(Value value) throws BadValue {
        if (value instanceof Value.Int integer) {
            return new BigDecimal(integer.value());
        } else if (value instanceof Value.Dec decimal) {
            return decimal.value();
        } else if (value instanceof Value.Dbl dbl) {
            double real = dbl.value();
            if (!Double.isFinite(real) || (real == 0 && Double.compare(real, 0.0) != 0)) {
                throw new BadValue("it is no number that has decimal digits");
            }
            return new BigDecimal(Doubles.text(real));
        } else if (value instanceof Value.Text text
                && NUMBER.matcher(text.value()).matches()) {
            return new BigDecimal(text.value());
        }
        throw new BadValue("it is no number");
    }
}
