package io.waybill.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.waybill.value.Value;
import java.io.RandomAccessFile;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class YamlTest {
    private static Node parse(String text) throws PlanException {
        return Yaml.parse("f", text.getBytes(StandardCharsets.UTF_8));
    }

    private static Value value(String text) throws PlanException {
        return Scalars.value((Node.Scalar)
                ((Node.Mapping) parse("a: " + text)).entries().get(0).value());
    }

    static Stream<Arguments> scalars() {
        return Stream.of(
                Arguments.of("yes", Value.of("yes")),
                Arguments.of("no", Value.of("no")),
                Arguments.of("on", Value.of("on")),
                Arguments.of("true", Value.of(true)),
                Arguments.of("False", Value.of(false)),
                Arguments.of("~", Value.NULL),
                Arguments.of("null", Value.NULL),
                Arguments.of("", Value.NULL),
                Arguments.of("12", Value.of(12)),
                Arguments.of("-12", Value.of(-12)),
                Arguments.of("0", Value.of(0)),
                Arguments.of("0x1F", Value.of(31)),
                Arguments.of("0o17", Value.of(15)),
                Arguments.of("0b1", Value.of("0b1")),
                Arguments.of("1_000", Value.of("1_000")),
                Arguments.of("1:30", Value.of("1:30")),
                Arguments.of("2024-01-01", Value.of("2024-01-01")),
                Arguments.of("1.50", Value.of(new BigDecimal("1.50"))),
                Arguments.of("1e3", Value.of(new BigDecimal("1e3"))),
                Arguments.of("1e99999", Value.of("1e99999")),
                Arguments.of(".5", Value.of(new BigDecimal(".5"))),
                Arguments.of("1.2.3", Value.of("1.2.3")),
                Arguments.of(".inf", new Value.Dbl(Double.POSITIVE_INFINITY)),
                Arguments.of("-.inf", new Value.Dbl(Double.NEGATIVE_INFINITY)),
                Arguments.of(".nan", new Value.Dbl(Double.NaN)),
                Arguments.of("12345678901234567890123", new Value.Int(new BigInteger("12345678901234567890123"))),
                Arguments.of("\"12\"", Value.of("12")),
                Arguments.of("'true'", Value.of("true")),
                Arguments.of("|\n  a\n  b\n", Value.of("a\nb\n")),
                Arguments.of("a b # c", Value.of("a b")),
                Arguments.of("a#b", Value.of("a#b")),
                Arguments.of("${x}", Value.of("${x}")));
    }

    @ParameterizedTest
    @MethodSource("scalars")
    void readsScalarsAsYamlOnePointTwoDoes(String text, Value expected) throws Exception {
        assertThat(value(text)).isEqualTo(expected);
    }

    @Test
    void knowsWhereEverythingStands() throws Exception {
        Node.Mapping map = (Node.Mapping) parse("a: 1\nb:\n  - x\n  - 'yz'\nü: { c: \"q\\n\" }\n");
        Node.Sequence list = (Node.Sequence) map.entries().get(1).value();
        Node.Scalar quoted = (Node.Scalar) list.items().get(1);
        assertThat(list.items().get(0).line()).isEqualTo(3);
        assertThat(list.items().get(0).column()).isEqualTo(5);
        assertThat(quoted.column(1)).isEqualTo(7);
        Node.Scalar escaped = (Node.Scalar)
                ((Node.Mapping) map.entries().get(2).value()).entries().get(0).value();
        assertThat(escaped.column(1)).isEqualTo(escaped.column()).isEqualTo(9);
    }

    @Test
    void takesAByteOrderMarkAndAnyLineEnd() throws Exception {
        byte[] file = "\uFEFFa: 1\r\nb: 2\r\n".getBytes(StandardCharsets.UTF_8);
        assertThat(((Node.Mapping) Yaml.parse("f", file)).entries()).hasSize(2);
    }

    static Stream<Arguments> hostile() {
        StringBuilder bomb = new StringBuilder("a: &a [x,x,x,x,x,x,x,x,x]\n");
        for (char c = 'b'; c < 'k'; c++) {
            bomb.append(c)
                    .append(": &")
                    .append(c)
                    .append(" [*")
                    .append((char) (c - 1))
                    .append(",*")
                    .append((char) (c - 1))
                    .append("]\n");
        }
        byte[] latin = "name: caf\u00e9".getBytes(StandardCharsets.ISO_8859_1);
        return Stream.of(
                Arguments.of(
                        "alias bomb", bytes(bomb.toString()), "f:1:4: a value that begins with & must stand in quotes"),
                Arguments.of("self reference", bytes("a: &a [*a]"), "f:1:4: a value that begins with &"),
                Arguments.of("merge key", bytes("b: {<<: *a}"), "f:1:9: a value that begins with *"),
                Arguments.of(
                        "object tag",
                        bytes("a: !!javax.script.ScriptEngineManager [x]"),
                        "f:1:4: a value that begins with !"),
                Arguments.of("local tag", bytes("a: !x {b: c}"), "f:1:4: a value that begins with !"),
                Arguments.of(
                        "verbatim tag", bytes("!<tag:yaml.org,2002:map> {a: b}"), "f:1:1: a value that begins with !"),
                Arguments.of(
                        "tag directive",
                        bytes("%TAG ! tag:x,2000:\n---\na: !b c\n"),
                        "f:3:4: a value that begins with !"),
                Arguments.of(
                        "deep lists", bytes("a: " + "[".repeat(100_000)), "f:1:23: nested more than 20 levels deep"),
                Arguments.of("deep maps", bytes("{a: ".repeat(100_000)), "f:1:81: nested more than 20 levels deep"),
                Arguments.of("deep dashes", bytes("- ".repeat(100_000)), "f:1:41: nested more than 20 levels deep"),
                Arguments.of("deep keys", bytes("? ".repeat(100_000)), "f:1:41: nested more than 20 levels deep"),
                Arguments.of("duplicate key", bytes("a: 1\nb: 2\na: 3\n"), "f:3:1: \"a\" stands here twice"),
                Arguments.of("duplicate in other form", bytes("a: 1\n\"a\": 3\n"), "f:2:1: \"a\" stands here twice"),
                Arguments.of("too large", new byte[Yaml.LARGEST + 1], "f: the file is larger than 1 MiB"),
                Arguments.of("zeros", new byte[1000], "f:1:1: the character U+0000 cannot stand in a plan"),
                Arguments.of("not UTF-8", latin, "f: the file is not text in UTF-8"),
                Arguments.of("UTF-16", "a: b".getBytes(StandardCharsets.UTF_16), "f: the file is not text in UTF-8"),
                Arguments.of(
                        "control character",
                        bytes("a: b\nc: \u0007d"),
                        "f:2:4: the character U+0007 cannot stand in a plan"),
                Arguments.of("empty", bytes(""), "f:1:1: the file is empty"),
                Arguments.of("comments only", bytes("# a\n# b\n"), "f:1:1: the file is empty"),
                Arguments.of("two documents", bytes("a: 1\n---\nb: 2\n"), "f:3:1: a second document in one file"),
                Arguments.of("million keys", bytes(manyKeys()), "f: the file is larger than 1 MiB"),
                Arguments.of("unclosed", bytes("a: \"" + "x".repeat(1_000_000)), "f:1:4: a quote that is not closed"),
                Arguments.of("unclosed flow", bytes("a: [" + "x,".repeat(500_000)), "f:1:"),
                Arguments.of("long line of colons", bytes("a" + ":".repeat(1_000_000)), ""),
                Arguments.of("many quotes", bytes("a: " + "'".repeat(1_000_001)), "f:1:4: a quote that is not closed"),
                Arguments.of("many dashes", bytes("-\n".repeat(500_000)), ""),
                Arguments.of("many flow keys", bytes("[" + "? ,".repeat(300_000) + "]"), ""),
                Arguments.of("many brackets in text", bytes("a: {b: '" + "${".repeat(400_000)), "f:1:8: a quote"),
                Arguments.of("long template", bytes("a: [${" + "x".repeat(1_000_000)), "f:1:"));
    }

    private static String manyKeys() {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 1_000_000; i++) {
            all.append('k').append(i).append(": v\n");
        }
        return all.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void answersHostileFilesWithOneClearLineAtOnce(String what, byte[] file, String expected) {
        long begin = System.nanoTime();
        try {
            Yaml.parse("f", file);
            assertThat(expected).as(what + " was accepted").isEmpty();
        } catch (PlanException e) {
            assertThat(e.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.toString()).startsWith(expected.isEmpty() ? "f:" : expected);
                assertThat(problem.message()).doesNotContain("\n").hasSizeLessThan(200);
            });
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void checksLargePlansSoon() {
        String head = "waybill: 1\nname: p\nstores: { a: ./a }\nmoves:\n";
        StringBuilder moves = new StringBuilder(head);
        for (int i = 0; i < 5_000; i++) {
            moves.append("  - {name: m")
                    .append(i)
                    .append(", from: 'a:b/', to: 'a:c/', after: m")
                    .append(i + 1)
                    .append("}\n");
        }
        StringBuilder fields = new StringBuilder(head + "  - from: a:b\n    to: a:c\n    row:\n      set:\n");
        for (int i = 0; i < 20_000; i++) {
            fields.append("        f").append(i).append(": ${row.f").append(i).append("}\n");
        }
        String wrong = head + "  - 5\n".repeat(40_000);
        for (String yaml : List.of(moves.toString(), fields.toString(), wrong)) {
            long begin = System.nanoTime();
            try {
                FilePlanTest.plan(yaml);
            } catch (PlanException e) {
                assertThat(e.getMessage().lines().count()).isLessThan(60);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
        }
    }

    @Test
    void readsNoMoreThanItMustOfAHugeFile(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("waybill.yaml");
        try (RandomAccessFile huge = new RandomAccessFile(file.toFile(), "rw")) {
            huge.setLength(100L << 30);
        }
        assertThatThrownBy(() -> Plans.read(file, FilePlanTest.context()))
                .isInstanceOf(PlanException.class)
                .hasMessageStartingWith(file + ": the file is larger than 1 MiB");
    }

    @Test
    void saysThatAPlanCannotBeRead(@TempDir Path folder) {
        assertThatThrownBy(() -> Plans.read(folder.resolve("none.yaml"), FilePlanTest.context()))
                .hasMessageStartingWith(folder.resolve("none.yaml") + ": no such file -> waybill init writes a plan");
        assertThatThrownBy(() -> Plans.read(folder, FilePlanTest.context()))
                .hasMessageStartingWith(folder + ": cannot be read: it is a folder");
    }

    @Test
    void readsAPlanBesideItsFolder(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("p.yaml"), Samples.SHORT);
        assertThat(Plans.read(file, FilePlanTest.context()).folder()).isEqualTo(folder.toAbsolutePath());
    }

    /** Whatever the text, there is a plan or a list of problems, and nothing else. */
    @Test
    void survivesFiveSecondsOfBrokenPlans() {
        long seed = Long.getLong("waybill.seed", 20_240_309L);
        Random random = new Random(seed);
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        int rounds = 0;
        int accepted = 0;
        while (System.nanoTime() < end) {
            byte[] file = broken(random);
            try {
                Plans.parse("f", file, Path.of("/plans"), FilePlanTest.context());
                accepted++;
            } catch (PlanException e) {
                assertThat(e.problems()).isNotEmpty();
                for (Problem problem : e.problems()) {
                    assertThat(problem.toString())
                            .as("seed " + seed + " round " + rounds)
                            .doesNotContain("\n");
                }
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed " + seed + " round " + rounds + ": " + new String(file, StandardCharsets.ISO_8859_1), e);
            }
            rounds++;
        }
        assertThat(rounds).isGreaterThan(20);
        assertThat(accepted).isPositive();
    }

    private static byte[] broken(Random random) {
        String text = Samples.ALL.get(random.nextInt(Samples.ALL.size()));
        List<String> lines = new ArrayList<>(List.of(text.split("\n")));
        int changes = random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(lines.size());
            String line = lines.get(at);
            int cut = line.isEmpty() ? 0 : random.nextInt(line.length());
            switch (random.nextInt(6)) {
                case 0 -> lines.set(at, line.substring(0, cut) + pick(random) + line.substring(cut));
                case 1 -> lines.set(at, line.substring(0, cut));
                case 2 -> lines.set(at, line.substring(cut));
                case 3 -> lines.add(at, lines.get(random.nextInt(lines.size())));
                case 4 -> lines.set(at, " ".repeat(random.nextInt(8)) + line.strip());
                default -> lines.set(at, line.substring(0, cut) + (char) random.nextInt(0x3000) + line.substring(cut));
            }
        }
        return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    }

    private static String pick(Random random) {
        String[] pieces = {
            "{", "}", "[", "]", ":", ": ", "#", " #", "&", "*", "!", "|", ">", "'", "\"", "%", "@", "`", "${", "$${",
            "-", "- ", "?", ",", "\t", "~", "null", "0", "**", "/", "..", "&&", "(", ")", "row.", "file.", "vars.", "in"
        };
        return pieces[random.nextInt(pieces.length)];
    }
}
