package io.waybill.jdbc.postgresql;

import io.waybill.value.Canonical;
import io.waybill.value.Value;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.UUID;

/**
 * How the binary format of COPY holds the values of types. Most values need not be decoded to be digested, and those that a
 * table of the same types gets are handed on as they came.
 */
enum PostgresWire {
    SHORT {
        @Override
        boolean isWhole() {
            return true;
        }

        @Override
        long whole(byte[] bytes, int from) {
            return (short) SHORTS.get(bytes, from);
        }

        @Override
        Value decode(byte[] bytes, int from, int to) {
            return Value.of(whole(bytes, from));
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            out.number(whole(bytes, from), 0);
        }
    },
    INT {
        @Override
        boolean isWhole() {
            return true;
        }

        @Override
        long whole(byte[] bytes, int from) {
            return (int) INTS.get(bytes, from);
        }

        @Override
        Value decode(byte[] bytes, int from, int to) {
            return Value.of(whole(bytes, from));
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            out.number(whole(bytes, from), 0);
        }
    },
    LONG {
        @Override
        boolean isWhole() {
            return true;
        }

        @Override
        long whole(byte[] bytes, int from) {
            return (long) LONGS.get(bytes, from);
        }

        @Override
        Value decode(byte[] bytes, int from, int to) {
            return Value.of(whole(bytes, from));
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            out.number(whole(bytes, from), 0);
        }
    },
    /** Four counts of two bytes each, then digits of base 10,000: how many, the weight of the first, sign, decimals shown. */
    NUMERIC {
        @Override
        boolean isPlain(byte[] bytes, int from, int to) {
            int sign = sign(bytes, from);
            return to - from <= DIGITS + 2 * FEW && (sign == 0 || sign == NEGATIVE);
        }

        @Override
        Value decode(byte[] bytes, int from, int to) throws BadValue {
            int sign = sign(bytes, from);
            if (sign != 0 && sign != NEGATIVE) {
                return PostgresText.decimal(sign == NAN ? "NaN" : "Infinity");
            }
            int shown = (short) SHORTS.get(bytes, from + 6);
            BigDecimal number;
            if (isPlain(bytes, from, to)) {
                number = BigDecimal.valueOf(unscaled(bytes, from, to), scale(bytes, from, to));
            } else {
                BigInteger unscaled = new BigInteger(digits(bytes, from, to));
                number = new BigDecimal(sign == 0 ? unscaled : unscaled.negate(), scale(bytes, from, to));
            }
            return new Value.Dec(number.setScale(shown)); // what is not shown is zero
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            out.number(unscaled(bytes, from, to), scale(bytes, from, to));
        }
    },
    DOUBLE {
        @Override
        Value decode(byte[] bytes, int from, int to) {
            return new Value.Dbl((double) DOUBLES.get(bytes, from));
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            out.number((double) DOUBLES.get(bytes, from));
        }
    },
    BOOLEAN {
        @Override
        Value decode(byte[] bytes, int from, int to) {
            return Value.of(bytes[from] != 0);
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            out.bool(bytes[from] != 0);
        }
    },
    TEXT {
        @Override
        boolean isPlain(byte[] bytes, int from, int to) {
            return isAscii(bytes, from, to); // the rest has to be looked at
        }

        @Override
        Value decode(byte[] bytes, int from, int to) throws BadValue {
            return Value.of(text(bytes, from, to));
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            out.text(bytes, from, to);
        }
    },
    BYTES {
        @Override
        Value decode(byte[] bytes, int from, int to) {
            return new Value.Bytes(java.util.Arrays.copyOfRange(bytes, from, to));
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            out.bytes(bytes, from, to);
        }
    },
    /** Days since the year 2000. */
    DATE {
        @Override
        boolean isPlain(byte[] bytes, int from, int to) {
            int day = (int) INTS.get(bytes, from);
            return day != Integer.MAX_VALUE && day != Integer.MIN_VALUE;
        }

        @Override
        Value decode(byte[] bytes, int from, int to) throws BadValue {
            if (!isPlain(bytes, from, to)) {
                return PostgresText.date(INFINITY);
            }
            return new Value.Date(LocalDate.ofEpochDay((int) INTS.get(bytes, from) + DAYS_BEFORE_2000));
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            out.date((int) INTS.get(bytes, from) + DAYS_BEFORE_2000);
        }
    },
    /** Microseconds since midnight. */
    TIME {
        @Override
        boolean isPlain(byte[] bytes, int from, int to) {
            return false;
        }

        @Override
        Value decode(byte[] bytes, int from, int to) throws BadValue {
            long micros = (long) LONGS.get(bytes, from);
            return micros == 24 * 3600 * MICROS
                    ? PostgresText.time("24:00:00")
                    : new Value.Time(LocalTime.ofNanoOfDay(micros * 1000));
        }
    },
    /** Microseconds since the year 2000, wherever. */
    LOCAL_TIMESTAMP {
        @Override
        boolean isPlain(byte[] bytes, int from, int to) {
            return !isInfinite((long) LONGS.get(bytes, from));
        }

        @Override
        Value decode(byte[] bytes, int from, int to) throws BadValue {
            long micros = (long) LONGS.get(bytes, from);
            return isInfinite(micros)
                    ? PostgresText.localTimestamp(INFINITY)
                    : new Value.LocalTimestamp(
                            LocalDateTime.ofEpochSecond(second(micros), nanos(micros), ZoneOffset.UTC));
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            long micros = (long) LONGS.get(bytes, from);
            out.localTimestamp(second(micros), nanos(micros));
        }
    },
    /** Microseconds since the year 2000 in UTC. */
    TIMESTAMP {
        @Override
        boolean isPlain(byte[] bytes, int from, int to) {
            return !isInfinite((long) LONGS.get(bytes, from));
        }

        @Override
        Value decode(byte[] bytes, int from, int to) throws BadValue {
            long micros = (long) LONGS.get(bytes, from);
            return isInfinite(micros)
                    ? PostgresText.timestamp(INFINITY)
                    : new Value.Timestamp(Instant.ofEpochSecond(second(micros), nanos(micros)));
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            long micros = (long) LONGS.get(bytes, from);
            out.timestamp(second(micros), nanos(micros));
        }
    },
    UUID_BYTES {
        @Override
        Value decode(byte[] bytes, int from, int to) {
            return new Value.Uuid(new UUID((long) LONGS.get(bytes, from), (long) LONGS.get(bytes, from + Long.BYTES)));
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            out.uuid((long) LONGS.get(bytes, from), (long) LONGS.get(bytes, from + Long.BYTES));
        }
    },
    JSON {
        @Override
        boolean isPlain(byte[] bytes, int from, int to) {
            return false;
        }

        @Override
        Value decode(byte[] bytes, int from, int to) throws BadValue {
            return PostgresText.json(text(bytes, from, to));
        }
    },
    /** A version, then text. */
    JSONB {
        @Override
        boolean isPlain(byte[] bytes, int from, int to) {
            return false;
        }

        @Override
        Value decode(byte[] bytes, int from, int to) throws BadValue {
            if (bytes[from] != 1) {
                throw new BadValue("was sent as jsonb of the unknown version " + bytes[from]);
            }
            return PostgresText.json(text(bytes, from + 1, to));
        }
    };

    private static final VarHandle SHORTS = view(short[].class);
    private static final VarHandle INTS = view(int[].class);
    private static final VarHandle LONGS = view(long[].class);
    private static final VarHandle DOUBLES = view(double[].class);

    private static final String INFINITY = "infinity";
    private static final long DAYS_BEFORE_2000 = 10_957;
    private static final long SECONDS_BEFORE_2000 = DAYS_BEFORE_2000 * 86_400;
    private static final long MICROS = 1_000_000;

    /** Where the digits of a numeric begin. */
    private static final int DIGITS = 8;
    /** So many digits of base 10,000 always fit into a long. */
    private static final int FEW = 4;

    private static final int NEGATIVE = 0x4000;
    private static final int NAN = 0xc000;

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.BIG_ENDIAN);
    }

    /** Whether a field need not be decoded: {@link #canonical} is known, and {@link #decode} cannot fail. */
    boolean isPlain(byte[] bytes, int from, int to) {
        return true;
    }

    /** Whether it holds whole numbers that fit into a {@code long}. */
    boolean isWhole() {
        return false;
    }

    /** The number that a field of whole numbers holds. */
    long whole(byte[] bytes, int from) {
        throw new IllegalStateException(this + " holds no whole numbers");
    }

    abstract Value decode(byte[] bytes, int from, int to) throws BadValue;

    /** Writes the canonical form of a plain field. */
    void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
        throw new IllegalStateException(this + " is never plain");
    }

    private static int sign(byte[] bytes, int from) {
        return (short) SHORTS.get(bytes, from + 4) & 0xffff;
    }

    private static long unscaled(byte[] bytes, int from, int to) {
        long unscaled = 0;
        for (int i = from + DIGITS; i < to; i += 2) {
            unscaled = unscaled * 10_000 + (short) SHORTS.get(bytes, i);
        }
        return sign(bytes, from) == 0 ? unscaled : -unscaled;
    }

    private static int scale(byte[] bytes, int from, int to) {
        int weight = (short) SHORTS.get(bytes, from + 2);
        int count = (to - from - DIGITS) / 2;
        return count == 0 ? 0 : 4 * (count - 1 - weight);
    }

    private static String digits(byte[] bytes, int from, int to) {
        StringBuilder digits = new StringBuilder(2 * (to - from));
        for (int i = from + DIGITS; i < to; i += 2) {
            int four = (short) SHORTS.get(bytes, i);
            digits.append((char) ('0' + four / 1000))
                    .append((char) ('0' + four / 100 % 10))
                    .append((char) ('0' + four / 10 % 10))
                    .append((char) ('0' + four % 10));
        }
        return digits.toString();
    }

    private static boolean isInfinite(long micros) {
        return micros == Long.MAX_VALUE || micros == Long.MIN_VALUE;
    }

    private static long second(long micros) {
        return Math.floorDiv(micros, MICROS) + SECONDS_BEFORE_2000;
    }

    private static int nanos(long micros) {
        return (int) Math.floorMod(micros, MICROS) * 1000;
    }

    private static boolean isAscii(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    /** The text that bytes in UTF-8 are. */
    static String text(byte[] bytes, int from, int to) throws BadValue {
        if (isAscii(bytes, from, to)) {
            return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1); // quicker, and the same here
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadValue("holds a text that is not UTF-8");
        }
    }
}
