package io.waybill.table;

import io.waybill.store.Source;
import org.jspecify.annotations.Nullable;

/**
 * Where reading stands in a file.
 *
 * @param offset of the byte after the last row, or of the beginning
 * @param number of rows before it; less than zero if nobody counted
 * @param given how many rows of the selection were given
 */
record Place(long offset, long number, long given, boolean begun) {
    static Place parse(Source.@Nullable Position position, Range range) {
        if (position == null) {
            return new Place(range.start(), range.start() == 0 ? 0 : -1, 0, false);
        }
        String[] parts = position.token().split(":", 3);
        return new Place(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]), true);
    }

    Source.Position position() {
        return new Source.Position(offset + ":" + number + ":" + given);
    }
}
