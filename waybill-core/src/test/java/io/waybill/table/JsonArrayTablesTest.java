package io.waybill.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.value.Row;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonArrayTablesTest extends FileTablesContract {
    @Override
    TableFormat format() {
        return TableFormat.of(Map.of("type", "json"));
    }

    @Override
    byte[] file(List<Row> rows, Shape shape) throws Exception {
        return join(" [\n", JsonLinesTablesTest.objects(rows), " ,\n", "\n]\n");
    }

    /** Where an element begins can only be told by reading from the beginning. */
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
