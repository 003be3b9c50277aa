package io.waybill.jdbc.postgresql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * The rows of a query as COPY sends them: one at a time, however large, with nothing kept. Until it is closed the connection is
 * good for nothing else. Not safe for several threads.
 */
final class PostgresRows implements AutoCloseable {
    private static final String PARAMETER = "waybill.p";

    private final CopyOut copy;
    private final boolean binary;
    private boolean begun;

    private PostgresRows(CopyOut copy, boolean binary) {
        this.copy = copy;
        this.binary = binary;
    }

    /**
     * Begins to read. COPY has no parameters, so values stand in settings that end with the transaction.
     *
     * @param what what is read from where; a statement in it has been prepared by itself, so that it ends where it seems to
     * @param binary whether the types of all columns have a binary form that is known here
     * @param rest of the query, with {@code ?} for each value; there may be some only within a transaction
     */
    static PostgresRows open(Connection connection, String what, boolean binary, String rest, List<String> values)
            throws SQLException {
        if (!values.isEmpty()) {
            set(connection, values);
        }
        PGConnection server = connection.unwrap(PGConnection.class);
        // such a database does not know what its bytes mean, so that the server would refuse some of them: here only
        // their rows are
        boolean loose = "SQL_ASCII".equals(server.getParameterStatus("server_encoding"));
        String form = loose ? " (ENCODING 'SQL_ASCII')" : binary ? " (FORMAT binary)" : "";
        String sql = "COPY (" + what + named(rest) + ") TO STDOUT" + form;
        return new PostgresRows(server.getCopyAPI().copyOut(sql), binary && !loose);
    }

    private static void set(Connection connection, List<String> values) throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT ");
        for (int i = 1; i <= values.size(); i++) {
            sql.append(i == 1 ? "" : ", ")
                    .append("pg_catalog.set_config('")
                    .append(PARAMETER)
                    .append(i)
                    .append("', ?, true)");
        }
        try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
            for (int i = 1; i <= values.size(); i++) {
                statement.setString(i, values.get(i - 1));
            }
            statement.execute();
        }
    }

    /** The query with the settings in the places of its parameters. */
    static String named(String query) {
        StringBuilder sql = new StringBuilder();
        int number = 0;
        char quote = 0;
        for (int i = 0; i < query.length(); i++) {
            char c = query.charAt(i);
            if (quote == 0 && c == '?') {
                sql.append("pg_catalog.current_setting('")
                        .append(PARAMETER)
                        .append(++number)
                        .append("')");
                continue;
            } else if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            }
            sql.append(c);
        }
        return sql.toString();
    }

    /** Whether rows are {@link PostgresTuple}s, else {@link PostgresLine}s. */
    boolean isBinary() {
        return binary;
    }

    /** The next row, which the server sends alone, or null at the end. */
    byte @Nullable [] next() throws SQLException {
        byte[] row = copy.readFromCopy();
        if (!binary || row == null) {
            return row;
        }
        if (!begun) {
            begun = true;
            int head = PostgresCopyTuples.headOf(row);
            row = head == row.length ? copy.readFromCopy() : Arrays.copyOfRange(row, head, row.length);
        }
        return row != null && PostgresCopyTuples.isTail(row) ? copy.readFromCopy() : row;
    }

    /** Ends the reading; of one that is not at its end, the transaction too. */
    @Override
    public void close() throws SQLException {
        if (copy.isActive()) {
            copy.cancelCopy();
        }
    }
}
