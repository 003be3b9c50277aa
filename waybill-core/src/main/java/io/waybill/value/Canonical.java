package io.waybill.value;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
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
 * <p>Form: one tag byte, then the content, with lengths as four bytes big endian, so no two different values share a form. Numbers
 * are ten to a power and what it is times; a number that can be divided by ten is, so that each has one form. A row is the
 * digest of its names, sorted, then its values in their order: rows have the names in common, which are hashed once.
 */
public final class Canonical {
    private Canonical() {}

    /** One for each thread, with its hash, whose making costs as much as a small row; unless a row was large. */
    private static final ThreadLocal<Out> OUT = ThreadLocal.withInitial(Out::new);

    /** Below it, whole numbers have fifteen digits, of which a double keeps each. */
    private static final double EXACT = 1e15;

    private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
    private static final int LARGEST_KEPT = 1 << 20;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

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
        return Digest.ofFirst(hashed(out), Digest.ROW);
    }

    /** Puts the digest of a row of this shape, none of whose fields is decoded, into {@link Digest#ROW} bytes from a place on. */
    public static void digest(Shape shape, Encoded row, byte[] into, int at) {
        Out out = OUT.get();
        out.size = 0;
        out.write(shape.namesForm());
        for (int i = 0; i < shape.size(); i++) {
            row.canonical(shape.sorted(i), out);
        }
        System.arraycopy(hashed(out), 0, into, at, Digest.ROW);
    }

    private static byte[] hashed(Out out) {
        MessageDigest sha256 = out.sha256();
        sha256.update(out.content, 0, out.size);
        if (out.content.length > LARGEST_KEPT) {
            OUT.remove();
        }
        try {
            sha256.digest(out.hash, 0, out.hash.length);
        } catch (DigestException e) {
            throw new IllegalStateException("a SHA-256 has 32 bytes", e);
        }
        return out.hash;
    }

    /** The canonical bytes of a row, to be a key of maps: as exact as they are, and made with less work than a digest. */
    public static final class Form {
        private final byte[] bytes;
        private final int hash;

        private Form(byte[] bytes) {
            this.bytes = bytes;
            this.hash = Arrays.hashCode(bytes);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Form form && hash == form.hash && Arrays.equals(bytes, form.bytes);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /** The form of a row over all its fields, sorted by name. */
    public static Form form(Row row) {
        Out out = OUT.get();
        out.size = 0;
        row(row, out);
        Form form = new Form(out.bytes());
        if (out.content.length > LARGEST_KEPT) {
            OUT.remove();
        }
        return form;
    }

    /**
     * Canonical forms, one after another. What stands in a store's own bytes is written without being decoded first; it has to
     * be what the methods say, since none looks.
     */
    public static final class Out {
        private @Nullable MessageDigest sha256;
        private final byte[] hash = new byte[32];
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

        /** No value. */
        public void nothing() {
            tag('0');
        }

        public void bool(boolean value) {
            tag(value ? 'T' : 'F');
        }

        /** The number {@code unscaled} times ten to the power of {@code -scale}. */
        public void number(long unscaled, int scale) {
            shortened(unscaled, scale, this);
        }

        public void number(double value) {
            real(value, this);
        }

        /** A text in UTF-8. */
        public void text(byte[] bytes, int from, int to) {
            block('s', bytes, from, to);
        }

        public void bytes(byte[] bytes, int from, int to) {
            block('b', bytes, from, to);
        }

        /** A day, counted from 1970-01-01. */
        public void date(long epochDay) {
            eight('d', epochDay);
        }

        /** A point in time: seconds from 1970 in UTC, and nanoseconds after that. */
        public void timestamp(long seconds, int nanos) {
            eight('z', seconds);
            count(nanos);
        }

        /** A time of day, in nanoseconds. */
        void time(long nanoOfDay) {
            eight('t', nanoOfDay);
        }

        /** Date and time, wherever: seconds from 1970, as if in UTC, and nanoseconds after that. */
        public void localTimestamp(long seconds, int nanos) {
            eight('l', seconds);
            count(nanos);
        }

        /** A UUID, of twice eight bytes. */
        public void uuid(long most, long least) {
            eight('u', most);
            room(Long.BYTES);
            LONGS.set(content, size, least);
            size += Long.BYTES;
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
            room(Integer.BYTES);
            INTS.set(content, size, count);
            size += Integer.BYTES;
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

        private void eight(char tag, long value) {
            room(1 + Long.BYTES);
            content[size] = (byte) tag;
            LONGS.set(content, size + 1, value);
            size += 1 + Long.BYTES;
        }

        /** The length, then as few bytes as hold the number and its sign. */
        private void whole(long value) {
            int length = (Long.SIZE - Long.numberOfLeadingZeros(value ^ (value >> 63))) / 8 + 1;
            room(Integer.BYTES + Long.BYTES);
            INTS.set(content, size, length);
            LONGS.set(content, size + Integer.BYTES, value << (Long.SIZE - 8 * length));
            size += Integer.BYTES + length;
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
            out.date(date.value().toEpochDay());
        } else if (value instanceof Value.Time time) {
            out.time(time.value().toNanoOfDay());
        } else if (value instanceof Value.LocalTimestamp local) {
            Instant instant = local.value().toInstant(ZoneOffset.UTC);
            out.localTimestamp(instant.getEpochSecond(), instant.getNano());
        } else if (value instanceof Value.Timestamp instant) {
            out.timestamp(instant.value().getEpochSecond(), instant.value().getNano());
        } else if (value instanceof Value.Uuid uuid) {
            out.uuid(uuid.value().getMostSignificantBits(), uuid.value().getLeastSignificantBits());
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
        Shape shape = row.shape();
        out.write(shape.namesForm());
        for (int i = 0; i < shape.size(); i++) {
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
        } else if (value == 0) {
            if (Double.compare(value, 0.0) == 0) {
                shortened(0, 0, out);
            } else {
                ascii('r', "-0", out);
            }
        } else {
            for (int scale = 0; scale < POWERS.length; scale++) {
                double unscaled = value * POWERS[scale];
                // no two decimals of so many digits mean one double, so this is the shortest
                if (Math.abs(unscaled) < EXACT
                        && unscaled == Math.rint(unscaled)
                        && unscaled / POWERS[scale] == value) {
                    shortened((long) unscaled, scale, out);
                    return;
                }
            }
            String digits = Doubles.text(value);
            if (!isShort(digits)) {
                number(new BigDecimal(digits), out);
                return;
            }
            int point = digits.indexOf('.');
            long unscaled = Long.parseLong(digits, 0, point, 10);
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
        out.eight('n', -(long) plain.scale());
        byte[] whole = plain.unscaledValue().toByteArray();
        out.count(whole.length);
        out.write(whole);
    }

    private static void shortened(long unscaled, int scale, Out out) {
        long value = unscaled;
        long exponent = value == 0 ? 0 : -(long) scale;
        while (value != 0 && value % 10 == 0) {
            value /= 10;
            exponent++;
        }
        out.eight('n', exponent);
        out.whole(value);
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

    /** What stands for the sorted names of a row in its form: a digest of them. */
    static byte[] names(List<String> sorted) {
        byte[] form = bytes(new Value.ListOf(sorted.stream().map(Value::of).toList()));
        return Arrays.copyOf(Digest.sha256(form).bytes(), Digest.ROW);
    }

    private static void block(char tag, byte[] content, Out out) {
        out.tag(tag);
        out.count(content.length);
        out.write(content);
    }
}
