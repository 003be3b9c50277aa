package io.waybill.jdbc.postgresql;

import io.waybill.value.Canonical;
import java.util.Arrays;

/**
 * Types whose values, as COPY sends them, nearly always tell by themselves that they can be decoded and what their canonical form
 * is. Such fields need not be decoded to be digested and written again.
 */
enum PostgresPlain {
    INTEGER {
        @Override
        boolean isPlain(byte[] bytes, int from, int to) {
            return to - from < LONGEST;
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            out.decimal(bytes, from, to);
        }
    },
    DECIMAL {
        @Override
        boolean isPlain(byte[] bytes, int from, int to) {
            return to - from < LONGEST && isDigit(bytes[to - 1]); // and so neither NaN nor infinity
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            out.decimal(bytes, from, to);
        }
    },
    /** Floating point. Up to fifteen digits name one double only, so they are also the shortest that name it. */
    DOUBLE {
        @Override
        boolean isPlain(byte[] bytes, int from, int to) {
            if (to - from > EXACT || (bytes[from] == '-' && bytes[from + 1] == '0')) {
                return false; // zero has a sign here
            }
            for (int i = bytes[from] == '-' ? from + 1 : from; i < to; i++) {
                if (!isDigit(bytes[i]) && bytes[i] != '.') {
                    return false; // neither has NaN, infinity or an exponent the digits of a decimal
                }
            }
            return true;
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            out.decimal(bytes, from, to);
        }
    },
    TEXT {
        @Override
        boolean isPlain(byte[] bytes, int from, int to) {
            for (int i = from; i < to; i++) {
                if (bytes[i] < 0) {
                    return false; // not plain ASCII, so it has to be looked at
                }
            }
            return true;
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            for (int i = from; i < to; i++) {
                if (bytes[i] == '\\') {
                    byte[] text = PostgresLine.unescaped(bytes, from, to);
                    out.text(text, 0, text.length);
                    return;
                }
            }
            out.text(bytes, from, to);
        }
    },
    BOOLEAN {
        @Override
        boolean isPlain(byte[] bytes, int from, int to) {
            return to - from == 1;
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            out.bool(bytes[from] == 't');
        }
    },
    /** Hexadecimal, after a backslash, itself escaped, and an x. */
    BYTES {
        @Override
        boolean isPlain(byte[] bytes, int from, int to) {
            return to - from >= HEX && bytes[from] == '\\' && bytes[from + 1] == '\\' && bytes[from + 2] == 'x';
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            out.hexadecimal(bytes, from + HEX, to);
        }
    },
    DATE {
        @Override
        boolean isPlain(byte[] bytes, int from, int to) {
            return to - from == DAY && isDay(bytes, from);
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            out.date(bytes, from, to);
        }
    },
    /** With a zone; sessions are in UTC. */
    TIMESTAMP {
        @Override
        boolean isPlain(byte[] bytes, int from, int to) {
            return to - from >= SECOND + ZONE
                    && to - from <= SECOND + ZONE + 7
                    && isDay(bytes, from)
                    && bytes[to - 3] == '+'
                    && bytes[to - 2] == '0'
                    && bytes[to - 1] == '0';
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            out.timestamp(bytes, from, to - ZONE);
        }
    },
    /** No type that is read here: all others. */
    NONE {
        @Override
        boolean isPlain(byte[] bytes, int from, int to) {
            return false;
        }

        @Override
        void canonical(byte[] bytes, int from, int to, Canonical.Out out) {
            throw new IllegalStateException("not plain: " + Arrays.toString(bytes));
        }
    };

    /** Characters that, sign and point included, are always a long. */
    private static final int LONGEST = 19;

    /** Characters that never hold more digits than a double keeps. */
    private static final int EXACT = 15;

    private static final int HEX = "\\\\x".length();

    private static final int DAY = "2024-02-29".length();
    private static final int SECOND = "2024-02-29 23:59:59".length();
    private static final int ZONE = "+00".length();

    /** Whether the field, which is not null, is one of the many whose {@link #canonical} form is known. */
    abstract boolean isPlain(byte[] bytes, int from, int to);

    abstract void canonical(byte[] bytes, int from, int to, Canonical.Out out);

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    /** A year of four digits; those before 1000 have other forms elsewhere. */
    private static boolean isDay(byte[] bytes, int from) {
        return bytes[from] >= '1' && bytes[from] <= '9' && bytes[from + 4] == '-' && bytes[from + 7] == '-';
    }
}
