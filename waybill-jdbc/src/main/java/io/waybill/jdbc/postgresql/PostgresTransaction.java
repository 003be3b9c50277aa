package io.waybill.jdbc.postgresql;

import io.waybill.jdbc.Connections;
import io.waybill.store.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * How a transaction ended.
 *
 * @param failure null if it is committed
 * @param unknown whether it may be committed all the same
 */
record PostgresTransaction(@Nullable SQLException failure, boolean unknown) {
    private static final PostgresTransaction DONE = new PostgresTransaction(null, false);

    /** What is done in it. */
    @FunctionalInterface
    interface Work {
        void on(Connection connection) throws SQLException, StoreException;
    }

    /** Begins, works and commits, or rolls back. */
    static PostgresTransaction of(Connections connections, Work work) throws StoreException {
        Connections.Lease lease;
        try {
            lease = connections.borrow();
        } catch (SQLException e) {
            return new PostgresTransaction(e, false);
        }
        try (lease) {
            boolean committing = false;
            try {
                lease.connection().setAutoCommit(false);
                work.on(lease.connection());
                committing = true;
                lease.connection().commit();
                return DONE;
            } catch (SQLException e) {
                boolean lost = PostgresErrors.isConnectionLost(e);
                if (lost) {
                    lease.spoil();
                }
                return new PostgresTransaction(e, committing && lost);
            }
        }
    }

    boolean done() {
        return failure == null;
    }

    /** Whether a part of the work may succeed where the whole did not: the fault is in some row, not in the server. */
    boolean isOfARow() {
        if (failure == null || unknown) {
            return false;
        }
        String state = PostgresErrors.state(failure);
        return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
            // Data, constraints, check options, triggers that raise, limits of size.
            case "22", "23", "44", "P0", "54" -> true;
            // Always generated; the like of it.
            default -> state.equals("428C9");
        };
    }

    boolean isTaken() {
        return failure != null && !unknown && PostgresErrors.state(failure).equals("23505");
    }
}
