package io.waybill.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The truth table of missing, null, empty and there, for every comparison and connective. */
class NullLogicTest {
    private static Names names(String state) {
        Map<String, Value> row = new LinkedHashMap<>();
        switch (state) {
            case "null" -> {
                row.put("x", Value.NULL);
                row.put("b", Value.NULL);
                row.put("m", Value.NULL);
            }
            case "empty" -> {
                row.put("x", Value.of(""));
                row.put("b", Value.of(false));
                row.put("m", new Value.MapOf(Map.of()));
            }
            case "there" -> {
                row.put("x", Value.of("a"));
                row.put("b", Value.of(true));
                row.put("m", new Value.MapOf(Map.of("k", Value.of("a"))));
            }
            default -> {}
        }
        return Names.of("n").with("row", Row.of(row));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                // expression;              missing; null; empty; there
                "has(row.x);                F; T; T; T",
                "row.x == null;             F; T; F; F",
                "row.x != null;             F; F; T; T",
                "null == row.x;             F; T; F; F",
                "!(row.x == null);          T; F; T; T",
                "row.x == '';               F; F; T; F",
                "row.x == 'a';              F; F; F; T",
                "row.x != 'a';              F; F; T; F",
                "!(row.x == 'a');           T; T; T; F",
                "row.x < 'b';               F; F; T; T",
                "row.x >= 'a';              F; F; F; T",
                "!(row.x < 'b');            T; T; F; F",
                "row.x == row.x;            F; F; T; T",
                "row.x in ['a'];            F; F; F; T",
                "'k' in row.m;              F; F; F; T",
                "row.x.startsWith('a');     F; F; F; T",
                "lower(row.x) == 'a';       F; F; F; T",
                "lower(row.x) == null;      F; T; F; F",
                "row.b;                     F; F; F; T",
                "!row.b;                    T; T; T; F",
                "row.b && true;             F; F; F; T",
                "row.b || true;             T; T; T; T",
                "row.b || false;            F; F; F; T",
                "row.b ? true : false;      F; F; F; T",
                "row.b == false;            F; F; T; F",
                "has(row.m.k);              F; F; F; T",
                "has(row.m.k.deeper);       F; F; F; F",
                "row.m.k == 'a';            F; F; F; T",
                "row.m.k == null;           F; F; F; F",
                "row.m.k.deeper == null;    F; F; F; -",
                "row.x + 'z' == 'az';       F; F; F; T",
                "coalesce(row.x, 'q') == 'q'; T; T; F; F",
                "when(row.b, row.x) == 'a'; F; F; F; T",
                "row.m.exists(k, k == 'k'); F; F; F; T",
                "row.m.all(k, k == 'k');    F; F; T; T"
            })
    void holds(String text, String missing, String isNull, String empty, String there) throws Exception {
        assertThat(test(text, "missing") + test(text, "null") + test(text, "empty") + test(text, "there"))
                .isEqualTo(missing + isNull + empty + there);
    }

    private static String test(String text, String state) throws MappingException {
        Expression expression = Expression.compile(text, Scope.EMPTY.withRow(null));
        try {
            return expression.test(names(state)) ? "T" : "F";
        } catch (MappingException e) {
            return "-";
        }
    }

    /** As a rule: B where it is broken. What cannot be told breaks none, also behind a not. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                // rule;                    missing; null; empty; there
                "row.x == 'a';              -; -; B; -",
                "row.x != 'a';              -; -; -; B",
                "!(row.x == 'a');           -; -; -; B",
                "!(!(row.x == 'a'));        -; -; B; -",
                "row.x >= 'a';              -; -; B; -",
                "row.x in ['a'];            -; -; B; -",
                "!(row.x in ['a']);         -; -; -; B",
                "row.x == 'a' && 1 > 2;     B; B; B; B",
                "row.x == 'a' || 1 > 2;     -; -; B; -",
                "row.b;                     -; -; B; -",
                "!row.b;                    -; -; -; B",
                "has(row.x);                B; -; -; -",
                "row.x != null;             B; B; -; -",
                "row.x.startsWith('a');     -; -; B; -",
                "when(row.b, 1, 2) == 1;    B; B; B; -"
            })
    void breaksARuleOnlyForCertain(String text, String missing, String isNull, String empty, String there)
            throws Exception {
        assertThat(broken(text, "missing") + broken(text, "null") + broken(text, "empty") + broken(text, "there"))
                .isEqualTo(missing + isNull + empty + there);
    }

    private static String broken(String text, String state) throws MappingException {
        return Expression.compile(text, Scope.EMPTY.withRow(null)).isBroken(names(state)) ? "B" : "-";
    }

    @ParameterizedTest
    @CsvSource({"row.x,missing,null", "lower(row.x),missing,null", "row.x + 'a',missing,null", "row.m.k,missing,missing"
    })
    void keepsMissingAndNullApart(String text, String missing, String isNull) throws Exception {
        Expression expression = Expression.compile(text, Scope.EMPTY.withRow(null));
        assertThat(state(expression.evaluate(names("missing")))).isEqualTo(missing);
        assertThat(state(expression.evaluate(names("null")))).isEqualTo(isNull);
    }

    private static String state(@Nullable Value value) {
        return value == null ? "missing" : value.kind();
    }
}
