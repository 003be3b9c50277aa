package io.waybill.jdbc.sqlite;

import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.sql.SQLException;

/** Turns what the driver throws into what the engine decides on. */
final class SqliteErrors {
    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int IO = 10;
    private static final int FULL = 13;
    private static final int CONSTRAINT = 19;

    private SqliteErrors() {}

    static StoreException of(String task, SQLException e) {
        Kind kind = kind(e);
        return new StoreException(kind, task + ": " + cause(e) + ". " + advice(kind), e);
    }

    static Kind kind(SQLException e) {
        return switch (code(e)) {
            // Internal, abort, interrupted, no memory; the schema changed; closed under our feet.
            case BUSY, LOCKED, IO, FULL, 2, 4, 7, 9, 15, 17, 21 -> Kind.UNAVAILABLE;
            case 3, 8, 23 -> Kind.DENIED;
            case 11, 26 -> Kind.CORRUPT;
            case 14 -> Kind.NOT_FOUND;
            case CONSTRAINT -> isUnique(e) ? Kind.CONFLICT : Kind.INVALID;
            default -> Kind.INVALID;
        };
    }

    private static boolean isUnique(SQLException e) {
        String text = String.valueOf(e.getMessage());
        return text.contains("UNIQUE constraint") || text.contains("PRIMARY KEY");
    }

    /** Whether the trouble is with one row; anything else concerns the whole transaction. */
    static boolean isOfARow(SQLException e) {
        return switch (code(e)) {
            // An expression or trigger that raises, a value that is too large, a constraint, a type.
            case 1, 18, CONSTRAINT, 20 -> true;
            default -> false;
        };
    }

    /** Whether a commit that failed so may be on disk. */
    static boolean mayBeCommitted(SQLException e) {
        return code(e) == IO;
    }

    static int code(SQLException e) {
        return e.getErrorCode() & 0xff;
    }

    /** The library's words without the driver's code in front, on one line. */
    private static String cause(SQLException e) {
        String text = e.getMessage() == null ? "SQLite refused" : e.getMessage();
        if (text.startsWith("[") && text.indexOf("] ") > 0) {
            text = text.substring(text.indexOf("] ") + 2).strip();
        }
        String line = text.lines().findFirst().orElse(text).strip();
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }

    private static String advice(Kind kind) {
        return switch (kind) {
            case NOT_FOUND -> "Check the option path.";
            case DENIED -> "Check the rights on the file and its folder.";
            case CONFLICT -> "Look at what stands there.";
            case CORRUPT -> "Check that this is a SQLite file and a whole one.";
            case UNAVAILABLE, THROTTLED, UNKNOWN_OUTCOME ->
                "Check that no other program holds the file and that the disk has room, then go on.";
            case INVALID -> "Mend the plan or leave this out.";
        };
    }
}
