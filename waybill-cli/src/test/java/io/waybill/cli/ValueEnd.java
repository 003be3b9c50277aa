package io.waybill.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A store with the corpus in it, filled and read without any of our own code for values. */
interface ValueEnd {
    /** The store's name in the table of outcomes. */
    String name();

    /** The store in a plan. */
    String address();

    /** Makes a table with those samples that the store can hold by itself; answers its name. */
    String fill(List<ValueSample> samples) throws Exception;

    /** Makes an empty table, if the store wants one; answers its name. */
    String empty(String name) throws Exception;

    /** The options of a table's format in a plan; empty for none. */
    String format(boolean target);

    /** What stands in a table, by id and column; what is missing is not there. */
    Map<Integer, Map<ValueKind, PlainValue>> read(String table) throws Exception;

    /** What a column of a kind is called where it has a type of its own. */
    static String word(ValueKind kind) {
        return switch (kind.family()) {
            case NUMBER -> kind.isFloating() ? "double" : "number";
            case DOCUMENT, SET -> "document";
            default -> kind.family().name().toLowerCase(Locale.ROOT);
        };
    }
}
