package io.waybill.table;

import io.waybill.store.FileItem;
import io.waybill.store.Source;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a table: the parts of some numbers, zero being the file; of the file the rows that begin from one offset up to
 * another.
 *
 * @param version of the file, empty when there is none
 */
record Range(long from, long to, long start, long end, String version) {
    static Range parse(Source.Split split) {
        String[] parts = split.token().split(":", 5);
        return new Range(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                Long.parseLong(parts[3]),
                parts[4]);
    }

    static String version(@Nullable FileItem main) {
        return main == null ? "" : main.version().token();
    }

    Source.Split split() {
        return new Source.Split(String.format(Locale.ROOT, "%d:%d:%d:%d:%s", from, to, start, end, version));
    }
}
