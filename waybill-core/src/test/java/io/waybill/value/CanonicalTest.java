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
import java.util.UUID;
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

    /** A row as a store might send it: a number, a text, bytes, a day and a point in time, spelled out here. */
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
                byte[] text = fields[1].getBytes(StandardCharsets.UTF_8);
                byte[] bytes = HexFormat.of().parseHex(fields[2]);
                BigDecimal number = new BigDecimal(fields[0]);
                Instant instant = Instant.parse(fields[4]);
                switch (place) {
                    case 0 -> out.number(number.unscaledValue().longValueExact(), number.scale());
                    case 1 -> out.text(text, 0, text.length);
                    case 2 -> out.bytes(bytes, 0, bytes.length);
                    case 3 -> out.date(LocalDate.parse(fields[3]).toEpochDay());
                    default -> out.timestamp(instant.getEpochSecond(), instant.getNano());
                }
            }
        };
        return Row.of(Shape.of(List.of("e", "d", "c", "b", "a")), new Value[5], encoded);
    }

    @Test
    void aRowThatIsNotDecodedHasTheDigestOfItsValues() {
        for (Row row : List.of(
                sent("0.00", "", "", "0999-12-31", "0999-12-31T23:59:59Z"),
                sent("-12.5000", "Zo\u00eb \ud83d\ude00", "00ff7f", "9999-12-31", "9999-12-31T23:59:59.999999Z"),
                sent("1200", "x", "0a", "2024-02-29", "2024-02-29T01:02:03.12Z"),
                sent("-0.050", "x", "0a", "2024-02-29", "2024-02-29T01:02:03Z"),
                sent("000.0", "x", "0a", "2024-02-29", "2024-02-29T01:02:03Z"),
                sent("9223372036854775.700", "x", "0a", "-4712-01-01", "2024-02-29T01:02:03Z"),
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
    void aUuidThatIsNotDecodedHasTheFormOfTheDecodedOne() {
        UUID uuid = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
        Encoded encoded = new Encoded() {
            @Override
            public Value decode(int place) {
                return new Value.Uuid(uuid);
            }

            @Override
            public void canonical(int place, Canonical.Out out) {
                out.uuid(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
            }
        };
        assertThat(Canonical.digest(Row.of(Shape.of(List.of("a")), new Value[1], encoded)))
                .isEqualTo(Canonical.digest(Row.of("a", new Value.Uuid(uuid))));
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
    void saysNumbersTimesAndTextsInBytes() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            long whole = random.nextLong() >> random.nextInt(64);
            assertThat(form(Value.of(whole))).isEqualTo(number(BigDecimal.valueOf(whole)));
            BigDecimal decimal = BigDecimal.valueOf(whole, random.nextInt(40) - 20);
            assertThat(form(Value.of(decimal))).isEqualTo(number(decimal));
            double real =
                    switch (i % 4) {
                        case 0 -> whole / 1000.0;
                        case 1 -> (random.nextDouble() - 0.5) * Math.pow(10, i % 40 - 20);
                        case 2 -> (whole >> 20) / Math.pow(10, i % 30);
                        default -> Double.longBitsToDouble(random.nextLong());
                    };
            if (real != 0 && !Double.isNaN(real) && !Double.isInfinite(real)) {
                assertThat(form(new Value.Dbl(real))).isEqualTo(number(Doubles.decimal(real)));
            }
            Instant instant = Instant.ofEpochSecond(random.nextLong() >> (28 + random.nextInt(20)), i);
            assertThat(form(new Value.Timestamp(instant)))
                    .isEqualTo(hex(ByteBuffer.allocate(13)
                            .put((byte) 'z')
                            .putLong(instant.getEpochSecond())
                            .putInt(instant.getNano())
                            .array()));
            String text = List.of("", "abc", "\u00e9", "\ud83d\ude00 x", "\u007f\u0080")
                            .get(i % 5)
                    + whole;
            assertThat(form(Value.of(text))).isEqualTo(block('s', text));
        }
        assertThat(form(Value.of(Long.MIN_VALUE))).isEqualTo(number(BigDecimal.valueOf(Long.MIN_VALUE)));
    }

    private static String number(BigDecimal number) {
        BigDecimal plain = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        byte[] whole = plain.unscaledValue().toByteArray();
        return hex(ByteBuffer.allocate(13 + whole.length)
                .put((byte) 'n')
                .putLong(-plain.scale())
                .putInt(whole.length)
                .put(whole)
                .array());
    }

    private static String block(char tag, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return hex(ByteBuffer.allocate(5 + bytes.length)
                .put((byte) tag)
                .putInt(bytes.length)
                .put(bytes)
                .array());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
