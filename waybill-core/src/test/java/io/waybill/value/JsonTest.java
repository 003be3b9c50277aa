package io.waybill.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "false",
                "0",
                "-1",
                "12345678901234567890123",
                "1.50",
                "1E+3",
                "\"\"",
                "\"a\\\"b\\\\\"",
                "\"\\n\\u0000\\u001f\\u2028\"",
                "\"\\ud800\"",
                "\"ü😀\"",
                "[]",
                "[1,[2,{}]]",
                "{}",
                "{\"a\":{\"b\":[null]}}"
            })
    void writesWhatItRead(String text) {
        assertThat(Json.write(Json.parse(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "nul",
                "truex",
                "01",
                "+1",
                "1.",
                ".5",
                "1e",
                "1e99999",
                "NaN",
                "'a'",
                "\"a",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"a\nb\"",
                "[1,]",
                "[1 2]",
                "{\"a\" 1}",
                "{a:1}",
                "{\"a\":1,}",
                "{\"a\":1,\"a\":2}",
                "[",
                "{",
                "1 2",
                "[1]]"
            })
    void refusesWhatIsNotJson(String text) {
        assertThatThrownBy(() -> Json.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("not JSON at character ");
    }

    @Test
    void refusesWhatIsNestedTooDeep() {
        assertThatThrownBy(() -> Json.parse("[".repeat(100_000))).hasMessageContaining("nested too deep");
    }

    @Test
    void sortsNamesInTheCanonicalForm() {
        Map<String, Value> fields = new LinkedHashMap<>();
        fields.put("b", Value.of(1));
        fields.put("a", Value.of(new BigDecimal("2.50")));
        assertThat(Json.canonical(new Value.MapOf(fields))).isEqualTo("{\"a\":2.50,\"b\":1}");
        assertThat(Json.write(new Value.MapOf(fields))).isEqualTo("{\"b\":1,\"a\":2.50}");
    }

    @Test
    void writesForPeople() {
        Value value = Json.parse("{\"a\":[1,{}],\"b\":[]}");
        assertThat(Json.pretty(value)).isEqualTo("{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}\n");
        assertThat(Json.parse(Json.pretty(value))).isEqualTo(value);
    }

    @Test
    void bringsBackAnyText() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(12); j > 0; j--) {
                text.append((char) random.nextInt(0x10000));
            }
            Value value = new Value.ListOf(List.of(Value.of(text.toString())));
            assertThat(Json.parse(Json.write(value))).isEqualTo(value);
            assertThat(Json.write(value)).doesNotContain("\n");
        }
    }
}
