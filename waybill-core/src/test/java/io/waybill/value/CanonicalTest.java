package io.waybill.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
}
