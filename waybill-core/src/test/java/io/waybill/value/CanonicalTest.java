package io.waybill.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CanonicalTest {
    private static String form(Value value) {
        return HexFormat.of().formatHex(Canonical.bytes(value));
    }

    @Test
    void givesOneNumberOneForm() {
        assertThat(form(Value.of(new BigDecimal("1.50"))))
                .isEqualTo(form(Value.of(new BigDecimal("1.5"))))
                .isEqualTo(form(new Value.Dbl(1.5)));
        assertThat(form(Value.of(new BigDecimal("100"))))
                .isEqualTo(form(Value.of(100)))
                .isEqualTo(form(Value.of(new BigDecimal("1E+2"))))
                .isEqualTo(form(new Value.Dbl(100)));
        assertThat(form(Value.of(0)))
                .isEqualTo(form(Value.of(new BigDecimal("0.000"))))
                .isEqualTo(form(new Value.Dbl(0.0)));
    }

    /** A row as a store might send it: a number, a text, bytes, a day and a point in time, as texts. */
    private static Row sent(String... fields) {
        Encoded encoded = new Encoded() {
            @Override
            public Value decode(int place) {
                return switch (place) {
                    case 0 -> Value.of(new BigDecimal(fields[0]));
                    case 1 -> Value.of(fields[1]);
                    case 2 -> new Value.Bytes(HexFormat.of().parseHex(fields[2]));
                    case 3 -> new Value.Date(LocalDate.parse(fields[3]));
                    default -> new Value.Timestamp(Instant.parse(fields[4]));
                };
            }

            @Override
            public void canonical(int place, Canonical.Out out) {
                byte[] bytes = fields[place].getBytes(StandardCharsets.UTF_8);
                switch (place) {
                    case 0 -> out.decimal(bytes, 0, bytes.length);
                    case 1 -> out.text(bytes, 0, bytes.length);
                    case 2 -> out.hexadecimal(bytes, 0, bytes.length);
                    case 3 -> out.date(bytes, 0, bytes.length);
                    default -> out.timestamp(bytes, 0, bytes.length - 1);
                }
            }
        };
        return Row.of(Shape.of(List.of("e", "d", "c", "b", "a")), new Value[5], encoded);
    }

    @Test
    void aRowThatIsNotDecodedHasTheDigestOfItsValues() {
        for (Row row : List.of(
                sent("0.00", "", "", "1000-01-01", "1000-01-01T00:00:00Z"),
                sent("-12.5000", "Zo\u00eb \ud83d\ude00", "00ff7f", "9999-12-31", "9999-12-31T23:59:59.999999Z"),
                sent("1200", "x", "0a", "2024-02-29", "2024-02-29T01:02:03.12Z"),
                sent("-0.050", "x", "0a", "2024-02-29", "2024-02-29T01:02:03Z"),
                sent("000.0", "x", "0a", "2024-02-29", "2024-02-29T01:02:03Z"),
                sent("123456789012345678901234567890.100", "x", "0a", "2024-02-29", "2024-02-29T01:02:03Z"),
                sent("7", "x", "0a", "2024-02-29", "2024-02-29T01:02:03.000001Z"))) {
            Digest sent = Canonical.digest(row);
            Row decoded = Row.of(new LinkedHashMap<>(row.fields()));
            assertThat(Canonical.digest(decoded)).isEqualTo(sent);
            assertThat(decoded).isEqualTo(row).hasSameHashCodeAs(row);
            assertThat(decoded.encoded()).isNull();
            assertThat(row.only(List.of("d", "a")).find("d")).isEqualTo(decoded.find("d"));
            assertThat(row.with("d", Value.of(1)).find("d")).isEqualTo(Value.of(1));
            assertThat(Canonical.digest(row.with("d", Value.of(1)))).isNotEqualTo(sent);
        }
    }

    @Test
    void keepsDifferentValuesApart() {
        List<Value> values = List.of(
                Value.NULL,
                Value.of(false),
                Value.of(true),
                Value.of(0),
                Value.of(1),
                Value.of(-1),
                Value.of(10),
                Value.of(new BigDecimal("0.1")),
                new Value.Dbl(-0.0),
                new Value.Dbl(Double.NaN),
                new Value.Dbl(Double.POSITIVE_INFINITY),
                new Value.Dbl(Double.NEGATIVE_INFINITY),
                Value.of(""),
                Value.of("1"),
                Value.of("null"),
                Value.of("nan"),
                Value.of("\u00e9"),
                Value.of("e\u0301"),
                new Value.Bytes(new byte[0]),
                new Value.Bytes(new byte[] {'1'}),
                new Value.ListOf(List.of()),
                new Value.ListOf(List.of(Value.NULL)),
                new Value.ListOf(List.of(Value.of("a"), Value.of("b"))),
                new Value.ListOf(List.of(Value.of("ab"))),
                new Value.ListOf(List.of(Value.of("b"), Value.of("a"))),
                new Value.ListOf(List.of(new Value.ListOf(List.of()), new Value.ListOf(List.of()))),
                new Value.ListOf(List.of(new Value.ListOf(List.of(new Value.ListOf(List.of()))))),
                new Value.MapOf(Map.of()),
                new Value.MapOf(Map.of("a", Value.NULL)),
                new Value.MapOf(Map.of("a", Value.of("b"))),
                new Value.SetOf(new LinkedHashSet<>()),
                new Value.SetOf(new LinkedHashSet<>(List.of(Value.of("a"), Value.of("b")))));
        assertThat(values.stream().map(CanonicalTest::form)).doesNotHaveDuplicates();
    }

    @Test
    void keepsRandomRowsApart() {
        RandomValues random = new RandomValues(3);
        Map<Digest, Row> seen = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            Row row = random.row();
            Row other = seen.putIfAbsent(Canonical.digest(row), row);
            if (other != null && !other.equals(row)) {
                // Equal digests must mean rows that differ in nothing but the kind or the scale of numbers or in order.
                assertThat(form(new Value.MapOf(other.fields()))).isEqualTo(form(new Value.MapOf(row.fields())));
                assertThat(other.names()).containsExactlyInAnyOrderElementsOf(row.names());
            }
        }
        assertThat(seen).hasSizeGreaterThan(10_000);
    }

    @Test
    void doesNotDependOnTheOrderOfFieldsAndElements() {
        Map<String, Value> forwards = new LinkedHashMap<>();
        forwards.put("a", Value.of(1));
        forwards.put("b", Value.of(2));
        Map<String, Value> backwards = new LinkedHashMap<>();
        backwards.put("b", Value.of(2));
        backwards.put("a", Value.of(1));
        assertThat(Canonical.digest(Row.of(forwards))).isEqualTo(Canonical.digest(Row.of(backwards)));
        assertThat(form(new Value.SetOf(new LinkedHashSet<>(List.of(Value.of(1), Value.of(2))))))
                .isEqualTo(form(new Value.SetOf(new LinkedHashSet<>(List.of(Value.of(2), Value.of(1))))));
    }

    @Test
    void tellsNullFromMissing() {
        assertThat(Canonical.digest(Row.of("a", Value.NULL))).isNotEqualTo(Canonical.digest(Row.EMPTY));
    }

    @Test
    void countsOneNumberInASetOnce() {
        Value twice = new Value.SetOf(
                new LinkedHashSet<>(List.of(Value.of(new BigDecimal("1.5")), Value.of(new BigDecimal("1.50")))));
        Value once = new Value.SetOf(new LinkedHashSet<>(List.of(Value.of(new BigDecimal("1.5")))));
        assertThat(form(twice)).isEqualTo(form(once));
    }

    @Test
    void keepsTextsApartThatAreNotUnicode() {
        assertThat(form(Value.of("a\udcff")))
                .isNotEqualTo(form(Value.of("a?")))
                .isNotEqualTo(form(Value.of("a\udcfe")));
    }

    @Test
    void saysNumbersTimesAndTextsAsTheirOwnWordsDo() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            long whole = random.nextLong() >> random.nextInt(64);
            assertThat(form(Value.of(whole))).isEqualTo(block('n', exact(BigDecimal.valueOf(whole))));
            BigDecimal decimal = BigDecimal.valueOf(whole, random.nextInt(40) - 20);
            assertThat(form(Value.of(decimal))).isEqualTo(block('n', exact(decimal)));
            double real = i % 2 == 0 ? whole / 1000.0 : Double.longBitsToDouble(random.nextLong());
            if (real != 0 && !Double.isNaN(real) && !Double.isInfinite(real)) {
                assertThat(form(new Value.Dbl(real))).isEqualTo(block('n', exact(new BigDecimal(Doubles.text(real)))));
            }
            Instant instant = Instant.ofEpochSecond(
                    random.nextLong() >> (28 + random.nextInt(20)),
                    i % 3 == 0 ? 0 : (random.nextInt(1_000_000_000) / (i % 7 * 1000 + 1)) * (i % 7 * 1000L + 1));
            assertThat(form(new Value.Timestamp(instant))).isEqualTo(block('z', instant.toString()));
            String text = List.of("", "abc", "\u00e9", "\ud83d\ude00 x", "\u007f\u0080")
                            .get(i % 5)
                    + whole;
            assertThat(form(Value.of(text))).isEqualTo(block('s', text));
        }
        for (String edge : List.of(
                "1000-01-01T00:00:00Z",
                "0999-12-31T23:59:59.999999999Z",
                "9999-12-31T23:59:59.1Z",
                "+10000-01-01T00:00:00Z",
                "1969-12-31T23:59:59.999Z")) {
            Instant instant = Instant.parse(edge);
            assertThat(form(new Value.Timestamp(instant))).isEqualTo(block('z', instant.toString()));
        }
        assertThat(form(Value.of(Long.MIN_VALUE))).isEqualTo(block('n', "-9223372036854775808e0"));
    }

    private static String exact(BigDecimal number) {
        BigDecimal plain = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        return plain.unscaledValue() + "e" + -plain.scale();
    }

    private static String block(char tag, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return HexFormat.of()
                .formatHex(ByteBuffer.allocate(5 + bytes.length)
                        .put((byte) tag)
                        .putInt(bytes.length)
                        .put(bytes)
                        .array());
    }
}
