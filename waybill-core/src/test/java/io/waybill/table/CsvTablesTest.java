package io.waybill.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CsvTablesTest extends FileTablesContract {
    Map<String, String> types() {
        return Map.of("id", "integer", "number", "integer", "amount", "decimal");
    }

    /** A column has one type in all files of a store, so the key {@code id} cannot be a text as well. */
    @Override
    protected List<Shape> shapes() {
        return List.of(Shape.INTEGER_KEY, Shape.PAIR_KEY);
    }

    @Override
    TableFormat format() {
        return TableFormat.of(Map.of("type", "csv", "nulls", "NULL", "types", types()));
    }

    @Override
    byte[] file(List<Row> rows, Shape shape) throws Exception {
        List<byte[]> lines = new ArrayList<>();
        List<String> columns = new ArrayList<>(shape.key());
        columns.addAll(List.of("name", "amount", "note"));
        lines.add(String.join(",", columns).getBytes(StandardCharsets.UTF_8));
        for (Row row : rows) {
            StringBuilder line = new StringBuilder();
            for (String column : columns) {
                String text = PlainText.of(Objects.requireNonNull(row.find(column)));
                line.append(line.isEmpty() ? "" : ",")
                        .append(text == null ? "NULL" : '"' + text.replace("\"", "\"\"") + '"');
            }
            lines.add(line.toString().getBytes(StandardCharsets.UTF_8));
        }
        return join("\ufeff", lines, "\r\n", "\r\n");
    }

    @Override
    protected String valueTable(Value value) throws Exception {
        String name = create(Shape.INTEGER_KEY);
        put(name, "id,v\r\n".getBytes(StandardCharsets.UTF_8));
        return name;
    }

    /** A quoted field may hold line ends, so where a row begins can only be told by reading from the beginning. */
    @Override
    @Test
    protected void severalSplitsShareTheRows() throws Exception {
        String table = create(Shape.INTEGER_KEY);
        fill(table, rows(Shape.INTEGER_KEY, 700, 12));
        try (Source.Opened opened = store().open(Selection.all(table))) {
            assertThat(opened.splits(4)).hasSize(1);
        }
    }
}
