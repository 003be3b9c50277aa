package io.waybill.table;

import io.waybill.store.Source;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where reading stands in a piece of a table.
 *
 * @param part its number, zero for the file
 * @param offset of the byte after the last row, or of the beginning
 * @param row how many rows stand before it; less than zero if nobody counted
 * @param given how many rows of the selection were given
 * @param begun whether a row of this part was read
 */
record Place(long part, long offset, long row, long given, boolean begun) {
    static Place parse(Source.@Nullable Position position, Range range) {
        if (position == null) {
            boolean inside = range.from() == 0 && range.start() > 0;
            return new Place(range.from(), inside ? range.start() : 0, inside ? -1 : 0, 0, false);
        }
        String[] parts = position.token().split(":", 4);
        return new Place(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                Long.parseLong(parts[3]),
                true);
    }

    /** The beginning of another part. */
    Place at(long number) {
        return new Place(number, 0, 0, given, false);
    }

    Source.Position position() {
        return new Source.Position(String.format(Locale.ROOT, "%d:%d:%d:%d", part, offset, row, given));
    }
}
