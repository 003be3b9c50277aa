package io.waybill.store;

import io.waybill.value.Row;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A row with its key.
 *
 * @param row its columns, less those that could not be read; all of its key are there
 * @param unreadable of each column that could not be read why, in words that name the column and hold no value, for example
 *     {@code column total holds NaN, which no decimal can be}
 */
public record RowItem(RowKey key, Row row, Version version, Map<String, String> unreadable) implements Item {
    public RowItem {
        unreadable = unreadable.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(unreadable));
    }

    /** A row of which every column was read. */
    public RowItem(RowKey key, Row row, Version version) {
        this(key, row, version, Map.of());
    }

    /** Whether every column was read. */
    public boolean isWhole() {
        return unreadable.isEmpty();
    }

    /** Why it is not whole, in one line; empty when it is. */
    public String trouble() {
        return String.join("; ", unreadable.values());
    }
}
