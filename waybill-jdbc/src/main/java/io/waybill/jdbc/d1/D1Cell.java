package io.waybill.jdbc.d1;

import io.waybill.jdbc.sqlite.BadValue;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Values as they come over the wire. JSON has one kind of number and no bytes, and what makes it has doubles only; so the
 * database itself writes each value as a text that begins with a letter for its kind. Only a real comes as a number, which
 * JSON spells so that the very same double is read.
 */
final class D1Cell {
    /** Bytes that a value read at once has at most; its hexadecimal text must be a value that D1 can give. */
    static final int LARGEST = 900_000;

    private static final String TAGGED = """
            CASE typeof(%1$s) WHEN 'integer' THEN 'i' || %1$s \
            WHEN 'text' THEN CASE WHEN length(CAST(%1$s AS BLOB)) > %2$d THEN 'l' || length(CAST(%1$s AS BLOB)) \
            WHEN %1$s GLOB '*[^ -~]*' OR instr(CAST(%1$s AS BLOB), x'00') > 0 THEN 'h' || hex(CAST(%1$s AS BLOB)) \
            ELSE 't' || %1$s END \
            WHEN 'blob' THEN CASE WHEN length(%1$s) > %2$d THEN 'l' || length(%1$s) ELSE 'b' || hex(%1$s) END \
            WHEN 'real' THEN CASE %1$s WHEN 9e999 THEN 'r+' WHEN -9e999 THEN 'r-' ELSE %1$s END END""";

    private D1Cell() {}

    /** What to select so that the value of an expression can be read here. */
    static String tagged(String expression) {
        return TAGGED.replace("%2$d", Integer.toString(LARGEST)).replace("%1$s", expression);
    }

    /** The stored value: null, Long, Double, String or byte array. */
    static @Nullable Object stored(Value cell, String task) throws StoreException, BadValue {
        if (cell instanceof Value.Null) {
            return null;
        } else if (cell instanceof Value.Int whole) {
            return whole.value().doubleValue();
        } else if (cell instanceof Value.Dec decimal) {
            return real(decimal.value());
        } else if (cell instanceof Value.Text text && !text.value().isEmpty()) {
            try {
                return stored(text.value().charAt(0), text.value().substring(1));
            } catch (IllegalArgumentException e) {
                throw odd(task);
            }
        }
        throw odd(task);
    }

    private static Double real(BigDecimal decimal) {
        return Double.parseDouble(decimal.toString());
    }

    private static Object stored(char kind, String rest) throws BadValue {
        return switch (kind) {
            case 'i' -> Long.parseLong(rest);
            case 't' -> rest;
            case 'h' -> text(HexFormat.of().parseHex(rest));
            case 'b' -> HexFormat.of().parseHex(rest);
            case 'r' -> rest.equals("+") ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
            case 'l' ->
                throw new BadValue("holds " + rest + " bytes, and over D1's API no more than " + LARGEST
                        + " can be read in one value");
            default -> throw new IllegalArgumentException("kind " + kind);
        };
    }

    private static String text(byte[] bytes) throws BadValue {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadValue("holds a text that is not UTF-8");
        }
    }

    private static StoreException odd(String task) {
        return new StoreException(
                Kind.CORRUPT, task + ": a value in D1's answer is none that was asked for. Check the option endpoint.");
    }
}
