package io.waybill.table;

import io.waybill.store.FileKey;
import io.waybill.store.Location;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** What is said of a file that cannot be read as a table. */
record Faults(Location location, FileKey key) {
    private static final int LONGEST = 40;

    /** A text from the file, short enough for a message of one line. */
    static String cut(String text) {
        String shown = new FileKey(text.length() > LONGEST ? text.substring(0, LONGEST) : text).display();
        return text.length() > LONGEST ? shown + "..." : shown;
    }

    /** A text that may hold parts of the file, safe to print. */
    static String line(String text) {
        return new FileKey(text).display();
    }

    /**
     * Something in a row that is wrong.
     *
     * @param row which, from 1, as {@code row 3}
     */
    StoreException row(String row, @Nullable String column, long offset, String what, String advice) {
        return whole(Kind.INVALID, said(row, column, offset, what), advice);
    }

    /** The place in the file, and what is wrong there. */
    static String said(String row, @Nullable String column, long offset, String what) {
        return row + (column == null ? "" : ", column " + cut(column)) + ", at byte " + offset + ": " + what;
    }

    StoreException whole(Kind kind, String what, String advice) {
        return new StoreException(kind, "Cannot read " + location.of(key) + ": " + what + ". " + advice + ".");
    }

    StoreException changed() {
        return whole(
                Kind.CONFLICT, "it changed since it was opened for reading", "Let nobody write to it, and start anew");
    }

    /** Trouble with the bytes themselves. */
    StoreException trouble(IOException e) {
        if (e instanceof StoreException known) {
            return known;
        } else if (e instanceof ZipException || e instanceof EOFException) {
            return whole(
                    Kind.CORRUPT,
                    "its compressed content is damaged or cut short (" + e.getMessage() + ")",
                    "Get a whole copy");
        }
        return new StoreException(
                Kind.UNAVAILABLE, "Cannot read " + location.of(key) + ": " + e.getMessage() + ". Run it again.", e);
    }
}
