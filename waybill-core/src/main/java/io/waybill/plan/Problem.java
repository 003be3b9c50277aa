package io.waybill.plan;

import io.waybill.store.FileKey;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a plan.
 *
 * @param line from 1; 0 when the problem is with the whole file or with an option of the command line
 * @param column from 1
 * @param message what is wrong
 * @param hint what to write instead, if that is clear, for example {@code did you mean "exists"?}
 * @param note what there is to choose from, if that helps
 */
public record Problem(
        String file,
        int line,
        int column,
        String message,
        @Nullable String hint,
        @Nullable String note) {
    private static final int LONGEST = 400;

    public Problem {
        message = shown(message);
        hint = hint == null ? null : shown(hint);
        note = note == null ? null : shown(note);
    }

    /** On one line, safe to print on a terminal, and not too long. */
    private static String shown(String text) {
        String line = new FileKey(text).display();
        if (line.length() <= LONGEST) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return line.substring(0, end) + "...";
    }

    /** {@code file:line:column: message -> hint}, without the note. */
    public String text() {
        String place = line == 0 ? file : file + ":" + line + ":" + column;
        return place + ": " + message + (hint == null ? "" : " -> " + hint);
    }

    @Override
    public String toString() {
        return note == null ? text() : text() + "   " + note;
    }
}
