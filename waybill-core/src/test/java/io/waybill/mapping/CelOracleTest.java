package io.waybill.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where nothing is null and numbers are small, expressions mean what CEL's own runtime says they mean. */
class CelOracleTest {
    private static final CelOptions OPTIONS =
            CelOptions.current().enableHeterogeneousNumericComparisons(true).build();
    private static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar("row", MapType.create(SimpleType.STRING, SimpleType.DYN))
            .build();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.legacyCelRuntimeBuilder().setOptions(OPTIONS).build();

    private static final Map<String, Object> PLAIN = Map.of(
            "a",
            3L,
            "b",
            -4L,
            "d",
            1.5,
            "s",
            "hello world",
            "t",
            "",
            "y",
            true,
            "l",
            List.of(1L, 2L, 3L),
            "m",
            Map.of("k", "v", "n", 2L));

    private static Names names() {
        Map<String, Value> row = new LinkedHashMap<>();
        PLAIN.forEach((name, plain) -> row.put(name, value(plain)));
        return Names.of("n").with("row", Row.of(row));
    }

    private static Value value(Object plain) {
        if (plain instanceof Long number) {
            return Value.of(number);
        } else if (plain instanceof Double number) {
            return new Value.Dbl(number);
        } else if (plain instanceof Boolean bool) {
            return Value.of(bool);
        } else if (plain instanceof String text) {
            return Value.of(text);
        } else if (plain instanceof List<?> list) {
            return new Value.ListOf(list.stream().map(CelOracleTest::value).toList());
        } else if (plain instanceof NullValue || plain instanceof com.google.protobuf.NullValue) {
            return Value.NULL;
        } else if (plain instanceof Map<?, ?> map) {
            Map<String, Value> values = new LinkedHashMap<>();
            map.forEach((key, value) -> values.put((String) key, value(value)));
            return new Value.MapOf(values);
        }
        throw new IllegalArgumentException(plain.getClass().getName());
    }

    private static String oracle(String text) {
        try {
            CelAbstractSyntaxTree tree = COMPILER.compile(text).getAst();
            return shown(value(RUNTIME.createProgram(tree).eval(Map.of("row", PLAIN))));
        } catch (Exception e) {
            return "error";
        }
    }

    private static String ours(String text) {
        try {
            Value value = Expression.compile(text, Scope.EMPTY.withRow(null)).evaluate(names());
            return value == null ? "error" : shown(value);
        } catch (MappingException e) {
            return "error";
        }
    }

    private static String shown(Value value) {
        return value.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "row.a",
                " row.s ",
                "row.m.k",
                "'text'",
                "\"text\"",
                "''",
                "7",
                "-7",
                "0",
                "true",
                "false",
                "row.a + row.b * 2",
                "(row.a + row.b) * 2",
                "row.a - row.b - 1",
                "row.a / 2",
                "row.b / 3",
                "row.b % 3",
                "-row.b",
                "!row.y",
                "row.a > row.b && row.y",
                "row.a < row.b || row.t == ''",
                "row.a == 3 ? 'x' : 'y'",
                "row.d * 2.0",
                "row.d > 1",
                "row.a >= 2.5",
                "row.a == 3.0",
                "row.s.contains('lo w')",
                "row.s.startsWith('he')",
                "row.s.endsWith('x')",
                "row.s.matches('^h.*d$')",
                "row.s.matches('o')",
                "size(row.s)",
                "row.s.size()",
                "size(row.l)",
                "size(row.m)",
                "row.l[1]",
                "row.m['n']",
                "2 in row.l",
                "'k' in row.m",
                "'z' in row.m",
                "has(row.s)",
                "has(row.zz)",
                "has(row.m.k)",
                "has(row.m.zz)",
                "row.l.all(x, x > 0)",
                "row.l.exists(x, x > 2)",
                "row.l.exists_one(x, x > 2)",
                "row.l.map(x, x * x)",
                "row.l.filter(x, x != 2)",
                "row.l.map(x, x > 1, x + 1)",
                "row.l + [4]",
                "[1, 'a', true]",
                "{'a': row.a, 'b': [row.b]}",
                "row.l == [1, 2, 3]",
                "row.m == {'n': 2, 'k': 'v'}",
                "row.s < 'help'",
                "string(row.a)",
                "int('12')",
                "int(2.9)",
                "int(-2.9)",
                "double(3)",
                "row.a / 0 == 1 || row.y",
                "row.y || row.a / 0 == 1",
                "row.a / 0 == 1 && false",
                "row.a / 0 == 1",
                "row.a / 0 == 1 && row.y",
                "row.s + 1",
                "row.a + 'x'",
                "row.zz",
                "row.l[7]",
                "row.s.a",
                "1 +",
                "row.l.map(x, row.l.map(y, x * y))",
                "'a\\n\\u0041'",
                "r'a\\n'",
                "'''a'b'''",
                "b'abc' == b'abc'",
                "0xff",
                "1u == 1u",
                "row.a in [1.0, 3.0]",
                "'é' < 'z'",
                "row.m.map(k, k).exists(k, k == 'n')",
                "null == null",
                "row.a != null",
                "row.s == null",
                "'b' > 'a' && 'b' >= 'b' && !('a' >= 'b')"
            })
    void meansWhatCelMeans(String text) {
        assertThat(ours(text)).isEqualTo(oracle(text));
    }

    @Test
    void readsPlainNamesAndLiteralsAsCelDoes() throws Exception {
        List<String> plain = List.of(
                "row.a",
                "row.m.k",
                " row.s",
                "row . a",
                "row.in",
                "row.as",
                "row.true",
                "row.a1",
                "row._x",
                "row.1a",
                "row.",
                ".row",
                "row..a",
                "'a'",
                "'a'b'",
                "'a\\'b'",
                "\"a'b\"",
                "'a",
                "''",
                "'''a'''",
                "1",
                "01",
                "-1",
                "- 1",
                "--1",
                "1.0",
                "9223372036854775807",
                "9223372036854775808",
                "true",
                "null",
                "nulll",
                "row.a\n",
                "\trow.a",
                "in",
                "row",
                "",
                " ",
                "for",
                "row.for",
                "rów.a",
                "row.é");
        for (String text : plain) {
            if (Plain.find(text) != null) {
                assertThat(ours(text)).as(text).isEqualTo(text.strip().equals("row") ? ours("row") : oracle(text));
            }
        }
        assertThat(plain.stream().filter(text -> Plain.find(text) != null)).contains("row.a", "row.m.k", "'a'", "-1");
    }

    @Test
    void agreesWithCelOnRandomExpressions() {
        Random random = new Random(20_240_309);
        int values = 0;
        for (int i = 0; i < 400; i++) {
            String text = random(random, 4);
            String expected = oracle(text);
            assertThat(ours(text)).as(text).isEqualTo(expected);
            values += expected.equals("error") ? 0 : 1;
        }
        assertThat(values).isGreaterThan(150);
    }

    /** A whole number or a condition, built at random so that most are well typed. */
    private static String random(Random random, int depth) {
        return random.nextBoolean() ? number(random, depth) : condition(random, depth);
    }

    private static String number(Random random, int depth) {
        if (depth == 0) {
            return pick(random, List.of("row.a", "row.b", "7", "0", "-2", "row.l[0]", "row.m.n", "size(row.s)"));
        }
        return switch (random.nextInt(6)) {
            case 0 -> "(" + number(random, depth - 1) + " + " + number(random, depth - 1) + ")";
            case 1 -> "(" + number(random, depth - 1) + " - " + number(random, depth - 1) + ")";
            case 2 -> "(" + number(random, depth - 1) + " * " + number(random, depth - 1) + ")";
            case 3 -> "(" + number(random, depth - 1) + " / " + number(random, depth - 1) + ")";
            case 4 -> "(" + number(random, depth - 1) + " % " + number(random, depth - 1) + ")";
            default ->
                "(" + condition(random, depth - 1) + " ? " + number(random, depth - 1) + " : "
                        + number(random, depth - 1) + ")";
        };
    }

    private static String condition(Random random, int depth) {
        if (depth == 0) {
            return pick(random, List.of("row.y", "false", "row.s == ''", "has(row.q)", "row.s.contains('w')"));
        }
        return switch (random.nextInt(6)) {
            case 0 -> "(" + condition(random, depth - 1) + " && " + condition(random, depth - 1) + ")";
            case 1 -> "(" + condition(random, depth - 1) + " || " + condition(random, depth - 1) + ")";
            case 2 -> "!" + condition(random, depth - 1);
            case 3 ->
                "(" + number(random, depth - 1) + pick(random, List.of(" < ", " <= ", " == ", " != ", " > "))
                        + number(random, depth - 1) + ")";
            case 4 -> "(" + number(random, depth - 1) + " in row.l)";
            default ->
                "row.l." + pick(random, List.of("all", "exists", "exists_one")) + "(x, x > " + number(random, depth - 1)
                        + ")";
        };
    }

    private static String pick(Random random, List<String> from) {
        return from.get(random.nextInt(from.size()));
    }

    @Test
    void countsBeyondSixtyFourBits() throws Exception {
        List<Value> values = new ArrayList<>();
        values.add(Expression.compile("9223372036854775807 + 1", Scope.EMPTY).evaluate(Names.of("n")));
        assertThat(values).containsExactly(new Value.Int(new BigInteger("9223372036854775808")));
    }
}
