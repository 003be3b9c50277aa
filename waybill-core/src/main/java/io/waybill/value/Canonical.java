package io.waybill.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

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

    /** One for each thread: looking one up costs as much as a small row. */
    private static final ThreadLocal<MessageDigest> SHA256 = ThreadLocal.withInitial(Digest::newSha256);

    /** The canonical bytes of a value. */
    public static byte[] bytes(Value value) {
        Sink out = new Sink();
        write(value, out);
        return out.bytes();
    }

    /** The digest of a row over all its fields, sorted by name: SHA-256 cut to 128 bits. */
    public static Digest digest(Row row) {
        Sink out = new Sink();
        map(row.fields(), out);
        MessageDigest sha256 = SHA256.get();
        sha256.update(out.content, 0, out.size);
        return Digest.of(Arrays.copyOf(sha256.digest(), 16));
    }

    /** Bytes that are gathered. */
    private static final class Sink {
        private byte[] content = new byte[256];
        private int size;

        private void room(int more) {
            if (content.length - size < more) {
                content = Arrays.copyOf(content, Math.max(content.length * 2, Math.addExact(size, more)));
            }
        }

        void tag(char tag) {
            room(1);
            content[size++] = (byte) tag;
        }

        void count(int count) {
            room(4);
            content[size++] = (byte) (count >>> 24);
            content[size++] = (byte) (count >>> 16);
            content[size++] = (byte) (count >>> 8);
            content[size++] = (byte) count;
        }

        void write(byte[] bytes) {
            room(bytes.length);
            System.arraycopy(bytes, 0, content, size, bytes.length);
            size += bytes.length;
        }

        byte[] bytes() {
            return Arrays.copyOf(content, size);
        }
    }

    private static void write(Value value, Sink out) {
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
            block('s', Texts.bytes(text.value()), out);
        } else if (value instanceof Value.Bytes raw) {
            block('b', raw.value(), out);
        } else if (value instanceof Value.Date date) {
            ascii('d', date.value().toString(), out);
        } else if (value instanceof Value.Time time) {
            ascii('t', time.value().toString(), out);
        } else if (value instanceof Value.LocalTimestamp local) {
            ascii('l', local.value().toString(), out);
        } else if (value instanceof Value.Timestamp instant) {
            ascii('z', instant.value().toString(), out);
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

    private static void map(Map<String, Value> fields, Sink out) {
        out.tag('{');
        out.count(fields.size());
        String[] names = fields.keySet().toArray(String[]::new);
        Arrays.sort(names);
        for (String name : names) {
            block('k', Texts.bytes(name), out);
            write(Objects.requireNonNull(fields.get(name)), out);
        }
    }

    private static void real(double value, Sink out) {
        if (Double.isNaN(value)) {
            ascii('r', "nan", out);
        } else if (Double.isInfinite(value)) {
            ascii('r', value > 0 ? "inf" : "-inf", out);
        } else if (value == 0 && Double.compare(value, 0.0) != 0) {
            ascii('r', "-0", out);
        } else {
            number(new BigDecimal(Double.toString(value)), out);
        }
    }

    private static void number(BigDecimal value, Sink out) {
        number(value.unscaledValue(), value.scale(), out);
    }

    /** Unscaled value and scale without trailing zeros; zero is one form. */
    private static void number(BigInteger unscaled, int scale, Sink out) {
        if (unscaled.bitLength() < Long.SIZE) {
            long value = unscaled.longValue();
            long exponent = value == 0 ? 0 : -(long) scale;
            while (value != 0 && value % 10 == 0) {
                value /= 10;
                exponent++;
            }
            ascii('n', value + "e" + exponent, out);
            return;
        }
        BigDecimal plain = new BigDecimal(unscaled, scale).stripTrailingZeros();
        ascii('n', plain.unscaledValue() + "e" + -(long) plain.scale(), out);
    }

    private static void ascii(char tag, String text, Sink out) {
        block(tag, text.getBytes(StandardCharsets.US_ASCII), out);
    }

    private static void block(char tag, byte[] content, Sink out) {
        out.tag(tag);
        out.count(content.length);
        out.write(content);
    }
}
