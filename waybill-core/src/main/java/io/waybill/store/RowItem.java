package io.waybill.store;

import io.waybill.value.Row;

/** A row with its key. */
public record RowItem(RowKey key, Row row, Version version) implements Item {}
