package io.waybill.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.FileKey;
import io.waybill.store.Item;
import io.waybill.store.MemoryFileStore;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Digest;
import io.waybill.value.Json;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Files as people have them. */
class OddFilesTest {
    private static final TableFormat CSV = TableFormat.of(Map.of("type", "csv"));
    private static final TableFormat JSON = TableFormat.of(Map.of("type", "json"));
    private static final Charset WINDOWS = Charset.forName("windows-1252");

    private final MemoryFileStore.Disk disk = new MemoryFileStore.Disk("odd");

    private static TableFormat csv(Object... options) {
        Map<String, Object> all = new LinkedHashMap<>(Map.of("type", "csv"));
        for (int i = 0; i < options.length; i += 2) {
            all.put((String) options[i], options[i + 1]);
        }
        return TableFormat.of(all);
    }

    private void put(byte[] bytes) {
        Content content = new Content.FileContent(bytes.length, ByteBuffer.wrap(bytes), Digest.sha256(bytes), Map.of());
        new MemoryFileStore(disk).apply(List.of(Effect.put(new FileKey("f"), content, Condition.ANY, "test/1")));
    }

    private FileTables open(TableFormat format) {
        return new FileTables(new MemoryFileStore(disk), format, Map.of());
    }

    private List<Row> read(TableFormat format, byte[] bytes) throws Exception {
        return items(format, bytes).stream().map(RowItem::row).toList();
    }

    /** That reading goes on, and says of the last row which column is left out and why. */
    private void setAside(TableFormat format, byte[] bytes, String column, String... words) throws Exception {
        List<RowItem> items = items(format, bytes);
        RowItem last = items.get(items.size() - 1);
        assertThat(items.subList(0, items.size() - 1)).allMatch(RowItem::isWhole);
        assertThat(last.row().has(column)).isFalse();
        assertThat(last.unreadable()).containsOnlyKeys(column);
        assertThat(last.trouble()).contains(words);
    }

    private void setAside(TableFormat format, String text, String column, String... words) throws Exception {
        setAside(format, text.getBytes(StandardCharsets.UTF_8), column, words);
    }

    private List<RowItem> items(TableFormat format, byte[] bytes) throws Exception {
        put(bytes);
        List<RowItem> rows = new ArrayList<>();
        try (Source.Opened opened = open(format).open(Selection.all("f"))) {
            for (Source.Split split : opened.splits(1)) {
                try (Source.Items items = opened.read(split, null)) {
                    for (Source.Page page = items.next(); page != null; page = items.next()) {
                        for (Item item : page.items()) {
                            rows.add((RowItem) item);
                        }
                    }
                }
            }
        }
        return rows;
    }

    private List<Row> read(TableFormat format, String text) throws Exception {
        return read(format, text.getBytes(StandardCharsets.UTF_8));
    }

    private void refused(TableFormat format, byte[] bytes, String... words) {
        assertThatThrownBy(() -> read(format, bytes))
                .asInstanceOf(type(StoreException.class))
                .returns(Kind.INVALID, StoreException::kind)
                .extracting(StoreException::getMessage)
                .asString()
                .startsWith("Cannot read memory://odd/f: ")
                .endsWith(".")
                .doesNotContain("\n")
                .contains(words);
    }

    private void refused(TableFormat format, String text, String... words) {
        refused(format, text.getBytes(StandardCharsets.UTF_8), words);
    }

    private static Row row(Object... fields) {
        Map<String, Value> all = new LinkedHashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            Object value = fields[i + 1];
            all.put(
                    (String) fields[i],
                    value instanceof String text
                            ? Value.of(text)
                            : value instanceof Integer number ? Value.of(number) : (Value) value);
        }
        return Row.of(all);
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstColumn() throws Exception {
        assertThat(read(CSV, "\ufeffa,b\n1,2\n")).containsExactly(row("a", "1", "b", "2"));
        assertThat(read(TableFormat.JSON_LINES, "\ufeff{\"a\":1}")).containsExactly(row("a", 1));
        assertThat(read(JSON, "\ufeff[{\"a\":1}]")).containsExactly(row("a", 1));
        assertThat(read(CSV, "\uff01,b\n1,2")).containsExactly(row("\uff01", "1", "b", "2"));
    }

    @Test
    void anyLineEndEndsARow() throws Exception {
        for (String end : List.of("\n", "\r\n", "\r")) {
            String text = "a,b" + end + "1,2" + end + end + "3,\"x" + end + "y\"" + end;
            assertThat(read(CSV, text)).containsExactly(row("a", "1", "b", "2"), row("a", "3", "b", "x" + end + "y"));
            String lines = "{\"a\":1}" + end + "  " + end + "{\"a\":2}";
            assertThat(read(TableFormat.JSON_LINES, lines)).containsExactly(row("a", 1), row("a", 2));
        }
    }

    @Test
    void quotesDelimitersAndLineEndsStandInsideQuotes() throws Exception {
        assertThat(read(CSV, "a,b\r\n\"say \"\"hi\"\", you\",\"1\r\n2\"\r\n\"\",x"))
                .containsExactly(row("a", "say \"hi\", you", "b", "1\r\n2"), row("a", "", "b", "x"));
        assertThat(read(csv("delimiter", "tab", "quote", "none"), "a\tb\n5\" disk\t\"x\n"))
                .containsExactly(row("a", "5\" disk", "b", "\"x"));
    }

    @Test
    void otherEncodingsAreReadAsTheyAreSaid() throws Exception {
        byte[] latin = "a,b\nMüller,x\n".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(read(csv("encoding", "latin1"), latin)).containsExactly(row("a", "Müller", "b", "x"));
        byte[] windows = "a,b\n€ 5,“x”\n".getBytes(WINDOWS);
        assertThat(read(csv("encoding", "windows-1252"), windows)).containsExactly(row("a", "€ 5", "b", "“x”"));
        setAside(csv("encoding", "windows-1252"), new byte[] {'a', '\n', (byte) 0x81}, "a", "row 1, column a", "0x81");
    }

    @Test
    void bytesThatAreNotUtf8AreNamedByRowAndColumn() throws Exception {
        byte[] csv = "a,b\n1,2\n3,4\n5,Müller\n".getBytes(StandardCharsets.ISO_8859_1);
        setAside(CSV, csv, "b", "row 3, column b, at byte 15", "0xfc is not UTF-8", "encoding");
        byte[] lines = "{\"a\":1}\n{\"a\":1}\n{\"a\":{\"b\":1},\"b\":\"Mü\"}\n".getBytes(StandardCharsets.ISO_8859_1);
        setAside(TableFormat.JSON_LINES, lines, "b", "row 3, column b", "0xfc is not UTF-8");
        byte[] array = "[{\"a\":1},\n{\"a\":1},{\"b\":\"Mü\"}]".getBytes(StandardCharsets.ISO_8859_1);
        setAside(JSON, array, "b", "row 3, column b", "0xfc is not UTF-8");
        byte[] name = "{\"a\":1}\n{\"Mü\":1}\n".getBytes(StandardCharsets.ISO_8859_1);
        refused(TableFormat.JSON_LINES, name, "row 2", "0xfc is not UTF-8", "windows-1252");
        refused(CSV, "a,b\n1,2\n".getBytes(StandardCharsets.UTF_16), "UTF-16");
    }

    @Test
    void aFieldOf16MegabytesIsRead() throws Exception {
        String large = "xü\"\n".repeat(4 << 20);
        assertThat(read(CSV, "a,b\n1,\"" + large.replace("\"", "\"\"") + "\"\n2,y\n"))
                .containsExactly(row("a", "1", "b", large), row("a", "2", "b", "y"));
        String json = Json.write(new Value.MapOf(row("a", large).fields()));
        assertThat(read(TableFormat.JSON_LINES, json + "\n{}")).containsExactly(row("a", large), Row.EMPTY);
        assertThat(read(JSON, "[" + json + ",{}]")).containsExactly(row("a", large), Row.EMPTY);
    }

    @Test
    void aRowWithoutEndIsNotReadIntoMemoryForEver() {
        byte[] endless = new byte[Block.MOST + 100];
        Arrays.fill(endless, (byte) 'x');
        endless[0] = 'a';
        endless[1] = '\n';
        endless[2] = '"';
        refused(CSV, endless, "row 1", "64 MiB");
        refused(TableFormat.JSON_LINES, Arrays.copyOfRange(endless, 2, endless.length), "row 1", "64 MiB");
    }

    @Test
    void jsonIsReadExactly() throws Exception {
        String digits = "123456789012345678901234567890123456789012345678901234567890";
        String text = "{\"i\":" + digits + ",\"d\":0." + digits
                + ",\"e\":1e400,\"z\":-0,\"f\":1.50,\"n\":null,\"s\":\"\\u0000\"}";
        Row expected = row(
                "i",
                new Value.Int(new BigInteger(digits)),
                "d",
                Value.of(new BigDecimal("0." + digits)),
                "e",
                Value.of(new BigDecimal("1e400")),
                "z",
                0,
                "f",
                Value.of(new BigDecimal("1.50")),
                "n",
                Value.NULL,
                "s",
                "\0");
        assertThat(read(TableFormat.JSON_LINES, text)).containsExactly(expected);
        assertThat(read(JSON, "[" + text + "]")).containsExactly(expected);
    }

    @Test
    void jsonMayNest30Deep() throws Exception {
        String deep = "{\"a\":" + "[{\"b\":".repeat(15) + "1" + "}]".repeat(15) + "}";
        assertThat(read(TableFormat.JSON_LINES, deep)).hasSize(1);
        assertThat(read(JSON, "[" + deep + "]")).hasSize(1);
        String tooDeep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        setAside(TableFormat.JSON_LINES, tooDeep, "a", "row 1, column a", "nested too deep");
    }

    @Test
    void brokenJsonIsNamedByRowAndByte() throws Exception {
        String good = "{\"ü\":1}\n";
        setAside(
                TableFormat.JSON_LINES,
                good + "{\"ü\":1,\"b\":x}",
                "b",
                "row 2, column b, at byte 21",
                "a value is expected");
        refused(TableFormat.JSON_LINES, good + "{\"a\":1,\"a\":2}", "row 2", "\"a\" stands here twice");
        setAside(TableFormat.JSON_LINES, good + "{\"a\":{\"b\":1,\"b\":2}}", "a", "row 2, column a", "twice");
        refused(TableFormat.JSON_LINES, good + "{\"a\":\"x", "row 2", "it ends too soon");
        refused(TableFormat.JSON_LINES, good + "[1]", "row 2", "it is no object but list");
        refused(TableFormat.JSON_LINES, good + "{\"a\":1} {\"a\":2}", "row 2", "more after the end");
        setAside(TableFormat.JSON_LINES, "{\"a\":\"\0\"}", "a", "row 1, column a, at byte 6", "control character");
        setAside(TableFormat.LOSSLESS, "{\"a\":{\"$date\":\"soon\"}}", "a", "row 1, column a", "$date");
        setAside(TableFormat.LOSSLESS, "{\"a\":{\"$other\":1}}", "a", "row 1", "$other");
        refused(TableFormat.JSON_LINES, good + "{\"a\":1 \"b\":2}", "row 2", "expected");
        refused(TableFormat.JSON_LINES, good + "{\"a\":1,,\"b\":2}", "row 2", "expected");
        setAside(TableFormat.JSON_LINES, good + "{\"a\":{\"b\":[1}]}", "a", "row 2", "expected");
        refused(JSON, "[{\"a\":1},{\"a\":", "row 2, column a", "cut short");
        refused(JSON, "[{\"a\":1}", "cut short");
        refused(JSON, "[{\"a\":1} {\"a\":1}]", "row 2", "expected");
        refused(JSON, "[{\"a\":1},]", "row 2", "no object");
        refused(JSON, "[{\"a\":1}]x", "follows the end");
        refused(JSON, "[1]", "row 1", "no object");
        refused(JSON, "{\"a\":1}", "no array", "jsonl");
        refused(JSON, "", "empty");
    }

    @Test
    void brokenCsvIsNamedByRowAndColumn() throws Exception {
        refused(CSV, "a,b\n1,2\n3\n", "row 2", "1 fields", "2 columns");
        refused(CSV, "a,b\n1,2\n3,4,5\n", "row 2", "3 fields", "2 columns");
        refused(CSV, "a,b\n1,2\n3,\"4\n5,6\n", "row 2, column b", "never closed");
        refused(CSV, "a,b\n1,\"2\"x\n", "row 1, column b", "closing quote");
        refused(CSV, "a,b\n1,2\"x\n", "row 1, column b", "quote stands inside");
        refused(CSV, "a,a\n1,2\n", "the header, column a", "twice");
        refused(CSV, "a,\"b\n1,2\n", "the header", "never closed");
        refused(CSV, "", "empty", "header");
        setAside(csv("types", Map.of("b", "integer")), "a,b\n1,2\n3,1.5\n", "b", "row 2, column b", "it is no integer");
        refused(CSV, new byte[] {0x1f, (byte) 0x8b, 8, 0}, "gzip");
    }

    @Test
    void emptyFilesAndHeadersAloneHaveNoRows() throws Exception {
        assertThat(read(TableFormat.JSON_LINES, "")).isEmpty();
        assertThat(read(TableFormat.JSON_LINES, "\n\n")).isEmpty();
        assertThat(read(JSON, " [ ] ")).isEmpty();
        assertThat(read(CSV, "a,b")).isEmpty();
        assertThat(read(CSV, "a,b\r\n\r\n")).isEmpty();
        assertThat(read(csv("header", "false", "columns", List.of("a", "b")), ""))
                .isEmpty();
        assertThat(read(CSV, "a,b")).isEmpty();
        assertThat(open(CSV).table("f").columns()).hasSize(2);
    }

    @Test
    void columnsHaveTypesAndNulls() throws Exception {
        TableFormat format = csv(
                "header",
                false,
                "columns",
                List.of("i", "d", "b", "t", "raw", "s"),
                "nulls",
                "\\N",
                "types",
                Map.of("i", "integer", "d", "decimal", "b", "boolean", "t", "timestamp", "raw", "bytes"));
        assertThat(read(format, "1,1.50,t,2024-02-29 12:00:00+02,AQI=,\\N\n,\\N,0,,,\"\\N\"\n-7,1E3,,,\"\",\n"))
                .containsExactly(
                        row(
                                "i",
                                1,
                                "d",
                                Value.of(new BigDecimal("1.50")),
                                "b",
                                Value.Bool.TRUE,
                                "t",
                                new Value.Timestamp(java.time.Instant.parse("2024-02-29T10:00:00Z")),
                                "raw",
                                new Value.Bytes(new byte[] {1, 2}),
                                "s",
                                Value.NULL),
                        row(
                                "i", Value.NULL,
                                "d", Value.NULL,
                                "b", Value.Bool.FALSE,
                                "t", Value.NULL,
                                "raw", Value.NULL,
                                "s", "\\N"),
                        row(
                                "i",
                                -7,
                                "d",
                                Value.of(new BigDecimal("1E3")),
                                "b",
                                Value.NULL,
                                "t",
                                Value.NULL,
                                "raw",
                                new Value.Bytes(new byte[0]),
                                "s",
                                ""));
    }

    @Test
    void aZeroByteIsText() throws Exception {
        assertThat(read(CSV, "a,b\n\0,x\0y\n")).containsExactly(row("a", "\0", "b", "x\0y"));
    }

    @Test
    void oneColumnMayHoldEmptyFields() throws Exception {
        assertThat(read(CSV, "a\n1\n\n\"\"\n")).containsExactly(row("a", "1"), row("a", ""), row("a", ""));
    }

    @Test
    void aFileThatChangesWhileItIsReadIsAConflict() throws Exception {
        put("{\"a\":1}\n".getBytes(StandardCharsets.UTF_8));
        try (Source.Opened opened = open(TableFormat.JSON_LINES).open(Selection.all("f"));
                Source.Items items = opened.read(opened.splits(1).get(0), null)) {
            put("{\"a\":2}\n".getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(items::next)
                    .asInstanceOf(type(StoreException.class))
                    .returns(Kind.CONFLICT, StoreException::kind);
        }
    }

    @Test
    void anIndexIsMadeAnewWhenTheFileChanged() throws Exception {
        FileTables tables = open(TableFormat.JSON_LINES);
        RowKey key = new RowKey("f", row("a", 2));
        put("{\"a\":1}\n".getBytes(StandardCharsets.UTF_8));
        assertThat(tables.find(List.of(key))).isEmpty();
        put("{\"a\":1}\n{\"a\":2,\"b\":1}\n{\"a\":2,\"b\":2}\n".getBytes(StandardCharsets.UTF_8));
        assertThat(tables.find(List.of(key)).get(key))
                .isInstanceOfSatisfying(
                        RowItem.class, item -> assertThat(item.row()).isEqualTo(row("a", 2, "b", 2)));
    }

    @Test
    void compressedFilesAreReadToTheirEnd() throws Exception {
        TableFormat format = TableFormat.of(Map.of("type", "jsonl", "gzip", true));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(gzip("{\"a\":1}\n".repeat(50_000)));
        out.writeBytes(gzip("{\"a\":2}\n"));
        byte[] whole = out.toByteArray();
        assertThat(read(format, whole)).hasSize(50_001).endsWith(row("a", 2));
        byte[] cut = Arrays.copyOf(whole, whole.length - 3);
        assertThatThrownBy(() -> read(format, cut))
                .asInstanceOf(type(StoreException.class))
                .returns(Kind.CORRUPT, StoreException::kind);
        byte[] odd = Arrays.copyOf(whole, whole.length + 3);
        assertThatThrownBy(() -> read(format, odd))
                .asInstanceOf(type(StoreException.class))
                .returns(Kind.CORRUPT, StoreException::kind);
    }

    private static byte[] gzip(String text) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }
}
