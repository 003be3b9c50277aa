package io.waybill.value;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A compact, lossless binary form of rows, kind by kind, for keys in the ledger and before-images. Unlike
 * {@link Canonical} it can be read back, and different kinds of one number stay different.
 */
public final class RowCodec {
    private RowCodec() {}

    /** The bytes of the row. */
    public static byte[] encode(Row row) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            fields(row.fields(), new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array refuses nothing", e);
        }
        return bytes.toByteArray();
    }

    /** The row that {@link #encode} turned into these bytes. */
    public static Row decode(byte[] bytes) {
        try {
            return Row.of(fields(new DataInputStream(new ByteArrayInputStream(bytes))));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read a stored row: it is cut short or damaged.", e);
        }
    }

    /** Writes the values of a row whose shape is said elsewhere. */
    public static void values(Row row, DataOutputStream out) throws IOException {
        for (int i = 0; i < row.shape().size(); i++) {
            value(row.at(i), out);
        }
    }

    /** Writes one of the values of such a row. */
    public static void value(Value value, DataOutputStream out) throws IOException {
        write(value, out);
    }

    /** The same of a whole number that is no value yet. */
    public static void integer(long value, DataOutputStream out) throws IOException {
        out.writeByte('i');
        whole(value, out);
    }

    /** The row of this shape that {@link #values(Row, DataOutputStream)} wrote. */
    public static Row values(Shape shape, DataInputStream in) throws IOException {
        Value[] values = new Value[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = read(in);
        }
        return Row.of(shape, values);
    }

    /** A short text of a value for messages. */
    public static String text(Value value) {
        if (value instanceof Value.Null) {
            return "null";
        } else if (value instanceof Value.Text text) {
            return text.value();
        } else if (value instanceof Value.Int integer) {
            return integer.value().toString();
        } else if (value instanceof Value.Dec decimal) {
            return decimal.value().toPlainString();
        } else if (value instanceof Value.Bool bool) {
            return Boolean.toString(bool.value());
        } else if (value instanceof Value.Uuid uuid) {
            return uuid.value().toString();
        } else if (value instanceof Value.Timestamp instant) {
            return instant.value().toString();
        } else if (value instanceof Value.LocalTimestamp local) {
            return local.value().toString();
        } else if (value instanceof Value.Date date) {
            return date.value().toString();
        } else if (value instanceof Value.Time time) {
            return time.value().toString();
        } else if (value instanceof Value.Dbl dbl) {
            return Doubles.text(dbl.value());
        }
        return value.toString();
    }

    private static void fields(Map<String, Value> fields, DataOutputStream out) throws IOException {
        count(fields.size(), out);
        for (Map.Entry<String, Value> field : fields.entrySet()) {
            text(field.getKey(), out);
            write(field.getValue(), out);
        }
    }

    private static Map<String, Value> fields(DataInputStream in) throws IOException {
        int count = count(in);
        Map<String, Value> fields = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String name = text(in);
            fields.put(name, read(in));
        }
        return fields;
    }

    private static void write(Value value, DataOutputStream out) throws IOException {
        if (value instanceof Value.Null) {
            out.writeByte('0');
        } else if (value instanceof Value.Bool bool) {
            out.writeByte(bool.value() ? 'T' : 'F');
        } else if (value instanceof Value.Int integer) {
            integer(integer.value(), out);
        } else if (value instanceof Value.Dec decimal) {
            out.writeByte('n');
            out.writeInt(decimal.value().scale());
            block(decimal.value().unscaledValue().toByteArray(), out);
        } else if (value instanceof Value.Dbl dbl) {
            out.writeByte('r');
            out.writeLong(Double.doubleToLongBits(dbl.value()));
        } else if (value instanceof Value.Text text) {
            out.writeByte('s');
            text(text.value(), out);
        } else if (value instanceof Value.Bytes raw) {
            out.writeByte('b');
            block(raw.value(), out);
        } else if (value instanceof Value.Date date) {
            out.writeByte('d');
            out.writeLong(date.value().toEpochDay());
        } else if (value instanceof Value.Time time) {
            out.writeByte('t');
            out.writeLong(time.value().toNanoOfDay());
        } else if (value instanceof Value.LocalTimestamp local) {
            out.writeByte('l');
            out.writeLong(local.value().toLocalDate().toEpochDay());
            out.writeLong(local.value().toLocalTime().toNanoOfDay());
        } else if (value instanceof Value.Timestamp instant) {
            out.writeByte('z');
            out.writeLong(instant.value().getEpochSecond());
            out.writeInt(instant.value().getNano());
        } else if (value instanceof Value.Uuid uuid) {
            out.writeByte('u');
            out.writeLong(uuid.value().getMostSignificantBits());
            out.writeLong(uuid.value().getLeastSignificantBits());
        } else if (value instanceof Value.ListOf list) {
            out.writeByte('[');
            all(list.values(), out);
        } else if (value instanceof Value.SetOf set) {
            out.writeByte('<');
            all(new ArrayList<>(set.values()), out);
        } else if (value instanceof Value.MapOf map) {
            out.writeByte('{');
            fields(map.values(), out);
        } else {
            throw new IllegalArgumentException("no stored form for " + value.kind());
        }
    }

    private static Value read(DataInputStream in) throws IOException {
        int tag = in.readUnsignedByte();
        return switch (tag) {
            case '0' -> Value.NULL;
            case 'T' -> Value.Bool.TRUE;
            case 'F' -> Value.Bool.FALSE;
            case 'i' -> new Value.Int(new BigInteger(block(in)));
            case 'n' -> {
                int scale = in.readInt();
                yield new Value.Dec(new BigDecimal(new BigInteger(block(in)), scale));
            }
            case 'r' -> new Value.Dbl(Double.longBitsToDouble(in.readLong()));
            case 's' -> new Value.Text(text(in));
            case 'b' -> new Value.Bytes(block(in));
            case 'd' -> new Value.Date(LocalDate.ofEpochDay(in.readLong()));
            case 't' -> new Value.Time(LocalTime.ofNanoOfDay(in.readLong()));
            case 'l' -> {
                LocalDate date = LocalDate.ofEpochDay(in.readLong());
                yield new Value.LocalTimestamp(LocalDateTime.of(date, LocalTime.ofNanoOfDay(in.readLong())));
            }
            case 'z' -> {
                long seconds = in.readLong();
                yield new Value.Timestamp(Instant.ofEpochSecond(seconds, in.readInt()));
            }
            case 'u' -> {
                long high = in.readLong();
                yield new Value.Uuid(new java.util.UUID(high, in.readLong()));
            }
            case '[' -> new Value.ListOf(all(in));
            case '<' -> {
                Set<Value> elements = new LinkedHashSet<>(all(in));
                yield new Value.SetOf(elements);
            }
            case '{' -> new Value.MapOf(fields(in));
            default -> throw new IOException("unknown value tag " + tag);
        };
    }

    private static void integer(BigInteger number, DataOutputStream out) throws IOException {
        if (number.bitLength() < Long.SIZE) {
            integer(number.longValue(), out);
            return;
        }
        out.writeByte('i');
        block(number.toByteArray(), out);
    }

    /** As few bytes as hold the number and its sign. */
    private static void whole(long value, DataOutputStream out) throws IOException {
        int length = (Long.SIZE - Long.numberOfLeadingZeros(value ^ (value >> 63))) / 8 + 1;
        count(length, out);
        for (int i = length - 1; i >= 0; i--) {
            out.writeByte((int) (value >> (8 * i)));
        }
    }

    private static void all(List<Value> values, DataOutputStream out) throws IOException {
        count(values.size(), out);
        for (Value value : values) {
            write(value, out);
        }
    }

    private static List<Value> all(DataInputStream in) throws IOException {
        int count = count(in);
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(read(in));
        }
        return values;
    }

    private static void text(String text, DataOutputStream out) throws IOException {
        block(Texts.bytes(text), out);
    }

    private static String text(DataInputStream in) throws IOException {
        return Texts.text(block(in));
    }

    private static void block(byte[] content, DataOutputStream out) throws IOException {
        count(content.length, out);
        out.write(content);
    }

    private static byte[] block(DataInputStream in) throws IOException {
        int length = count(in);
        byte[] content = in.readNBytes(length);
        if (content.length != length) {
            throw new IOException("cut short");
        }
        return content;
    }

    /** Seven bits a byte, low first. */
    private static void count(int count, DataOutputStream out) throws IOException {
        int rest = count;
        while (rest > 0x7f) {
            out.writeByte(rest | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }

    private static int count(DataInputStream in) throws IOException {
        int count = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int part = in.readUnsignedByte();
            count |= (part & 0x7f) << shift;
            if (part < 0x80) {
                return count;
            }
        }
        throw new IOException("bad length");
    }
}
