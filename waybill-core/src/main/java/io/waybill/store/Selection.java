package io.waybill.store;

import java.util.List;

/**
 * What to read.
 *
 * @param collection a table; or, of files, a folder path with a trailing slash, one file, or empty for the whole store
 * @param columns the columns wanted, or empty for all
 * @param limit the most items wanted, or {@link Long#MAX_VALUE}
 * @param where conditions by which the store leaves rows out; all of them are such as {@link Filtering} said it can test
 */
public record Selection(String collection, List<String> columns, long limit, List<Predicate> where) {
    public Selection {
        columns = List.copyOf(columns);
        where = List.copyOf(where);
    }

    public Selection(String collection, List<String> columns, long limit) {
        this(collection, columns, limit, List.of());
    }

    /** Everything in a collection. */
    public static Selection all(String collection) {
        return new Selection(collection, List.of(), Long.MAX_VALUE);
    }
}
