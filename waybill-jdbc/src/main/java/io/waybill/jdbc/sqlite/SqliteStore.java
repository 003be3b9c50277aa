package io.waybill.jdbc.sqlite;

import io.waybill.jdbc.ColumnChanges;
import io.waybill.jdbc.Connections;
import io.waybill.store.Catalogued;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Filtering;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Location;
import io.waybill.store.Outcome;
import io.waybill.store.Predicate;
import io.waybill.store.Querying;
import io.waybill.store.RowKey;
import io.waybill.store.Selection;
import io.waybill.store.Spelled;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.TableStore;
import io.waybill.store.Widening;
import io.waybill.value.Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One SQLite file. A selection is read under one view of the file where it is in WAL mode. One call writes at a time, in
 * one transaction. Safe for many threads.
 */
public class SqliteStore implements TableStore, Catalogued, Filtering, Querying, Widening {
    private final SqliteOptions options;
    private final Location location;
    private final Standing standing;
    private final Connections connections;
    private final ReentrantLock writing = new ReentrantLock();
    private final Map<String, SqliteTable> tables = new ConcurrentHashMap<>();

    /** What is read in place of tables, or null. */
    private final @Nullable SqliteQuery query;

    SqliteStore(SqliteOptions options) {
        this(options, new Location("sqlite", options.path().toString()), options::path, null);
    }

    /**
     * A file that is only read.
     *
     * @param path where it is said to be
     * @param standing where it is
     */
    protected SqliteStore(Path path, Location location, Standing standing) {
        this(new SqliteOptions(path, true, Duration.ofSeconds(30)), location, standing, null);
    }

    private SqliteStore(SqliteOptions options, Location location, Standing standing, @Nullable SqliteQuery query) {
        this.options = options;
        this.query = query;
        this.location = location;
        this.standing = standing;
        this.connections = new Connections(() -> connect(options, standing, query));
    }

    /** Where the file is that a new connection opens. */
    protected interface Standing {
        Path file() throws SQLException;
    }

    private static Connection connect(SqliteOptions options, Standing standing, @Nullable SqliteQuery query)
            throws SQLException {
        Path file = standing.file();
        if (!Files.exists(file)) {
            throw new SQLException("there is no such file", null, 14);
        }
        // A missing file is not made: nobody wants to move from or to a misspelled name.
        String mode = options.readOnly() || query != null ? "ro" : "rw";
        Connection connection =
                DriverManager.getConnection("jdbc:sqlite:file:" + file.toUri().getRawPath() + "?mode=" + mode);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = " + options.timeout().toMillis());
            statement.execute("PRAGMA foreign_keys = ON");
            statement.execute("PRAGMA recursive_triggers = ON");
            if (query != null) {
                query.prepare(connection);
            }
            if (options.readOnly() || query != null) {
                statement.execute("PRAGMA query_only = ON");
            }
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public Location location() {
        return location;
    }

    @Override
    public String identity() {
        return "sqlite:" + options.path();
    }

    @Override
    public Table table(String name) throws StoreException {
        return with(
                "Cannot read " + noun(name) + " in " + location,
                session -> find(session, name).table());
    }

    @Override
    public List<String> tables() throws StoreException {
        return with("Cannot list the tables of " + location, SqliteTables::names);
    }

    @Override
    public List<ForeignKey> foreignKeys() throws StoreException {
        return with(
                "Cannot list the foreign keys of " + location,
                session -> SqliteTables.foreignKeys(session, SqliteTables.names(session), location.toString()));
    }

    /** From what {@code ANALYZE} left behind. */
    @Override
    public long estimate(String name) throws StoreException {
        if (query != null) {
            return -1;
        }
        return with("Cannot read table " + name + " in " + location, session -> {
            long[] estimate = {-1};
            var exists =
                    new SqliteSession.Question(List.of("1"), "FROM main.sqlite_schema WHERE name = 'sqlite_stat1'");
            var find = new SqliteSession.Question(
                    List.of("stat"), "FROM main.sqlite_stat1 WHERE tbl = ? AND stat <> ''", List.of(name));
            session.ask(List.of(exists), (there, one) -> {
                session.ask(List.of(find), (number, row) -> {
                    estimate[0] = Long.parseLong(String.valueOf(plain(row)).split(" ", 2)[0]);
                    return false;
                });
                return false;
            });
            return estimate[0];
        });
    }

    private static @Nullable Object plain(SqliteSession.Cells row) throws StoreException {
        try {
            return row.stored(1);
        } catch (BadValue e) {
            throw new StoreException(Kind.CORRUPT, "Cannot read the statistics: one " + e.getMessage() + ".", e);
        }
    }

    @Override
    public boolean filters(String table, List<Predicate> conditions) throws StoreException {
        return with("Cannot read " + noun(table) + " in " + location, session -> {
            SqliteFilter filter = new SqliteFilter(find(session, table), session.isUtf8());
            return Spelled.of(new Predicate.All(conditions), filter) != null;
        });
    }

    /**
     * Reads on a connection of its own. In WAL mode it stays in one transaction, so that all pages are of one moment; else
     * each page is read by itself, because a reader that stays would keep everybody from writing.
     */
    @Override
    public Opened open(Selection what) throws StoreException {
        String task = "Cannot read " + noun(what.collection()) + " in " + location;
        Connections.Lease lease = borrow(task);
        SqliteStatements session = new SqliteStatements(lease.connection(), location.toString(), task);
        boolean kept = false;
        try {
            List<Map<String, String>> mode = session.pragma("main.journal_mode");
            if (!mode.isEmpty() && mode.get(0).containsValue("wal")) {
                // The first reading fixes the view.
                lease.connection().setAutoCommit(false);
            }
            Opened opened = SqliteOpened.open(
                    session, find(session, what.collection()), location.toString(), what, task, () -> {
                        try (lease) {
                            session.close();
                        } catch (SQLException e) {
                            throw SqliteErrors.of(task, e);
                        }
                    });
            kept = true;
            return opened;
        } catch (SQLException e) {
            throw SqliteErrors.of(task, e);
        } finally {
            if (!kept) {
                lease.close();
            }
        }
    }

    @Override
    public Map<ItemKey, Item> find(Collection<? extends ItemKey> keys) throws StoreException {
        Map<ItemKey, Item> found = new HashMap<>();
        for (var entry : SqliteFind.shapes(keys, location.toString()).entrySet()) {
            SqliteFind.Shape shape = entry.getKey();
            with("Cannot read " + noun(shape.table()) + " in " + location, session -> {
                SqliteTable table = find(session, shape.table());
                SqliteFind.find(session, table, location.toString(), shape, entry.getValue(), found);
                return found;
            });
        }
        return found;
    }

    @Override
    public List<Outcome> apply(List<Effect> effects) throws StoreException {
        refuseReadOnly("write to");
        writing.lock();
        try {
            List<Outcome> outcomes = new SqliteApply(this, effects).outcomes();
            if (outcomes.stream().anyMatch(each -> each instanceof Outcome.Failed)) {
                tables.clear(); // a table may not be what it was
            }
            return outcomes;
        } finally {
            writing.unlock();
        }
    }

    /** The content as columns of fitting types hold it; which table it is for is not said. */
    @Override
    public Content asStored(Content content) throws StoreException {
        String task = "Cannot write to " + location;
        if (content instanceof Content.RowContent row) {
            return new Content.RowContent(SqliteHolding.natural(row.row(), task));
        } else if (content instanceof Content.RowPatch patch) {
            return new Content.RowPatch(SqliteHolding.natural(patch.set(), task), patch.drop());
        }
        return content;
    }

    /** The content as this table will hold it and give it back. Columns that it does not name are not in it. */
    @Override
    public Content asStored(String table, Content content) throws StoreException {
        String task = "Cannot write to table " + table + " in " + location;
        SqliteTable known = tables.get(table);
        if (known == null) {
            known = with(task, session -> SqliteCatalog.table(session, table, location.toString()));
            tables.put(table, known);
        }
        if (content instanceof Content.RowContent row) {
            return new Content.RowContent(SqliteHolding.hold(known, row.row(), task));
        } else if (content instanceof Content.RowPatch patch) {
            return new Content.RowPatch(SqliteHolding.hold(known, patch.set(), task), patch.drop());
        }
        return content;
    }

    @Override
    public String objection(ItemKey key) {
        if (!(key instanceof RowKey row)) {
            return "a table has rows, not files";
        }
        for (Map.Entry<String, Value> field : row.key().fields().entrySet()) {
            if (field.getValue() instanceof Value.Null) {
                return "its key column " + field.getKey() + " is null";
            }
        }
        return "";
    }

    @Override
    public void addColumns(String table, List<Column> columns) throws StoreException {
        refuseReadOnly("add columns to table " + table + " in");
        with("Cannot add columns to table " + table + " in " + location, session -> {
            SqliteTable known = find(session, table);
            List<String> names = known.table().columns().stream()
                    .map(each -> each.name().toLowerCase(Locale.ROOT))
                    .toList();
            try (Statement statement = session.connection().createStatement()) {
                for (Column column : columns) {
                    if (!names.contains(column.name().toLowerCase(Locale.ROOT))) {
                        statement.execute(
                                ColumnChanges.add(known.sql(), column.name(), SqliteType.natural(column.type())));
                    }
                }
            }
            tables.clear();
            return true;
        });
    }

    @Override
    public List<String> dropEmptyColumns(String table, List<String> columns) throws StoreException {
        refuseReadOnly("drop columns of table " + table + " in");
        return with("Cannot drop columns of table " + table + " in " + location, session -> {
            SqliteTable known = find(session, table);
            tables.clear();
            List<String> there = known.table().columns().stream()
                    .map(Column::name)
                    .filter(columns::contains)
                    .toList();
            return ColumnChanges.dropEmpty(session.connection(), known.sql(), there, List.of("BEGIN IMMEDIATE"));
        });
    }

    private void refuseReadOnly(String task) throws StoreException {
        if (query != null) {
            throw new StoreException(Kind.DENIED, "Cannot " + task + " " + location + ": it is a query. Name a table.");
        } else if (options.readOnly()) {
            throw new StoreException(
                    Kind.DENIED,
                    "Cannot " + task + " " + location + ": the store is read_only. Leave that option out to write.");
        }
    }

    @Override
    public TableStore querying(Query asked) throws StoreException {
        return new SqliteStore(options, location, standing, SqliteQuery.of(asked, location.toString()));
    }

    /** What a collection is, for messages. */
    String noun(String collection) {
        return (query == null ? "table " : "query ") + collection;
    }

    /** The table, or what the statement gives. */
    private SqliteTable find(SqliteSession session, String name) throws StoreException {
        return query == null ? SqliteCatalog.table(session, name, location.toString()) : query.table(session);
    }

    @Override
    public void close() {
        connections.close();
    }

    /** Work on a connection. */
    @FunctionalInterface
    private interface Work<T> {
        T on(SqliteStatements session) throws SQLException, StoreException;
    }

    private <T> T with(String task, Work<T> work) throws StoreException {
        try (Connections.Lease lease = borrow(task);
                SqliteStatements session = new SqliteStatements(lease.connection(), location.toString(), task)) {
            return work.on(session);
        } catch (SQLException e) {
            throw SqliteErrors.of(task, e);
        }
    }

    Connections.Lease borrow(String task) throws StoreException {
        try {
            return connections.borrow();
        } catch (SQLException e) {
            throw SqliteErrors.of(task, e);
        }
    }
}
