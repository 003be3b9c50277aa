package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.aws.testing.DynamoLocal;
import io.waybill.ledger.LedgerFile;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.value.RowCodec;
import io.waybill.value.Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/**
 * Every value of the corpus goes from every store to every store. At the target stands what stood at the source, or the row is
 * set aside with a reason; nothing else ever happens, and docs/values.md says which.
 */
class ValuesTest {
    @TempDir
    Path folder;

    /** What became of a value between two stores. */
    record Fate(char letter, @Nullable String reason) {}

    @Test
    void everyValueArrivesAsItWasOrIsSetAsideWithAReason() throws Exception {
        List<ValueSample> samples = ValueSamples.all();
        List<ValueEnd> ends = ends();
        Map<String, Map<Integer, Fate>> fates = fates(samples, ends, ends.size());
        assertThat(samples).hasSizeGreaterThanOrEqualTo(300);
        Path page = Project.root().resolve("docs/values.md");
        String expected =
                new ValuesPage(samples, ends.stream().map(ValueEnd::name).toList(), fates).text();
        if ("write".equals(System.getProperty("waybill.docs"))) {
            Files.writeString(page, expected);
        }
        assertThat(Files.readString(page))
                .as("docs/values.md; -Dwaybill.docs=write writes it anew")
                .isEqualTo(expected);
    }

    @Test
    void aTextOf16MegabytesArrivesExceptWhereAnItemIsSmaller() throws Exception {
        String text = "row\tof \u00e9\ud83d\ude00 plain".repeat(16_000_000 / 19); // 19 bytes each
        List<ValueSample> samples = List.of(
                new ValueSample(1, ValueKind.TEXT, "16 MB", text, null, Map.of()),
                new ValueSample(2, ValueKind.TEXT, "small", "small", null, Map.of()));

        List<ValueEnd> ends = ends();
        int targets = "all".equals(System.getProperty("waybill.crash")) ? ends.size() : 1;
        System.out.println("ValuesTest: 16 MB from each store to " + targets + " of " + ends.size()
                + "; to all of them: ./mvnw verify -Pcrash");
        fates(samples, ends, targets).forEach((pair, fate) -> {
            char large = pair.startsWith("dynamodb-") ? '.' : pair.endsWith("-dynamodb") ? 'x' : '=';
            assertThat(fate)
                    .as(pair)
                    .extractingByKey(1)
                    .extracting(Fate::letter)
                    .isEqualTo(large);
            assertThat(fate)
                    .as(pair)
                    .extractingByKey(2)
                    .extracting(Fate::letter)
                    .isEqualTo('=');
        });
    }

    private List<ValueEnd> ends() throws Exception {
        return List.of(
                new PostgresEnd(),
                new SqliteEnd(folder),
                new DynamoEnd(),
                new FileEnd("jsonl", folder),
                new FileEnd("json", folder),
                new FileEnd("csv", folder));
    }

    /** What becomes of each value from every store to so many of those after it, in a circle; none is changed without a word. */
    private Map<String, Map<Integer, Fate>> fates(List<ValueSample> samples, List<ValueEnd> ends, int targets)
            throws Exception {
        User user = new User(folder);
        DynamoLocal.environment().forEach(user::env);
        Map<String, Map<Integer, Fate>> fates = new LinkedHashMap<>();
        List<String> silent = new ArrayList<>();
        for (ValueEnd from : ends) {
            String table = from.fill(samples);
            Map<Integer, Map<ValueKind, PlainValue>> read = from.read(table);
            for (int i = 1; i <= targets; i++) {
                ValueEnd to = ends.get((ends.indexOf(from) + i) % ends.size());
                String name = from.name() + "-" + to.name();
                String target = to.empty("from_" + from.name());
                Files.writeString(folder.resolve(name + ".yaml"), plan(name, from, table, to, target));
                User.Ran ran = user.type("run -f " + name + ".yaml");
                assertThat(ran.exit()).as(name + ": " + ran.all()).isIn(Exit.DONE.code(), Exit.NEEDS_YOU.code());
                Map<Integer, Fate> pair = compare(name, samples, read, to.read(target), lines(name), silent);
                fates.put(name, pair);
            }
        }
        assertThat(silent)
                .as("%d values were changed without a word", silent.size())
                .isEmpty();
        return fates;
    }

    private static String plan(String name, ValueEnd from, String source, ValueEnd to, String target) {
        List<String> formats = new ArrayList<>();
        if (!from.format(false).isEmpty()) {
            formats.add("from: { " + from.format(false) + " }");
        }
        if (!to.format(true).isEmpty()) {
            formats.add("to: { " + to.format(true) + " }");
        }
        return """
                waybill: 1
                name: %s
                stores:
                  a: %s
                  b: %s
                moves:
                  - from: a:%s
                    to: b:%s
                    key: id
                """.formatted(name, from.address(), to.address(), source, target)
                + (formats.isEmpty() ? "" : "    format: { " + String.join(", ", formats) + " }\n");
    }

    /** What the ledger says of each row. */
    private Map<Integer, RowBlock.Line> lines(String name) throws Exception {
        Map<Integer, RowBlock.Line> lines = new TreeMap<>();
        LedgerFile file = new LedgerFile(folder.resolve(".waybill/" + name + ".db"), path -> {
            SQLiteDataSource source = new SQLiteDataSource();
            source.setUrl("jdbc:sqlite:" + path);
            return source;
        });
        try (LedgerReader reader = file.read()) {
            reader.entries(Selector.ALL, 0, entry -> {
                RowBlock block = reader.block(entry.id());
                for (RowBlock.Line line : block == null ? List.<RowBlock.Line>of() : block.lines()) {
                    Value id = line.source().find("id");
                    int key = new java.math.BigDecimal(RowCodec.text(id == null ? Value.NULL : id)).intValueExact();
                    assertThat(lines.put(key, line))
                            .as("row " + key + " of " + name)
                            .isNull();
                }
                return true;
            });
        }
        return lines;
    }

    private static Map<Integer, Fate> compare(
            String name,
            List<ValueSample> samples,
            Map<Integer, Map<ValueKind, PlainValue>> source,
            Map<Integer, Map<ValueKind, PlainValue>> target,
            Map<Integer, RowBlock.Line> lines,
            List<String> silent) {
        assertThat(lines.keySet()).as("rows that the ledger knows of " + name).isEqualTo(source.keySet());
        assertThat(source.keySet()).containsAll(target.keySet());
        Map<Integer, Fate> fates = new TreeMap<>();
        for (ValueSample sample : samples) {
            Map<ValueKind, PlainValue> was = source.get(sample.id());
            if (was == null) {
                fates.put(sample.id(), new Fate('.', null));
                continue;
            }
            RowBlock.Line line = Objects.requireNonNull(lines.get(sample.id()), sample.label());
            Map<ValueKind, PlainValue> is = target.get(sample.id());
            String label = name + ": " + sample.kind() + " " + sample.label();
            if (is == null) {
                String reason = String.valueOf(line.reason());
                boolean named = reason.contains(sample.kind().column()) || reason.contains("domain positive");
                if (line.state().needsYou() && named) {
                    assertThat(reason).as(label).doesNotContain(secret(sample));
                    fates.put(sample.id(), new Fate('x', reason));
                } else {
                    silent.add(label + ": is not there, and is " + line.state() + " " + line.reason());
                }
                continue;
            }
            if (line.state() != State.VERIFIED) {
                silent.add(label + ": is there, and is " + line.state() + " " + line.reason());
            }
            for (ValueKind kind : ValueKind.values()) {
                PlainValue before = was.getOrDefault(kind, PlainValue.NULL);
                PlainValue after = is.getOrDefault(kind, PlainValue.NULL);
                boolean same = before.form().equals(after.form()) || isTakenAsDocument(kind, before, after);
                if (!same) {
                    silent.add(label + ": " + kind.column() + " was " + cut(before) + " and is " + cut(after));
                } else if (kind == sample.kind()) {
                    fates.put(sample.id(), new Fate(before.word().equals(after.word()) ? '=' : '~', null));
                }
            }
        }
        return fates;
    }

    /** A column of SQLite has no texts beside its JSON: a text that is JSON is JSON there, as it is elsewhere in a column of dates. */
    private static boolean isTakenAsDocument(ValueKind kind, PlainValue before, PlainValue after) {
        String form = before.form();
        boolean text = kind.family() == ValueKind.Family.DOCUMENT && form.matches("(?s)\"[0-9]+:[\\[{].*\"");
        return text
                && PlainValue.meant(kind, form.substring(form.indexOf(':') + 1, form.length() - 1))
                        .equals(after.form());
    }

    /** The value itself, where it is long enough not to be part of a reason by chance. */
    private static String secret(ValueSample sample) {
        String text = sample.text();
        return text == null || text.length() < 21 ? "(no reason holds this)" : text;
    }

    private static String cut(PlainValue value) {
        String text = value.word() + " " + value.form().replace("\0", "<NUL>");
        return text.length() > 60 ? text.substring(0, 60) + "..." : text;
    }
}
