package io.waybill.value;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
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

    /** The canonical bytes of a value. */
    public static byte[] bytes(Value value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            write(value, new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array refuses nothing", e);
        }
        return bytes.toByteArray();
    }

    /** The digest of a row over all its fields, sorted by name: SHA-256 cut to 128 bits. */
    public static Digest digest(Row row) {
        byte[] form = bytes(new Value.MapOf(row.fields()));
        return Digest.of(Arrays.copyOf(Digest.newSha256().digest(form), 16));
    }

    private static void write(Value value, DataOutputStream out) throws IOException {
        if (value instanceof Value.Null) {
            out.writeByte('0');
        } else if (value instanceof Value.Bool bool) {
            out.writeByte(bool.value() ? 'T' : 'F');
        } else if (value instanceof Value.Int integer) {
            number(new BigDecimal(integer.value()), out);
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
            out.writeByte('[');
            out.writeInt(list.values().size());
            for (Value element : list.values()) {
                write(element, out);
            }
        } else if (value instanceof Value.MapOf map) {
            out.writeByte('{');
            out.writeInt(map.values().size());
            for (Map.Entry<String, Value> field : new TreeMap<>(map.values()).entrySet()) {
                block('k', Texts.bytes(field.getKey()), out);
                write(field.getValue(), out);
            }
        } else if (value instanceof Value.SetOf set) {
            TreeSet<byte[]> forms = new TreeSet<>(Arrays::compareUnsigned);
            for (Value element : set.values()) {
                forms.add(bytes(element));
            }
            out.writeByte('<');
            out.writeInt(forms.size());
            for (byte[] form : forms) {
                out.write(form);
            }
        } else {
            throw new IllegalArgumentException("no canonical form for " + value.kind());
        }
    }

    private static void real(double value, DataOutputStream out) throws IOException {
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

    /** Unscaled value and scale without trailing zeros; zero is one form. */
    private static void number(BigDecimal value, DataOutputStream out) throws IOException {
        BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        ascii('n', plain.unscaledValue() + "e" + -(long) plain.scale(), out);
    }

    private static void ascii(char tag, String text, DataOutputStream out) throws IOException {
        block(tag, text.getBytes(StandardCharsets.US_ASCII), out);
    }

    private static void block(char tag, byte[] content, DataOutputStream out) throws IOException {
        out.writeByte(tag);
        out.writeInt(content.length);
        out.write(content);
    }
}
