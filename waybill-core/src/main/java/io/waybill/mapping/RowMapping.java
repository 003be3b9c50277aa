package io.waybill.mapping;

import io.waybill.value.Row;

/** How a row changes. */
public final class RowMapping {
    private RowMapping() {}

    /** The changed row. */
    public Row apply(Names names) throws MappingException {
        Row row = names.find("row");
        if (row == null) {
            throw new IllegalArgumentException("no row");
        }
        return row;
    }
}
