package io.waybill.cli;

import io.waybill.store.StoreException;
import io.waybill.store.TableStore.Column;
import io.waybill.store.TableStore.Table;
import io.waybill.table.TableFormat;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a CSV file is to be read for the table it goes to: with that table's types.
 *
 * @param types by column
 * @param nulls the text that seems to mean null, or null
 * @param trouble why the first rows cannot be read so, or null
 */
record CsvGuess(
        Map<String, String> types,
        @Nullable String nulls,
        @Nullable String trouble) {
    private static final int LOOKED_AT = 1000;
    private static final List<String> NULLS = List.of("NULL", "\\N", "null");
    private static final Set<String> TYPES = Set.of(
            "integer", "decimal", "double", "boolean", "date", "time", "timestamp", "timestamp without zone", "uuid");

    static CsvGuess of(TableEnd source, String path, Table read, @Nullable Table target) throws IOException {
        Map<String, String> types = new LinkedHashMap<>();
        for (Column column : read.columns()) {
            for (Column other : target == null ? List.<Column>of() : target.columns()) {
                if (other.name().equals(column.name()) && TYPES.contains(other.type())) {
                    types.put(column.name(), other.type());
                }
            }
        }
        String nulls = null;
        for (Row row : TableEnd.sample(source.store(path, Map.of(), List.of()), path, LOOKED_AT)) {
            for (String column : types.keySet()) {
                if (row.find(column) instanceof Value.Text text && NULLS.contains(text.value())) {
                    nulls = text.value();
                }
            }
        }
        CsvGuess guess = new CsvGuess(types, nulls, null);
        try {
            TableEnd.sample(source.store(path, guess.options(), List.of()), path, LOOKED_AT);
            return guess;
        } catch (StoreException e) {
            return new CsvGuess(types, nulls, String.valueOf(e.getMessage()));
        }
    }

    static boolean isCsv(String path) {
        return "csv".equals(TableFormat.guess(path).get("type"));
    }

    Map<String, Object> options() {
        Map<String, Object> options = new LinkedHashMap<>();
        if (nulls != null) {
            options.put("nulls", nulls);
        }
        if (!types.isEmpty()) {
            options.put("types", types);
        }
        return options;
    }
}
