package io.waybill.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableFormatTest {
    private static void refused(Map<String, ?> options, String... words) {
        assertThatThrownBy(() -> TableFormat.of(options))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .endsWith(".")
                .contains(words);
    }

    @Test
    void optionsHaveTheseDefaults() {
        assertThat(TableFormat.of(Map.of("type", "csv")))
                .isEqualTo(new TableFormat(
                        TableFormat.Type.CSV,
                        StandardCharsets.UTF_8,
                        false,
                        false,
                        false,
                        ',',
                        '"',
                        true,
                        List.of(),
                        null,
                        Map.of()));
        assertThat(TableFormat.of(Map.of("type", "jsonl"))).isEqualTo(TableFormat.JSON_LINES);
        assertThat(TableFormat.of(Map.of("type", "jsonl", "lossless", true))).isEqualTo(TableFormat.LOSSLESS);
    }

    @Test
    void everyColumnTypeHasAName() {
        assertThat(List.of(ColumnType.values()))
                .extracting(ColumnType::text)
                .containsExactly(
                        "text",
                        "integer",
                        "decimal",
                        "double",
                        "boolean",
                        "date",
                        "time",
                        "timestamp",
                        "timestamp without zone",
                        "uuid",
                        "bytes",
                        "json");
    }

    @Test
    void wrongOptionsAreRefusedWithWhatIsRight() {
        refused(Map.of(), "type is missing", "jsonl, json or csv");
        refused(Map.of("type", "xml"), "xml");
        refused(Map.of("type", "csv", "seperator", ";"), "seperator", "delimiter");
        refused(Map.of("type", "json", "delimiter", ";"), "delimiter", "csv only");
        refused(Map.of("type", "json", "lossless", "true"), "lossless");
        refused(Map.of("type", "csv", "delimiter", ";;"), "one ASCII sign");
        refused(Map.of("type", "csv", "delimiter", "\""), "the same");
        refused(Map.of("type", "csv", "delimiter", "x"), "delimiter");
        refused(Map.of("type", "csv", "header", "maybe"), "true or false");
        refused(Map.of("type", "csv", "header", "false"), "columns");
        refused(Map.of("type", "csv", "create", "true"), "columns");
        refused(Map.of("type", "csv", "columns", List.of("a", "a")), "twice");
        refused(Map.of("type", "csv", "columns", "a"), "list");
        refused(Map.of("type", "csv", "types", Map.of("a", "money")), "money", "timestamp");
        refused(Map.of("type", "csv", "columns", List.of("a"), "types", Map.of("b", "text")), "column b");
        refused(Map.of("type", "csv", "nulls", "a,b"), "nulls");
        refused(Map.of("type", "csv", "encoding", "UTF-16"), "UTF-16", "one byte");
        refused(Map.of("type", "csv", "encoding", "Shift_JIS"), "one byte");
        refused(Map.of("type", "csv", "encoding", "none of these"), "encoding");
        refused(Map.of("type", "csv", "gzip", "true", "create", "true", "columns", List.of("a")), "only be read");
    }

    @Test
    void theNameOfAFileSaysItsFormat() {
        assertThat(TableFormat.guess("a/b.JSONL")).isEqualTo(Map.of("type", "jsonl"));
        assertThat(TableFormat.guess("a.ndjson.gz")).isEqualTo(Map.of("type", "jsonl", "gzip", "true"));
        assertThat(TableFormat.guess("a.json")).isEqualTo(Map.of("type", "json"));
        assertThat(TableFormat.guess("a.csv")).isEqualTo(Map.of("type", "csv"));
        assertThat(TableFormat.guess("a.tsv")).isEqualTo(Map.of("type", "csv", "delimiter", "\t"));
        assertThat(TableFormat.guess("csv")).isEmpty();
        assertThat(TableFormat.of(TableFormat.guess("a.tsv.gz")).delimiter()).isEqualTo('\t');
    }
}
