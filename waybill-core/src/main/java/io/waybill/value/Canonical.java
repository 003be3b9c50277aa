package io.waybill.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The one canonical form of values, from which row digests come. Every number with the same mathematical value has the
 * same form, whatever kind held it: the decimal 1.50, the decimal 1.5 and the double 1.5 are one number, the integer 1 and
 * the decimal 1.0 another. Maps and sets are sorted, and a set counts one number once; everything else keeps
 * its order.
 *
 * <p>Form: one tag byte, then the content, with lengths as four bytes big endian, so no two different values share a form.
 */
public final class Canonical {
    private Canonical() {}

    /** One for each thread, with its hash, whose making costs as much as a small row; unless a row was large. */
    private static final ThreadLocal<Out> OUT = ThreadLocal.withInitial(Out::new);

    private static final int DAY = 86_400;
    private static final int DAY_LENGTH = "2024-02-29".length();
    private static final int CLOCK = "2024-02-29T23:59:59".length();
    private static final long YEAR_1000 = -30_610_224_000L;
    private static final long YEAR_10000 = 253_402_300_800L;
    private static final int LARGEST_KEPT = 1 << 20;

    /** The canonical bytes of a value. */
    public static byte[] bytes(Value value) {
        Out out = new Out();
        write(value, out);
        return out.bytes();
    }

    /** The digest of a row over all its fields, sorted by name: SHA-256 cut to 128 bits. */
    public static Digest digest(Row row) {
        Out out = OUT.get();
        out.size = 0;
        row(row, out);
        MessageDigest sha256 = out.sha256();
        sha256.update(out.content, 0, out.size);
        if (out.content.length > LARGEST_KEPT) {
            OUT.remove();
        }
        return Digest.ofFirst(sha256.digest(), 16);
    }

    /**
     * Canonical forms, one after another. What stands in a store's own bytes is written without being decoded first; it has to
     * be what the methods say, since none looks.
     */
    public static final class Out {
        /** Characters of the longest number. */
        private static final int LONGEST = 20;

        private @Nullable MessageDigest sha256;
        private byte[] content = new byte[256];
        private int size;

        private Out() {}

        private MessageDigest sha256() {
            if (sha256 == null) {
                sha256 = Digest.newSha256();
            }
            return sha256;
        }

        public void value(Value value) {
            Canonical.write(value, this);
        }

        public void bool(boolean value) {
            tag(value ? 'T' : 'F');
        }

        /** A number in decimal digits, with a minus before and a point in them or not. */
        public void decimal(byte[] bytes, int from, int to) {
            tag('n');
            int length = size;
            count(0);
            room(to - from + 2 * LONGEST);
            boolean negative = bytes[from] == '-';
            if (negative) {
                content[size++] = '-';
            }
            int start = size;
            long exponent = 0;
            int afterPoint = 0;
            for (int i = negative ? from + 1 : from; i < to; i++) {
                if (bytes[i] == '.') {
                    afterPoint = 1;
                    continue;
                }
                exponent -= afterPoint;
                if (bytes[i] != '0' || size > start) {
                    content[size++] = bytes[i];
                }
            }
            if (size == start) {
                size = length + Integer.BYTES; // zero has one form
                tag('0');
                exponent = 0;
            } else {
                for (; content[size - 1] == '0'; size--) {
                    exponent++;
                }
            }
            tag('e');
            digits(exponent);
            length(length);
        }

        /** A text in UTF-8. */
        public void text(byte[] bytes, int from, int to) {
            block('s', bytes, from, to);
        }

        /** Bytes, of which hexadecimal digits in small letters stand here, two for each. */
        public void hexadecimal(byte[] digits, int from, int to) {
            int length = (to - from) / 2;
            tag('b');
            count(length);
            room(length);
            for (int i = 0; i < length; i++) {
                int high = digit(digits[from + 2 * i]);
                content[size++] = (byte) (high << 4 | digit(digits[from + 2 * i + 1]));
            }
        }

        private static int digit(byte letter) {
            return (letter & 0xf) + (letter >> 6) * 9; // the letters of ASCII lie 64 on, and begin with 1
        }

        /** A day, as {@link LocalDate#toString()} has it. */
        public void date(byte[] bytes, int from, int to) {
            block('d', bytes, from, to);
        }

        /**
         * A point in time, in UTC: the day as {@link LocalDate#toString()} has it, then any one character, then {@code HH:MM:SS}
         * and, if there is more, a point and up to six digits.
         */
        public void timestamp(byte[] bytes, int from, int to) {
            tag('z');
            int length = size;
            count(0);
            int clock = to - from > CLOCK ? from + CLOCK : to;
            write(bytes, from, clock);
            content[size - CLOCK + DAY_LENGTH] = 'T';
            if (to > clock) {
                int nanos = 0;
                for (int i = 1; i <= 9; i++) {
                    nanos = nanos * 10 + (clock + i < to ? bytes[clock + i] - '0' : 0);
                }
                fraction(nanos);
            }
            tag('Z');
            length(length);
        }

        private void block(char tag, byte[] bytes, int from, int to) {
            tag(tag);
            count(to - from);
            write(bytes, from, to);
        }

        private void write(byte[] bytes, int from, int to) {
            room(to - from);
            System.arraycopy(bytes, from, content, size, to - from);
            size += to - from;
        }

        private void room(int more) {
            if (content.length - size < more) {
                content = Arrays.copyOf(content, Math.max(content.length * 2, Math.addExact(size, more)));
            }
        }

        private void tag(char tag) {
            room(1);
            content[size++] = (byte) tag;
        }

        private void count(int count) {
            room(4);
            content[size++] = (byte) (count >>> 24);
            content[size++] = (byte) (count >>> 16);
            content[size++] = (byte) (count >>> 8);
            content[size++] = (byte) count;
        }

        private void write(byte[] bytes) {
            write(bytes, 0, bytes.length);
        }

        /** Says at a place kept for it how much came after it. */
        private void length(int at) {
            int end = size;
            size = at;
            count(end - at - Integer.BYTES);
            size = end;
        }

        private void two(char before, int number) {
            tag(before);
            tag((char) ('0' + number / 10));
            tag((char) ('0' + number % 10));
        }

        /** Thousandths, millionths or billionths of a second, as few as tell all; nothing if there is none. */
        private void fraction(int nanos) {
            if (nanos == 0) {
                return;
            }
            tag('.');
            int rest = nanos;
            int unit = 100_000_000;
            for (int i = 1; i <= 9; i++) {
                tag((char) ('0' + rest / unit));
                rest %= unit;
                unit /= 10;
                if (rest == 0 && i % 3 == 0) {
                    return;
                }
            }
        }

        private void digits(long value) {
            if (value == Long.MIN_VALUE) {
                plain(Long.toString(value));
                return;
            }
            room(2 * LONGEST);
            if (value >= 0 && value < 10) {
                content[size++] = (byte) ('0' + value);
                return;
            }
            long rest = value < 0 ? -value : value;
            int end = size + 2 * LONGEST;
            int at = end;
            do {
                content[--at] = (byte) ('0' + rest % 10);
                rest /= 10;
            } while (rest != 0);
            if (value < 0) {
                content[--at] = '-';
            }
            System.arraycopy(content, at, content, size, end - at); // written backwards, behind where it belongs
            size += end - at;
        }

        /** Writes a text of ASCII; answers whether it is one, and else may have written part of it. */
        private boolean plain(String text) {
            int length = text.length();
            room(length);
            for (int i = 0; i < length; i++) {
                char c = text.charAt(i);
                if (c >= 0x80) {
                    return false;
                }
                content[size + i] = (byte) c;
            }
            size += length;
            return true;
        }

        private byte[] bytes() {
            return Arrays.copyOf(content, size);
        }
    }

    private static void write(Value value, Out out) {
        if (value instanceof Value.Null) {
            out.tag('0');
        } else if (value instanceof Value.Bool bool) {
            out.tag(bool.value() ? 'T' : 'F');
        } else if (value instanceof Value.Int integer) {
            number(integer.value(), 0, out);
        } else if (value instanceof Value.Dec decimal) {
            number(decimal.value(), out);
        } else if (value instanceof Value.Dbl dbl) {
            real(dbl.value(), out);
        } else if (value instanceof Value.Text text) {
            text(text.value(), out);
        } else if (value instanceof Value.Bytes raw) {
            block('b', raw.value(), out);
        } else if (value instanceof Value.Date date) {
            ascii('d', date.value().toString(), out);
        } else if (value instanceof Value.Time time) {
            ascii('t', time.value().toString(), out);
        } else if (value instanceof Value.LocalTimestamp local) {
            ascii('l', local.value().toString(), out);
        } else if (value instanceof Value.Timestamp instant) {
            instant(instant.value(), out);
        } else if (value instanceof Value.Uuid uuid) {
            ascii('u', uuid.value().toString(), out);
        } else if (value instanceof Value.ListOf list) {
            out.tag('[');
            out.count(list.values().size());
            for (Value element : list.values()) {
                write(element, out);
            }
        } else if (value instanceof Value.MapOf map) {
            map(map.values(), out);
        } else if (value instanceof Value.SetOf set) {
            TreeSet<byte[]> forms = new TreeSet<>(Arrays::compareUnsigned);
            for (Value element : set.values()) {
                forms.add(bytes(element));
            }
            out.tag('<');
            out.count(forms.size());
            for (byte[] form : forms) {
                out.write(form);
            }
        } else {
            throw new IllegalArgumentException("no canonical form for " + value.kind());
        }
    }

    private static void row(Row row, Out out) {
        out.tag('{');
        Shape shape = row.shape();
        out.count(shape.size());
        for (int i = 0; i < shape.size(); i++) {
            out.write(shape.sortedForm(i));
            row.canonical(shape.sorted(i), out);
        }
    }

    private static void map(Map<String, Value> fields, Out out) {
        out.tag('{');
        out.count(fields.size());
        String[] names = fields.keySet().toArray(String[]::new);
        Arrays.sort(names);
        for (String name : names) {
            block('k', Texts.bytes(name), out);
            write(Objects.requireNonNull(fields.get(name)), out);
        }
    }

    private static void real(double value, Out out) {
        if (Double.isNaN(value)) {
            ascii('r', "nan", out);
        } else if (Double.isInfinite(value)) {
            ascii('r', value > 0 ? "inf" : "-inf", out);
        } else if (value == 0 && Double.compare(value, 0.0) != 0) {
            ascii('r', "-0", out);
        } else {
            String digits = Doubles.text(value);
            if (!isShort(digits)) {
                number(new BigDecimal(digits), out);
                return;
            }
            int point = digits.indexOf('.');
            long whole = Long.parseLong(digits, 0, point, 10);
            long unscaled = whole;
            for (int i = point + 1; i < digits.length(); i++) {
                int digit = digits.charAt(i) - '0';
                unscaled = unscaled * 10 + (value < 0 ? -digit : digit);
            }
            shortened(unscaled, digits.length() - 1 - point, out);
        }
    }

    /** Whether the digits of a double, without its point, fit into a long and no exponent follows. */
    private static boolean isShort(String digits) {
        return digits.length() < 19 && digits.indexOf('E') < 0;
    }

    private static void number(BigDecimal value, Out out) {
        number(value.unscaledValue(), value.scale(), out);
    }

    /** Unscaled value and scale without trailing zeros; zero is one form. */
    private static void number(BigInteger unscaled, int scale, Out out) {
        if (unscaled.bitLength() < Long.SIZE) {
            shortened(unscaled.longValue(), scale, out);
            return;
        }
        BigDecimal plain = new BigDecimal(unscaled, scale).stripTrailingZeros();
        ascii('n', plain.unscaledValue() + "e" + -(long) plain.scale(), out);
    }

    private static void shortened(long unscaled, int scale, Out out) {
        long value = unscaled;
        long exponent = value == 0 ? 0 : -(long) scale;
        while (value != 0 && value % 10 == 0) {
            value /= 10;
            exponent++;
        }
        exact(value, exponent, out);
    }

    /** As {@link Instant#toString()}, without its formatter for the years of four digits. */
    private static void instant(Instant instant, Out out) {
        long seconds = instant.getEpochSecond();
        if (seconds < YEAR_1000 || seconds >= YEAR_10000) {
            ascii('z', instant.toString(), out);
            return;
        }
        LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(seconds, DAY));
        int ofDay = Math.floorMod(seconds, DAY);
        out.tag('z');
        int length = out.size;
        out.count(0);
        out.digits(day.getYear());
        out.two('-', day.getMonthValue());
        out.two('-', day.getDayOfMonth());
        out.two('T', ofDay / 3600);
        out.two(':', ofDay / 60 % 60);
        out.two(':', ofDay % 60);
        out.fraction(instant.getNano());
        out.tag('Z');
        out.length(length);
    }

    /** {@code valueEexponent} in decimal digits. */
    private static void exact(long value, long exponent, Out out) {
        out.tag('n');
        int length = out.size;
        out.count(0);
        out.digits(value);
        out.tag('e');
        out.digits(exponent);
        out.length(length);
    }

    /** UTF-8; a text of plain letters without a copy. */
    private static void text(String text, Out out) {
        out.tag('s');
        int length = out.size;
        out.count(0);
        if (!out.plain(text)) {
            out.size = length + Integer.BYTES;
            out.write(Texts.bytes(text));
        }
        out.length(length);
    }

    private static void ascii(char tag, String text, Out out) {
        block(tag, text.getBytes(StandardCharsets.US_ASCII), out);
    }

    /** The form of a field's name, before the form of its value. */
    static byte[] name(String name) {
        Out out = new Out();
        block('k', Texts.bytes(name), out);
        return out.bytes();
    }

    private static void block(char tag, byte[] content, Out out) {
        out.tag(tag);
        out.count(content.length);
        out.write(content);
    }
}
