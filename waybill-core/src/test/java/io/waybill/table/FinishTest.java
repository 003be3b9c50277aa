package io.waybill.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.FaultyFileStore;
import io.waybill.store.FaultyFileStore.Fault;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.MemoryFileStore;
import io.waybill.store.Outcome;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.Selection;
import io.waybill.store.SimulatedCrash;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FinishTest {
    private static final String NAME = "out/orders";
    private static final List<String> KEY = List.of("id");

    private MemoryFileStore.Disk disk = new MemoryFileStore.Disk("finish");

    private static List<TableFormat> formats() {
        Map<String, Object> csv = new HashMap<>();
        csv.put("type", "csv");
        csv.put("create", true);
        csv.put("columns", List.of("id", "name", "amount"));
        csv.put("types", Map.of("id", "integer", "amount", "decimal"));
        csv.put("nulls", "NULL");
        Map<String, Object> odd = new HashMap<>(csv);
        odd.put("header", false);
        odd.put("encoding", "windows-1252");
        odd.put("delimiter", ";");
        return List.of(
                TableFormat.of(Map.of("type", "jsonl", "create", true)),
                TableFormat.of(Map.of("type", "jsonl", "create", true, "lossless", true)),
                TableFormat.of(Map.of("type", "json", "create", true, "encoding", "latin1")),
                TableFormat.of(csv),
                TableFormat.of(odd));
    }

    private static FileTables tables(FileStore files, TableFormat format) {
        return new FileTables(files, format, Map.of(NAME, KEY));
    }

    private FileTables tables(TableFormat format) {
        return tables(new MemoryFileStore(disk), format);
    }

    private static Row row(long id, String name) {
        Map<String, Value> fields = new LinkedHashMap<>();
        fields.put("id", Value.of(id));
        fields.put("name", Value.of(name));
        fields.put("amount", Value.of(new java.math.BigDecimal("1.50")));
        return Row.of(fields);
    }

    private static RowKey key(long id) {
        return new RowKey(NAME, Row.of("id", Value.of(id)));
    }

    private static Effect put(long id, String name, Condition condition) {
        return Effect.put(key(id), new Content.RowContent(row(id, name)), condition, "s/1");
    }

    private static Effect remove(long id) {
        return Effect.remove(key(id), Condition.ANY, "s/1");
    }

    private static Map<Long, Row> read(FileTables tables) throws Exception {
        Map<Long, Row> rows = new TreeMap<>();
        try (Source.Opened opened = tables.open(Selection.all(NAME))) {
            for (Source.Split split : opened.splits(3)) {
                try (Source.Items items = opened.read(split, null)) {
                    for (Source.Page page = items.next(); page != null; page = items.next()) {
                        for (Item item : page.items()) {
                            Row row = ((RowItem) item).row();
                            long id = number(row);
                            assertThat(rows.put(id, row)).as("row %d twice", id).isNull();
                        }
                    }
                }
            }
        }
        return rows;
    }

    private static long number(Row row) {
        return ((Value.Int) Objects.requireNonNull(row.find("id"))).value().longValueExact();
    }

    private static Map<Long, Row> find(FileTables tables, int most) throws Exception {
        List<RowKey> keys = new ArrayList<>();
        for (long id = 0; id < most; id++) {
            keys.add(key(id));
        }
        Map<Long, Row> rows = new TreeMap<>();
        for (Map.Entry<ItemKey, Item> found : tables.find(keys).entrySet()) {
            rows.put(number(((RowKey) found.getKey()).key()), ((RowItem) found.getValue()).row());
        }
        return rows;
    }

    private List<String> files() throws Exception {
        List<String> names = new ArrayList<>();
        try (Source.Opened opened = new MemoryFileStore(disk).open(Selection.all(""));
                Source.Items items = opened.read(opened.splits(1).get(0), null)) {
            for (Source.Page page = items.next(); page != null; page = items.next()) {
                page.items().forEach(item -> names.add(((FileKey) item.key()).path()));
            }
        }
        return names;
    }

    private String text() throws Exception {
        try (FileStore.Reading reading = new MemoryFileStore(disk).read(new FileKey(NAME), 0, null)) {
            return new String(reading.stream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void fill(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Content content = new Content.FileContent(bytes.length, ByteBuffer.wrap(bytes), Digest.sha256(bytes), Map.of());
        new MemoryFileStore(disk).apply(List.of(Effect.put(new FileKey(NAME), content, Condition.ANY, "test/1")));
    }

    @Test
    void aTableIsTheSameWhateverWasWrittenAndWheneverItWasFinished() throws Exception {
        for (TableFormat format : formats()) {
            for (int seed = 0; seed < 12; seed++) {
                disk = new MemoryFileStore.Disk("random");
                Random random = new Random(seed);
                Map<Long, Row> expected = new TreeMap<>();
                FileTables tables = tables(format);
                for (int step = 0; step < 30; step++) {
                    List<Effect> effects = new ArrayList<>();
                    for (int i = 0; i <= random.nextInt(6); i++) {
                        long id = random.nextInt(15);
                        if (random.nextInt(3) == 0) {
                            effects.add(remove(id));
                            expected.remove(id);
                        } else {
                            String name = "n\"ü;,\n" + random.nextInt(100);
                            effects.add(put(id, name, Condition.ANY));
                            expected.put(id, row(id, name));
                        }
                    }
                    assertThat(tables.apply(effects)).allMatch(Outcome.Done.class::isInstance);
                    if (random.nextInt(6) == 0) {
                        (random.nextBoolean() ? tables : tables(format)).finish(NAME);
                        assertThat(files()).doesNotContain(NAME + ".parts/000000000001.jsonl");
                    }
                    tables = random.nextInt(5) == 0 ? tables(format) : tables;
                    assertThat(read(tables)).as("%s %d.%d", format, seed, step).isEqualTo(expected);
                    assertThat(find(tables, 15)).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void aFinishThatDiesOrFailsAnywhereIsSeenByNobodyAndGoesOn() throws Exception {
        for (TableFormat format : formats()) {
            for (Fault fault : Fault.values()) {
                int call = 1;
                boolean reached = true;
                while (reached) {
                    disk = new MemoryFileStore.Disk("crash");
                    FileTables healthy = tables(format);
                    healthy.apply(List.of(put(1, "a", Condition.ABSENT), put(2, "b", Condition.ABSENT)));
                    healthy.finish(NAME);
                    healthy.apply(List.of(put(3, "c", Condition.ABSENT), put(2, "B", Condition.ANY)));
                    healthy.apply(List.of(put(4, "d", Condition.ABSENT), remove(1)));
                    Map<Long, Row> expected = new TreeMap<>(Map.of(2L, row(2, "B"), 3L, row(3, "c"), 4L, row(4, "d")));
                    FaultyFileStore faulty =
                            FaultyFileStore.around(new MemoryFileStore(disk)).failing(call, fault);
                    try {
                        tables(faulty, format).finish(NAME);
                    } catch (StoreException | SimulatedCrash e) {
                        // as if the process ended here
                    }
                    reached = faulty.failed();
                    String when = fault + " at call " + call + " of " + format.type();
                    assertThat(read(tables(format))).as(when).isEqualTo(expected);
                    assertThat(find(healthy, 5)).as(when).isEqualTo(expected);
                    // Whoever writes before the next finish does no harm.
                    assertThat(healthy.apply(List.of(put(5, "e", Condition.ABSENT), put(3, "x", Condition.ABSENT))))
                            .satisfiesExactly(
                                    one -> assertThat(one).isInstanceOf(Outcome.Done.class),
                                    two -> assertThat(two).isInstanceOf(Outcome.Refused.class));
                    expected.put(5L, row(5, "e"));
                    assertThat(read(tables(format))).as(when).isEqualTo(expected);
                    tables(format).finish(NAME);
                    assertThat(read(tables(format))).as(when).isEqualTo(expected);
                    assertThat(find(healthy, 6)).as(when).isEqualTo(expected);
                    assertThat(files()).as(when).containsExactly(NAME);
                    call++;
                }
                assertThat(call).isGreaterThan(8);
            }
        }
    }

    @Test
    void aWriteThatFailsAnywhereIsWholeOrAbsentAndSaysWhich() throws Exception {
        TableFormat format = formats().get(0);
        for (Fault fault : List.of(Fault.ERROR, Fault.TIMEOUT, Fault.LOST)) {
            boolean reached = true;
            for (int call = 1; reached; call++) {
                disk = new MemoryFileStore.Disk("write");
                tables(format).apply(List.of(put(1, "a", Condition.ABSENT)));
                FaultyFileStore faulty =
                        FaultyFileStore.around(new MemoryFileStore(disk)).failing(call, fault);
                List<Outcome> outcomes = tables(faulty, format)
                        .apply(List.of(put(2, "b", Condition.ABSENT), put(3, "c", Condition.ABSENT)));
                reached = faulty.failed();
                int there = read(tables(format)).size();
                assertThat(there).isIn(1, 3);
                for (Outcome outcome : outcomes) {
                    if (!(outcome instanceof Outcome.Unknown)) {
                        assertThat(outcome instanceof Outcome.Done).isEqualTo(there == 3);
                    }
                }
            }
        }
    }

    @Test
    void rowsThatStoodThereKeepTheirBytes() throws Exception {
        TableFormat csv = TableFormat.of(Map.of("type", "csv", "types", Map.of("id", "integer")));
        fill("\ufeffid,name,amount\r\n\"1\", a ,01.50\r\n2,b,2\r\n3,\"c\"\"\",");
        FileTables tables = tables(csv);
        tables.apply(List.of(remove(2), put(4, "d, e", Condition.ABSENT)));
        tables.finish(NAME);
        assertThat(text()).isEqualTo("\ufeffid,name,amount\r\n\"1\", a ,01.50\r\n3,\"c\"\"\",\n4,\"d, e\",1.50\n");

        fill("\ufeff{\"id\": 1, \"x\":1.0}\r\n\r\n{ \"id\":2 }");
        tables = tables(TableFormat.JSON_LINES);
        tables.apply(List.of(put(4, "d", Condition.ABSENT)));
        tables.finish(NAME);
        assertThat(text())
                .isEqualTo("\ufeff{\"id\": 1, \"x\":1.0}\r\n{ \"id\":2 }\n{\"id\":4,\"name\":\"d\",\"amount\":1.50}\n");

        fill(" [ {\"id\" : 1} ,\n{\"id\":2}]");
        tables = tables(TableFormat.of(Map.of("type", "json")));
        tables.apply(List.of(put(4, "d", Condition.ABSENT)));
        tables.finish(NAME);
        assertThat(text()).isEqualTo("[\n{\"id\" : 1},\n{\"id\":2},\n{\"id\":4,\"name\":\"d\",\"amount\":1.50}\n]\n");
    }

    @Test
    void aLargeTableIsWrittenInParts() throws Exception {
        TableFormat format = formats().get(0);
        FileTables tables = tables(format);
        String large = "x".repeat(1 << 20);
        for (int i = 0; i < 5; i++) {
            List<Effect> effects = new ArrayList<>();
            for (int j = 0; j < 10; j++) {
                effects.add(put(i * 10 + j, large, Condition.ABSENT));
            }
            assertThat(tables.apply(effects)).allMatch(Outcome.Done.class::isInstance);
        }
        tables.finish(NAME);
        assertThat(read(tables)).hasSize(50);
        assertThat(files()).containsExactly(NAME);
    }

    @Test
    void aTableWithoutRowsIsNotMadeAndFinishingTwiceDoesNothing() throws Exception {
        TableFormat format = formats().get(0);
        FileTables tables = tables(format);
        tables.finish(NAME);
        tables.apply(List.of(put(1, "a", Condition.ABSENT)));
        tables.apply(List.of(remove(1)));
        tables.finish(NAME);
        assertThat(files()).isEmpty();
        assertThat(read(tables)).isEmpty();
        tables.apply(List.of(put(1, "a", Condition.ABSENT)));
        tables.finish(NAME);
        String once = text();
        tables.finish(NAME);
        assertThat(text()).isEqualTo(once);
    }

    @Test
    void whatSomebodyChangedMeanwhileIsNotOverwritten() throws Exception {
        TableFormat format = formats().get(0);
        fill("{\"id\":1}\n");
        FaultyFileStore faulty = FaultyFileStore.around(new MemoryFileStore(disk));
        FileTables tables = tables(faulty, format);
        tables.apply(List.of(put(2, "b", Condition.ABSENT)));
        faulty.failing(faulty.calls() + 1, Integer.MAX_VALUE, Fault.ERROR);
        assertThatThrownBy(() -> tables.finish(NAME)).isInstanceOf(StoreException.class);
        fill("{\"id\":1,\"name\":\"edited\"}\n");
        assertThat(read(tables(format))).hasSize(2);
        tables(format).finish(NAME);
        assertThat(text()).startsWith("{\"id\":1,\"name\":\"edited\"}\n{\"id\":2");
    }

    @Test
    void aKeyHasTheSameColumnsInAllParts() throws Exception {
        TableFormat format = formats().get(0);
        FileTables tables = tables(format);
        tables.apply(List.of(put(1, "a", Condition.ABSENT)));
        RowKey other = new RowKey(NAME, Row.of("name", Value.of("b")));
        Outcome outcome = tables.apply(
                        List.of(Effect.put(other, new Content.RowContent(row(2, "b")), Condition.ABSENT, "s/1")))
                .get(0);
        assertThat(((Outcome.Failed) outcome).cause())
                .asInstanceOf(type(StoreException.class))
                .returns(Kind.INVALID, StoreException::kind);
        assertThat(tables.find(List.of(new RowKey(NAME, Row.of("name", Value.of("a"))))))
                .hasSize(1);
    }

    @Test
    void rowsThatShareAKeyAreLeftAlone() throws Exception {
        fill("{\"id\":1,\"name\":\"a\"}\n{\"id\":1,\"name\":\"b\"}\n");
        FileTables tables = tables(formats().get(0));
        Outcome removed = tables.apply(List.of(remove(1))).get(0);
        assertThat(((Outcome.Failed) removed).cause().getMessage()).contains("several rows");
        assertThat(tables.apply(List.of(put(1, "c", Condition.ABSENT))).get(0)).isInstanceOf(Outcome.Refused.class);
        assertThat(files()).containsExactly(NAME);
    }

    @Test
    void aRowThatLacksAColumnOfTheHeaderIsRefused() throws Exception {
        fill("id,name,amount\n");
        FileTables tables = tables(TableFormat.of(Map.of("type", "csv", "nulls", "")));
        Row row = Row.of("id", Value.of("1")).with("name", Value.of("x"));
        Effect effect = Effect.put(
                new RowKey(NAME, Row.of("id", Value.of("1"))), new Content.RowContent(row), Condition.ABSENT, "s/1");
        Outcome outcome = tables.apply(List.of(effect)).get(0);
        assertThat(((Outcome.Failed) outcome).cause().getMessage()).contains(" amount ", "lacks it");
    }

    @Test
    void aRowThatMightBeTooLongToReadIsRefusedAlone() throws Exception {
        FileTables tables = tables(formats().get(0));
        List<Outcome> outcomes =
                tables.apply(List.of(put(1, "x".repeat(22 << 20), Condition.ABSENT), put(2, "b", Condition.ABSENT)));
        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Failed.class);
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void aCompressedFileIsOnlyRead() {
        Outcome outcome = tables(TableFormat.of(Map.of("type", "jsonl", "gzip", true)))
                .apply(List.of(put(1, "a", Condition.ABSENT)))
                .get(0);
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    }
}
