package io.waybill.table;

import io.waybill.store.FileKey;
import java.util.Locale;

/** The names of the files beside a table that hold what was written to it since it was finished. */
final class Parts {
    private static final String FOLDER = ".parts/";
    private static final String END = ".jsonl";
    private static final int DIGITS = 12;

    private Parts() {}

    /** The folder, with a slash at its end. */
    static String folder(String table) {
        return table + FOLDER;
    }

    /** @param number from 1 */
    static FileKey key(String table, long number) {
        return new FileKey(folder(table) + String.format(Locale.ROOT, "%0" + DIGITS + "d", number) + END);
    }

    /** What a finish under way has in mind. */
    static FileKey marker(String table) {
        return new FileKey(folder(table) + "finish.json");
    }

    /** The number of a part, or 0 for a file that is none. */
    static long number(String table, FileKey key) {
        String name = key.path().substring(folder(table).length());
        boolean part = name.length() == DIGITS + END.length()
                && name.endsWith(END)
                && name.chars().limit(DIGITS).allMatch(c -> c >= '0' && c <= '9');
        return part ? Long.parseLong(name.substring(0, DIGITS)) : 0;
    }
}
