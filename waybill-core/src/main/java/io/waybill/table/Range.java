package io.waybill.table;

import io.waybill.store.Source;
import io.waybill.store.Version;

/** The rows of a file that begin from one offset up to another, of just this version of the file. */
record Range(long start, long end, Version version) {
    static Range parse(Source.Split split) {
        String[] parts = split.token().split(":", 3);
        return new Range(Long.parseLong(parts[0]), Long.parseLong(parts[1]), new Version(parts[2]));
    }

    Source.Split split() {
        return new Source.Split(start + ":" + end + ":" + version.token());
    }
}
