package io.waybill.jdbc.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A PostgreSQL server of the tests' own, started on first use and ended with the JVM. Each test makes databases of its own
 * in it. The role {@code postgres} needs no password; {@link #GUARDED} does. Safe for many threads.
 */
public final class PostgresServer implements AutoCloseable {
    /** A role that must give {@link #PASSWORD}. */
    public static final String GUARDED = "guarded";

    public static final String PASSWORD = "open sesame";

    /** What a busy machine may need; usually it is a second. */
    private static final Duration START = Duration.ofSeconds(90);

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final EmbeddedPostgres postgres;

    private PostgresServer(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    /** The server that the tests of this JVM share. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        private static final PostgresServer SERVER = start();
    }

    private static PostgresServer start() {
        try {
            Path data = Files.createTempDirectory("waybill-postgres");
            PostgresServer server = start(data, true);
            server.guard(data);
            return server;
        } catch (IOException | SQLException e) {
            throw new IllegalStateException("Cannot start PostgreSQL for tests", e);
        }
    }

    /** A server of one test, over a folder that may have been another one's before; to be closed. */
    public static PostgresServer over(Path data) {
        return start(data, false);
    }

    private static PostgresServer start(Path data, boolean clean) {
        try {
            EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(clean)
                    .setPGStartupWait(START)
                    .setServerConfig("fsync", "off")
                    .setServerConfig("autovacuum", "off")
                    .setServerConfig("shared_buffers", "32MB")
                    .setServerConfig("max_connections", "100")
                    .setServerConfig("log_min_messages", "fatal")
                    .start();
            return new PostgresServer(postgres);
        } catch (IOException e) {
            throw new IllegalStateException("Cannot start PostgreSQL for tests", e);
        }
    }

    private void guard(Path data) throws IOException, SQLException {
        Path rules = data.resolve("pg_hba.conf");
        Files.writeString(rules, "host all +" + GUARDED + " 127.0.0.1/32 scram-sha-256\n" + Files.readString(rules));
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + GUARDED + " LOGIN PASSWORD '" + PASSWORD + "'");
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return postgres.getPort();
    }

    /** Makes an empty database that no other test has; answers its name. */
    public String newDatabase() {
        String name = "db" + DATABASES.incrementAndGet();
        execute("postgres", "CREATE DATABASE " + name);
        return name;
    }

    /** Makes a role that has to give a password and may do what it likes with what stands in a database now. */
    public String newRole(String database, String password) {
        String name = "role" + DATABASES.incrementAndGet();
        execute(
                database,
                "CREATE ROLE " + name + " LOGIN PASSWORD '" + password + "' IN ROLE " + GUARDED
                        + "; GRANT ALL ON ALL TABLES IN SCHEMA public TO " + name
                        + "; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO " + name);
        return name;
    }

    /** A connection as {@code postgres}. */
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + host() + ":" + port() + "/" + database, "postgres", "");
    }

    /** The first value of the first row of a query. */
    public String ask(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot ask: " + sql, e);
        }
    }

    /** Runs statements, separated by semicolons, in one transaction. */
    public void execute(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot run: " + sql, e);
        }
    }

    /** Store options of a plan for a database, as {@code postgres}. */
    public Map<String, String> options(String database) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("host", host());
        options.put("port", Integer.toString(port()));
        options.put("database", database);
        options.put("user", "postgres");
        return options;
    }

    /** The URL of a database for a plan, as {@code postgres}. */
    public String url(String database) {
        return "postgresql://postgres@" + host() + ":" + port() + "/" + database;
    }

    /** Ends every session of a database but the caller's, as an operator or a crash would. */
    public void endSessions(String database) {
        execute(
                "postgres",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database + "'");
    }

    /** Where nothing listens. */
    public static int deadPort() {
        try (java.net.ServerSocket socket =
                new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
