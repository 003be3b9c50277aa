package io.waybill.mapping;

import io.waybill.value.Doubles;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Exact arithmetic. Whole numbers and decimals mix; doubles do not mix with them, because the sum would not be exact. */
final class Numbers {
    private static final int MOST_BITS = 8_192;
    private static final int MOST_DIGITS = 2_000;

    private Numbers() {}

    /** The operators that take two numbers. */
    enum Operation {
        PLUS("+"),
        MINUS("-"),
        TIMES("*"),
        DIVIDE("/"),
        REST("%");

        private final String sign;

        Operation(String sign) {
            this.sign = sign;
        }

        String sign() {
            return sign;
        }

        /** What it gives for operands of these types, or null when it does not take them. */
        @Nullable
        ValueType type(ValueType a, ValueType b) {
            if (a == ValueType.INTEGER && b == ValueType.INTEGER) {
                return ValueType.INTEGER;
            } else if (a == ValueType.DOUBLE && b == ValueType.DOUBLE) {
                return this == REST ? null : ValueType.DOUBLE;
            } else if (this == DIVIDE || this == REST || a == ValueType.DOUBLE || b == ValueType.DOUBLE) {
                return null;
            }
            return a.isNumber() && b.isNumber() ? ValueType.DECIMAL : null;
        }

        Value apply(Value a, Value b, int position) throws MappingException {
            if (a instanceof Value.Int x && b instanceof Value.Int y) {
                return bounded(whole(x.value(), y.value(), position), position);
            } else if (a instanceof Value.Dbl x && b instanceof Value.Dbl y) {
                return new Value.Dbl(real(x.value(), y.value()));
            }
            return bounded(exact(decimal(a, position), decimal(b, position)), position);
        }

        private BigInteger whole(BigInteger a, BigInteger b, int position) throws MappingException {
            if ((this == DIVIDE || this == REST) && b.signum() == 0) {
                throw new MappingException(position, "a division by zero", null);
            }
            return switch (this) {
                case PLUS -> a.add(b);
                case MINUS -> a.subtract(b);
                case TIMES -> a.multiply(b);
                case DIVIDE -> a.divide(b);
                case REST -> a.remainder(b);
            };
        }

        private double real(double a, double b) {
            return switch (this) {
                case PLUS -> a + b;
                case MINUS -> a - b;
                case TIMES -> a * b;
                case DIVIDE -> a / b;
                case REST -> throw new IllegalStateException("doubles have no rest");
            };
        }

        private BigDecimal exact(BigDecimal a, BigDecimal b) {
            return switch (this) {
                case PLUS -> a.add(b);
                case MINUS -> a.subtract(b);
                case TIMES -> a.multiply(b);
                case DIVIDE, REST -> throw new IllegalStateException("decimals are not divided");
            };
        }
    }

    static Value negative(Value value, int position) throws MappingException {
        if (value instanceof Value.Int integer) {
            return new Value.Int(integer.value().negate());
        } else if (value instanceof Value.Dbl dbl) {
            return new Value.Dbl(-dbl.value());
        }
        return new Value.Dec(decimal(value, position).negate());
    }

    /** A whole number or decimal, as a decimal of a size that arithmetic can handle. */
    static BigDecimal decimal(Value value, int position) throws MappingException {
        BigDecimal number =
                value instanceof Value.Int integer ? new BigDecimal(integer.value()) : ((Value.Dec) value).value();
        check(number, position);
        return number;
    }

    private static void check(BigDecimal number, int position) throws MappingException {
        if (number.precision() > MOST_DIGITS || Math.abs((long) number.scale()) > MOST_DIGITS) {
            throw new MappingException(position, "a number of more than " + MOST_DIGITS + " digits", null);
        }
    }

    private static Value bounded(BigInteger number, int position) throws MappingException {
        if (number.bitLength() > MOST_BITS) {
            throw new MappingException(position, "a number of more than " + MOST_BITS + " bits", null);
        }
        return new Value.Int(number);
    }

    private static Value bounded(BigDecimal number, int position) throws MappingException {
        check(number, position);
        return new Value.Dec(number);
    }

    /** Compares two numbers of any kinds by what they mean; null when one is not a number. */
    static @Nullable Integer compare(Value a, Value b) {
        if (a instanceof Value.Int x && b instanceof Value.Int y) {
            return x.value().compareTo(y.value());
        }
        if (a instanceof Value.Dbl x && b instanceof Value.Dbl y) {
            return compare(x.value(), y.value());
        }
        if (a instanceof Value.Dbl x && !Double.isFinite(x.value())) {
            return compare(x.value(), 0);
        }
        if (b instanceof Value.Dbl y && !Double.isFinite(y.value())) {
            return compare(0, y.value());
        }
        return any(a).compareTo(any(b));
    }

    private static @Nullable Integer compare(double a, double b) {
        return Double.isNaN(a) || Double.isNaN(b) ? null : Integer.valueOf(a < b ? -1 : a > b ? 1 : 0);
    }

    private static BigDecimal any(Value value) {
        if (value instanceof Value.Int integer) {
            return new BigDecimal(integer.value());
        } else if (value instanceof Value.Dbl dbl) {
            return new BigDecimal(Doubles.text(dbl.value()));
        }
        return ((Value.Dec) value).value();
    }
}
