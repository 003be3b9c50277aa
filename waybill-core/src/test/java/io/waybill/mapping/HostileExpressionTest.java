package io.waybill.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.waybill.value.Row;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An expression ends soon and with bounded memory, whatever it says and whatever the row holds. */
class HostileExpressionTest {
    private static Names names() {
        List<Value> many = new ArrayList<>(Collections.nCopies(10_000, Value.of(1)));
        return Names.of("n")
                .with(
                        "row",
                        Row.of(Map.of(
                                "l",
                                new Value.ListOf(many),
                                "s",
                                Value.of("a".repeat(1_000_000)),
                                "e",
                                new Value.Dec(new BigDecimal("1E+1000000000")),
                                "n",
                                Value.of(Long.MAX_VALUE))));
    }

    static Stream<Arguments> bombs() {
        StringBuilder square = new StringBuilder("row.n");
        StringBuilder text = new StringBuilder("row.s");
        for (int i = 0; i < 40; i++) {
            square.insert(0, "[").append("].map(x, x * x * x * x)[0]");
            text.insert(0, "[").append("].map(x, x + x + x + x)[0]");
        }
        return Stream.of(
                Arguments.of("nested loops", "row.l.all(a, row.l.all(b, row.l.all(c, row.l.all(d, a == d))))"),
                Arguments.of("lists of lists", "row.l.map(a, row.l.map(b, row.l))"),
                Arguments.of("loops in a filter", "row.l.filter(a, row.l.filter(b, b > a).size() > 0)"),
                Arguments.of("text that doubles", text.toString()),
                Arguments.of("replace that grows", "replace(row.s, 'a', row.s)"),
                Arguments.of("join that grows", "join(row.l, row.s)"),
                Arguments.of("split into letters", "split(row.s, 'a').map(x, split(row.s, 'a'))"),
                Arguments.of("pad", "pad('x', 1000000000)"),
                Arguments.of("huge exponent", "row.e + decimal('1') > decimal('0')"),
                Arguments.of("huge exponent as text", "text(row.e)"),
                Arguments.of("huge exponent in an id", "id('x', row.e)"),
                Arguments.of("huge exponent as a whole number", "int(row.e)"),
                Arguments.of("numbers that grow", square.toString()),
                Arguments.of("backtracking", "(row.s + 'b').matches('^(a+)+$') && row.s.matches('(x+x+)+y')"),
                Arguments.of("regex of repeats", "row.s.matches('((a{100}){100}){100}')"),
                Arguments.of("regex from the row", "'a'.matches(row.s)"),
                Arguments.of("deep brackets", "(".repeat(4_000) + "1" + ")".repeat(4_000)),
                Arguments.of("deep lists", "[".repeat(4_000) + "]".repeat(4_000)),
                Arguments.of("deep negation", "!".repeat(9_000) + "true"),
                Arguments.of("deep minus", "-".repeat(9_000) + "1"),
                Arguments.of("long sum", "1" + "+1".repeat(4_900)),
                Arguments.of("long path", "row" + ".a".repeat(4_900)),
                Arguments.of("long and", "true" + "&&true".repeat(1_600)),
                Arguments.of("long choice", "true?1:".repeat(1_400) + "1"),
                Arguments.of("too long", "1".repeat(20_000)),
                Arguments.of("many locals", nested()));
    }

    private static String nested() {
        StringBuilder all = new StringBuilder("1 == 1");
        for (int i = 0; i < 30; i++) {
            all.insert(0, "[1].all(x" + i + ", ").append(")");
        }
        return all.toString();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bombs")
    void endsSoon(String what, String text) {
        Names names = names();
        long begin = System.nanoTime();
        try {
            Expression.compile(text, Scope.EMPTY.withRow(null)).evaluate(names);
        } catch (MappingException e) {
            assertThat(e.getMessage()).hasSizeLessThan(300).doesNotContain("\n", "Exception", "dev.cel");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).as(what).isLessThan(Duration.ofSeconds(30));
    }

    /** Whatever the text, it compiles or says why not, and what compiles gives a value or says why not. */
    @Test
    void survivesFiveSecondsOfRandomTexts() {
        long seed = Long.getLong("waybill.seed", 20_240_309L);
        Random random = new Random(seed);
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        int rounds = 0;
        int values = 0;
        while (System.nanoTime() < end) {
            String text = text(random);
            try {
                Template.parse(text, ExpressionTest.SCOPE).value(ExpressionTest.names());
                Expression.compile(text, ExpressionTest.SCOPE).evaluate(ExpressionTest.names());
                values++;
            } catch (MappingException e) {
                for (MappingException.Fault fault : e.faults()) {
                    assertThat(fault.position()).as(text).isBetween(0, text.length());
                }
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed " + seed + " round " + rounds + ": " + text, e);
            }
            rounds++;
        }
        assertThat(rounds).isGreaterThan(50);
        assertThat(values).isPositive();
    }

    private static String text(Random random) {
        String[] pieces = {
            "row.n",
            "row.name",
            "file.size",
            "vars.bucket",
            "1",
            "'a'",
            "2.5",
            "null",
            "true",
            "[",
            "]",
            "(",
            ")",
            "{",
            "}",
            "+",
            "-",
            "*",
            "/",
            "%",
            "==",
            "!=",
            "<",
            ">=",
            "&&",
            "||",
            "!",
            "?",
            ":",
            ",",
            ".",
            "in",
            "lower",
            "coalesce",
            "when",
            "has",
            "id",
            "date",
            "timestamp",
            "decimal",
            "pad",
            "split",
            "map",
            "all",
            "x",
            "row",
            "${",
            "$${",
            " ",
            "\n",
            "\"",
            "'",
            "\\",
            "`",
            "\u00e9",
            "\ud83d\ude00",
            "0x",
            "b'",
            "r'",
            "1u",
            "9999999999999999999"
        };
        StringBuilder all = new StringBuilder();
        int length = 1 + random.nextInt(8);
        for (int i = 0; i < length; i++) {
            all.append(pieces[random.nextInt(pieces.length)]);
        }
        return random.nextInt(3) == 0 ? call(random, all.toString(), pieces) : all.toString();
    }

    private static String call(Random random, String inner, String[] pieces) {
        List<String> names = new ArrayList<>(Functions.names());
        String name = names.get(random.nextInt(names.size()));
        return name + "(" + inner + (random.nextBoolean() ? ", " + pieces[random.nextInt(9)] : "") + ")";
    }
}
