package io.waybill.table;

import io.waybill.value.Json;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

class JsonLinesTablesTest extends FileTablesContract {
    @Override
    TableFormat format() {
        return TableFormat.JSON_LINES;
    }

    @Override
    byte[] file(List<Row> rows, Shape shape) throws Exception {
        return join("", objects(rows), "\r\n", "\n");
    }

    static List<byte[]> objects(List<Row> rows) {
        List<byte[]> all = new ArrayList<>();
        for (Row row : rows) {
            all.add(Json.write(new Value.MapOf(row.fields())).getBytes(StandardCharsets.UTF_8));
        }
        return all;
    }
}
