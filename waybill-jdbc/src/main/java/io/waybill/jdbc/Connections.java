package io.waybill.jdbc;

import java.io.Closeable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one database: opened as needed, lent to one user at a time, kept idle for the next. How many are open
 * at once is up to how many are borrowed. Safe for many threads.
 */
public final class Connections implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(Connections.class);
    private static final int MOST_IDLE = 16;

    /** Opens a connection, ready for use. */
    @FunctionalInterface
    public interface Opener {
        Connection open() throws SQLException;
    }

    private final Opener opener;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private boolean closed;

    public Connections(Opener opener) {
        this.opener = opener;
    }

    /** A connection in auto-commit mode, idle or new. */
    public Lease borrow() throws SQLException {
        synchronized (idle) {
            if (closed) {
                throw new SQLException("the store is closed", "08003");
            }
            Connection connection = idle.pollFirst();
            if (connection != null) {
                return new Lease(connection);
            }
        }
        return new Lease(opener.open());
    }

    /** Closes the idle connections, and each lent one when it comes back. */
    @Override
    public void close() {
        synchronized (idle) {
            closed = true;
            idle.forEach(Connections::closeQuietly);
            idle.clear();
        }
    }

    /** A borrowed connection. Not safe for several threads. */
    public final class Lease implements AutoCloseable {
        private final Connection connection;
        private boolean done;
        private boolean spoiled;

        private Lease(Connection connection) {
            this.connection = connection;
        }

        public Connection connection() {
            return connection;
        }

        /** Says that the connection failed: it will not be used again, and neither will those that idle beside it. */
        public void spoil() {
            spoiled = true;
        }

        /** Rolls back what is open and gives the connection back. */
        @Override
        public void close() {
            if (done) {
                return;
            }
            done = true;
            if (!spoiled) {
                try {
                    if (!connection.getAutoCommit()) {
                        connection.rollback();
                        connection.setAutoCommit(true);
                    }
                } catch (SQLException e) {
                    log.debug("connection not reused", e);
                    spoiled = true;
                }
            }
            synchronized (idle) {
                if (!spoiled && !closed && idle.size() < MOST_IDLE) {
                    idle.addFirst(connection);
                    return;
                }
                if (spoiled) {
                    idle.forEach(Connections::closeQuietly);
                    idle.clear();
                }
            }
            closeQuietly(connection);
        }
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            log.debug("connection did not close", e);
        }
    }
}
