package io.waybill.jdbc.postgresql;

import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Turns what the driver throws into what the engine decides on. */
final class PostgresErrors {
    private PostgresErrors() {}

    /** The exception for a failed reading, or for a change of which nothing was kept. {@code task}: "Cannot read ...". */
    static StoreException of(String task, SQLException e) {
        Kind kind = kind(e);
        return new StoreException(kind, task + ": " + cause(e) + ". " + advice(kind, state(e)), e);
    }

    static Kind kind(SQLException e) {
        String state = state(e);
        if (state.length() < 5) {
            return e.getCause() instanceof IOException ? Kind.UNAVAILABLE : Kind.INVALID;
        }
        Kind exact = exact(state);
        if (exact != null) {
            return exact;
        }
        return switch (state.substring(0, 2)) {
            case "08", "40", "55", "57", "58", "F0", "XX" -> Kind.UNAVAILABLE;
            case "53" -> Kind.THROTTLED;
            case "28" -> Kind.DENIED;
            default -> Kind.INVALID;
        };
    }

    private static @Nullable Kind exact(String state) {
        return switch (state) {
            // Undefined table, schema or database.
            case "42P01", "3F000", "3D000" -> Kind.NOT_FOUND;
            case "42501" -> Kind.DENIED;
            // Read-only: after a failover a replica answers until another server is the primary.
            case "25006" -> Kind.UNAVAILABLE;
            case "23505" -> Kind.CONFLICT;
            // Out of memory or disk are no requests to slow down.
            case "53100", "53200" -> Kind.UNAVAILABLE;
            // Data corrupted; index corrupted.
            case "XX001", "XX002" -> Kind.CORRUPT;
            default -> null;
        };
    }

    /** Whether the connection is of no further use. */
    static boolean isConnectionLost(SQLException e) {
        String state = state(e);
        return state.startsWith("08") || state.startsWith("57P") || e.getCause() instanceof IOException;
    }

    static String state(SQLException e) {
        String state = e.getSQLState();
        return state == null ? "" : state;
    }

    /** The first line of what the server or driver says, without its final full stop. */
    private static String cause(SQLException e) {
        ServerErrorMessage server = e instanceof PSQLException ps ? ps.getServerErrorMessage() : null;
        String text = server != null ? server.getMessage() : e.getMessage();
        if (text == null || text.isBlank()) {
            text = "the server refused";
        }
        String line = text.lines().findFirst().orElse(text).strip();
        line = line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
        Throwable inner = e.getCause();
        if (server == null && inner instanceof IOException && inner.getMessage() != null) {
            line = line + " (" + inner.getMessage().lines().findFirst().orElse("") + ")";
        }
        String state = state(e);
        return state.isEmpty() ? line : line + " (SQLSTATE " + state + ")";
    }

    private static String advice(Kind kind, String state) {
        if (state.equals("3D000")) {
            return "Check the option database.";
        }
        return switch (kind) {
            case NOT_FOUND -> "Check the name and the option schema.";
            case DENIED ->
                state.startsWith("28")
                        ? "Check the options user and password."
                        : state.equals("25006")
                                ? "Only reading is possible there; leave out what writes."
                                : "Grant the role what it needs.";
            case CONFLICT -> "Look at what stands there.";
            case INVALID -> "Mend the plan or leave this out.";
            case CORRUPT -> "Have the database checked.";
            case THROTTLED -> "Lower limits.parallel, or allow more connections.";
            case UNAVAILABLE, UNKNOWN_OUTCOME -> "Check that the server runs and can be reached, then go on.";
        };
    }
}
