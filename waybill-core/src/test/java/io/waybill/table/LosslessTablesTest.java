package io.waybill.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.file.FilesProvider;
import io.waybill.store.FileStore;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import io.waybill.store.ValueCorpus;
import io.waybill.value.Json;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over a folder. */
class LosslessTablesTest extends FileTablesContract {
    @TempDir
    Path folder = Path.of("unset");

    @Override
    FileStore files() {
        try {
            return (FileStore) new FilesProvider()
                    .open(new StoreProvider.Settings(
                            "folder",
                            Map.of("root", folder.toString(), "links", "skip", "durable", "false"),
                            folder,
                            name -> null));
        } catch (StoreException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    TableFormat format() {
        return TableFormat.LOSSLESS;
    }

    @Override
    byte[] file(List<Row> rows, Shape shape) throws Exception {
        List<Row> tagged = new ArrayList<>();
        for (Row row : rows) {
            Map<String, Value> fields = new LinkedHashMap<>();
            for (Map.Entry<String, Value> field : row.fields().entrySet()) {
                fields.put(field.getKey(), LosslessForm.tagged(field.getValue(), 1));
            }
            tagged.add(Row.of(fields));
        }
        return join("", JsonLinesTablesTest.objects(tagged), "\r", "");
    }

    @Test
    void everyKindOfValueComesBackAsItWas() throws Exception {
        List<Value> values = new ArrayList<>(ValueCorpus.all());
        values.add(new Value.MapOf(Map.of("$decimal", Value.of("1"))));
        values.add(new Value.MapOf(Map.of("$map", new Value.MapOf(Map.of("$x", Value.NULL)))));
        values.add(new Value.MapOf(Map.of("$", new Value.MapOf(Map.of()))));
        values.add(new Value.Int(java.math.BigInteger.TEN.pow(12_000)));
        for (Value value : values) {
            String written = Json.write(LosslessForm.tagged(value, 1));
            assertThat(LosslessForm.untagged(Json.parse(written))).isEqualTo(value);
        }
    }
}
