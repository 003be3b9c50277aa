package io.waybill.ledger;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.Locale;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A ledger on disk: whether it is one, how it is created, opened for reading and opened for writing.
 *
 * @param path the SQLite file
 * @param sources makes a data source for a path; the driver comes from whoever wires
 */
public record LedgerFile(Path path, Function<Path, DataSource> sources) {
    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int BUSY_MILLIS = 30_000;
    /** A ledger under this size is looked through for damage at each opening; a larger one by {@link #check}. */
    private static final long SMALL = 64L << 20;

    public boolean exists() {
        return Files.exists(path);
    }

    /** The folder and name of the ledger without its ending, for the files that stand beside it. */
    public Path beside(String ending) {
        String name = path.getFileName().toString();
        String base = name.endsWith(".db") ? name.substring(0, name.length() - 3) : name;
        return path.resolveSibling(base + ending);
    }

    /** Who is at work on this ledger, or null when nobody is. */
    public @Nullable String holder() throws LedgerException {
        return RunLock.holderOf(beside(".lock"));
    }

    /** Keeps others from working on this ledger until it is closed; makes no ledger. */
    public Closeable hold(String owner, InstantSource clock) throws LedgerException {
        prepareFolder();
        return RunLock.take(beside(".lock"), owner, clock.instant());
    }

    /**
     * Opens for writing, creating the ledger when there is none, and takes the lock.
     *
     * @param plan the name of the plan whose series it keeps
     * @param owner who asks, for others to read: program, process, machine
     */
    public Ledger open(String plan, String owner, InstantSource clock) throws LedgerException {
        prepareFolder();
        RunLock lock = RunLock.take(beside(".lock"), owner, clock.instant());
        try {
            if (!exists()) {
                create(plan, clock);
            }
            checkHeader();
            Connection connection = connect(false);
            try {
                if (Files.size(path) < SMALL) {
                    quickCheck(connection);
                }
                String named = meta(connection, "plan");
                if (!plan.equals(named)) {
                    throw new LedgerException(
                            LedgerException.Kind.FOREIGN,
                            "Cannot use ledger " + path + ": it belongs to plan " + named + ", not to " + plan
                                    + ". Nothing was changed. Rename the plan or give another ledger.");
                }
                execute(connection, "BEGIN IMMEDIATE");
                execute(
                        connection,
                        "INSERT INTO lease VALUES ('run', 1, '', 0) ON CONFLICT (scope) DO UPDATE SET epoch = epoch + 1");
                try (var statement =
                        connection.prepareStatement("UPDATE lease SET owner = ?, since = ? WHERE scope = 'run'")) {
                    statement.setString(1, owner);
                    statement.setLong(2, clock.millis());
                    statement.executeUpdate();
                }
                execute(connection, "COMMIT");
                long epoch = Long.parseLong(text(connection, "SELECT epoch FROM lease WHERE scope = 'run'"));
                String series = meta(connection, "series");
                return new Ledger(this, lock, connection, series, epoch);
            } catch (SQLException e) {
                connection.close();
                throw explain(e);
            } catch (LedgerException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            lock.close();
            throw explain(e);
        } catch (LedgerException e) {
            lock.close();
            throw e;
        } catch (IOException e) {
            lock.close();
            throw new LedgerException(
                    LedgerException.Kind.UNAVAILABLE, "Cannot open ledger " + path + ": " + e.getMessage() + ".", e);
        }
    }

    /** Opens for reading; takes no lock and never waits for a runner. */
    public LedgerReader read() throws LedgerException {
        if (!exists()) {
            throw new LedgerException(
                    LedgerException.Kind.UNAVAILABLE,
                    "Cannot read ledger " + path + ": there is none yet. Start with: waybill plan");
        }
        checkHeader();
        try {
            return new LedgerReader(this, connect(true));
        } catch (SQLException e) {
            throw explain(e);
        }
    }

    /** Looks for damage in the whole file: structure first, then whether the counters agree with the entries. */
    public void check() throws LedgerException {
        checkHeader();
        try (Connection connection = connect(true)) {
            String answer = text(connection, "PRAGMA integrity_check(1)");
            if (!"ok".equals(answer)) {
                throw corrupt(answer);
            }
            String books = text(
                    connection,
                    "SELECT count(*) FROM (SELECT e.run, e.state, sum(items) n FROM entry e GROUP BY 1, 2) a"
                            + " LEFT JOIN (SELECT run, state, sum(items) n FROM tally GROUP BY 1, 2) b"
                            + " ON a.run = b.run AND a.state = b.state"
                            + " WHERE a.n <> coalesce(b.n, 0) AND NOT EXISTS (SELECT 1 FROM block)");
            if (!"0".equals(books)) {
                throw corrupt("the counters do not agree with the entries");
            }
        } catch (SQLException e) {
            throw explain(e);
        }
    }

    /** Copies the ledger, also while a runner is at work on it. The target must not exist. */
    public void backup(Path target) throws LedgerException {
        checkHeader();
        if (Files.exists(target)) {
            throw new LedgerException(
                    LedgerException.Kind.UNAVAILABLE,
                    "Cannot back up to " + target + ": it exists already. Give another name.");
        }
        // a connection for reading only could not write the copy either
        try (Connection connection = connect(false);
                var statement = connection.prepareStatement("VACUUM INTO ?")) {
            statement.setString(1, target.toString());
            statement.execute();
        } catch (SQLException e) {
            try {
                Files.deleteIfExists(target);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw explain(e);
        }
    }

    /** Makes anything that still holds the lease lose it: its next write is refused. */
    public void fence(InstantSource clock) throws LedgerException {
        checkHeader();
        try (Connection connection = connect(false)) {
            execute(connection, "BEGIN IMMEDIATE");
            execute(
                    connection,
                    "UPDATE lease SET epoch = epoch + 1, owner = 'unlocked', since = " + clock.millis()
                            + " WHERE scope = 'run'");
            execute(connection, "COMMIT");
        } catch (SQLException e) {
            throw explain(e);
        }
    }

    private void prepareFolder() throws LedgerException {
        Path folder = path.toAbsolutePath().getParent();
        try {
            if (folder != null && !Files.isDirectory(folder)) {
                if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                    Files.createDirectories(
                            folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                } else {
                    Files.createDirectories(folder);
                }
            }
        } catch (IOException e) {
            throw new LedgerException(
                    LedgerException.Kind.UNAVAILABLE,
                    "Cannot create the ledger's folder " + folder + ": " + e.getMessage()
                            + ". Make it writable, or give another place with --ledger.",
                    e);
        }
    }

    /** Made under another name and renamed when whole, so that a half-made ledger never has the ledger's name. */
    private void create(String plan, InstantSource clock) throws SQLException, IOException {
        Path draft = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(draft);
        byte[] random = new byte[5];
        new SecureRandom().nextBytes(random);
        StringBuilder series = new StringBuilder();
        for (byte b : random) {
            series.append(String.format(Locale.ROOT, "%02x", b & 0xff));
        }
        try (Connection connection = sources.apply(draft).getConnection()) {
            execute(connection, "PRAGMA application_id = " + Schema.APPLICATION_ID);
            execute(connection, "PRAGMA user_version = " + Schema.VERSION);
            execute(connection, "PRAGMA page_size = 8192");
            execute(connection, "BEGIN");
            Schema.create(connection);
            try (var insert = connection.prepareStatement("INSERT INTO meta VALUES (?, ?)")) {
                for (String[] pair : new String[][] {
                    {"series", series.toString()},
                    {"plan", plan},
                    {"created", Long.toString(clock.millis())}
                }) {
                    insert.setString(1, pair[0]);
                    insert.setString(2, pair[1]);
                    insert.executeUpdate();
                }
            }
            execute(connection, "COMMIT");
        }
        if (draft.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-------"));
        }
        Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
    }

    private Connection connect(boolean readOnly) throws SQLException {
        Connection connection = sources.apply(path).getConnection();
        try {
            execute(connection, "PRAGMA busy_timeout = " + BUSY_MILLIS);
            if (readOnly) {
                execute(connection, "PRAGMA query_only = 1");
            } else {
                execute(connection, "PRAGMA journal_mode = WAL");
                execute(connection, "PRAGMA synchronous = FULL");
                execute(connection, "PRAGMA cache_size = -32000");
                execute(connection, "PRAGMA wal_autocheckpoint = 2000");
            }
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Reads the header without the database, so that a foreign file is never touched by it. */
    private void checkHeader() throws LedgerException {
        byte[] header;
        try (InputStream in = Files.newInputStream(path)) {
            header = in.readNBytes(100);
        } catch (IOException e) {
            throw new LedgerException(
                    LedgerException.Kind.UNAVAILABLE, "Cannot read ledger " + path + ": " + e.getMessage() + ".", e);
        }
        if (header.length == 0) {
            throw corrupt("the file is empty");
        }
        if (header.length < 100 || !java.util.Arrays.equals(MAGIC, java.util.Arrays.copyOf(header, 16))) {
            throw new LedgerException(
                    LedgerException.Kind.FOREIGN,
                    "Cannot use " + path + " as a ledger: it is not one. Nothing was changed. Give another place with"
                            + " --ledger, or move the file away.");
        }
        ByteBuffer fields = ByteBuffer.wrap(header);
        if (fields.getInt(68) != Schema.APPLICATION_ID) {
            throw new LedgerException(
                    LedgerException.Kind.FOREIGN,
                    "Cannot use " + path + " as a ledger: it is a database of another program. Nothing was changed."
                            + " Give another place with --ledger, or move the file away.");
        }
        int version = fields.getInt(60);
        if (version > Schema.VERSION) {
            throw new LedgerException(
                    LedgerException.Kind.FOREIGN,
                    "Cannot use ledger " + path + ": it has schema " + version + " and this waybill knows up to "
                            + Schema.VERSION + ". Nothing was changed. Use the newer waybill that made it.");
        }
    }

    private void quickCheck(Connection connection) throws SQLException, LedgerException {
        String answer = text(connection, "PRAGMA quick_check(1)");
        if (!"ok".equals(answer)) {
            throw corrupt(answer);
        }
    }

    private LedgerException corrupt(String why) {
        return new LedgerException(
                LedgerException.Kind.CORRUPT,
                "Cannot trust ledger " + path + ": " + why.replace('\n', ' ')
                        + ". Nothing was changed. Put back a copy made by waybill ledger backup, or move it away: the"
                        + " next run compares with the target and copies only what is not there.");
    }

    LedgerException explain(SQLException e) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        int code = e.getErrorCode() & 0xff;
        if (code == 11 || code == 26) {
            return corrupt("the database is damaged (" + message + ")");
        }
        String cause = code == 13 ? "the disk is full" : message.replace('\n', ' ');
        return new LedgerException(
                LedgerException.Kind.UNAVAILABLE,
                "Cannot use ledger " + path + ": " + cause
                        + ". What was recorded is safe; mend this, then: waybill run",
                e);
    }

    private static String meta(Connection connection, String key) throws SQLException {
        return text(connection, "SELECT value FROM meta WHERE key = '" + key + "'");
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
