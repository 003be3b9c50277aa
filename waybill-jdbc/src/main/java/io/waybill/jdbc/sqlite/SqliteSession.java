package io.waybill.jdbc.sqlite;

import io.waybill.store.StoreException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A SQLite database that answers questions, over a connection or from afar. Not safe for several threads. */
public interface SqliteSession {
    /**
     * What is asked for: {@code SELECT} columns, then the rest.
     *
     * @param columns expressions of SQL
     * @param rest from {@code FROM} on, with a question mark for each of the values
     * @param values null, Long, Double, String or byte array
     */
    record Question(List<String> columns, String rest, List<? extends @Nullable Object> values) {
        /** Without values. */
        public Question(List<String> columns, String rest) {
            this(columns, rest, List.of());
        }
    }

    /** A row of an answer. */
    @FunctionalInterface
    interface Cells {
        /** A stored value, null, Long, Double, String or byte array; the first has the number 1. */
        @Nullable
        Object stored(int number) throws StoreException, BadValue;
    }

    /** Takes the rows of answers. */
    @FunctionalInterface
    interface Reader {
        /**
         * Takes a row.
         *
         * @param question the place of its question among those that were asked
         * @return whether more rows of this question are wanted
         */
        boolean take(int question, Cells row) throws StoreException;
    }

    /** Asks all of the questions, together where that is possible; their rows come in this order. */
    void ask(List<Question> questions, Reader reader) throws StoreException;

    /** The rows of a pragma by the names of its columns; those that are null are left out. */
    List<Map<String, String>> pragma(String text) throws StoreException;

    /** Whether texts are kept in UTF-8, whose bytes sort as characters do. */
    boolean isUtf8() throws StoreException;

    /** How much is read at once. */
    Paging paging();

    /**
     * How much is read at once.
     *
     * @param first rows of the first page
     * @param most rows of any page
     * @param size bytes of a page, about
     */
    record Paging(int first, int most, long size) {}
}
