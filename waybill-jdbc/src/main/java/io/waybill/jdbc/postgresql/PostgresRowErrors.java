package io.waybill.jdbc.postgresql;

import io.waybill.store.Effect;
import io.waybill.store.ItemKey;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Says why a row was not written: the column and the class of its value, never the value. */
final class PostgresRowErrors {
    private static final Pattern COLUMN = Pattern.compile(", line \\d+, column (.*?)(?:: \"|: null input|$)");

    private PostgresRowErrors() {}

    /** What an effect's failure is. */
    static Outcome outcome(PostgresStore store, Effect effect, @Nullable Row row, PostgresTransaction ended) {
        SQLException failure = ended.failure();
        if (failure == null) {
            throw new IllegalArgumentException("it did not fail");
        }
        String task = "Cannot write " + store.location().of(effect.key());
        if (ended.unknown()) {
            StoreException cause = PostgresErrors.of(task, failure);
            return new Outcome.Unknown(new StoreException(
                    Kind.UNKNOWN_OUTCOME,
                    task + ": the connection was lost while the change was committed. Look at what stands there.",
                    cause));
        }
        return new Outcome.Failed(
                PostgresErrors.state(failure).startsWith("22")
                        ? refusal(task, row, failure)
                        : PostgresErrors.of(task, failure));
    }

    private static StoreException refusal(String task, @Nullable Row row, SQLException e) {
        String column = column(e);
        Value value = column == null || row == null ? null : row.find(column);
        String what = value == null
                ? "the server refuses one of its values"
                : "column " + column + " cannot hold this " + value.kind();
        // The server's own words quote the value, and so does the trace.
        return new StoreException(
                Kind.INVALID,
                task + ": " + what + " (SQLSTATE " + PostgresErrors.state(e)
                        + "). Change the value in the plan, or leave the column out.");
    }

    private static @Nullable String column(SQLException e) {
        ServerErrorMessage server = e instanceof PSQLException ps ? ps.getServerErrorMessage() : null;
        if (server == null) {
            return null;
        } else if (server.getColumn() != null) {
            return server.getColumn();
        }
        String where = server.getWhere();
        Matcher matcher =
                COLUMN.matcher(where == null ? "" : where.lines().findFirst().orElse(""));
        return matcher.find() ? matcher.group(1) : null;
    }

    static StoreException invalid(PostgresStore store, ItemKey key, String cause, String advice) {
        return new StoreException(
                Kind.INVALID, "Cannot write " + store.location().of(key) + ": " + cause + ". " + advice);
    }
}
