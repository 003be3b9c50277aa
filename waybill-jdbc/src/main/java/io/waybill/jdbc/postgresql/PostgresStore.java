package io.waybill.jdbc.postgresql;

import io.waybill.jdbc.ColumnChanges;
import io.waybill.jdbc.Connections;
import io.waybill.store.Catalogued;
import io.waybill.store.Content;
import io.waybill.store.Described;
import io.waybill.store.Effect;
import io.waybill.store.Examined;
import io.waybill.store.Filtering;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Location;
import io.waybill.store.Numbering;
import io.waybill.store.Outcome;
import io.waybill.store.Predicate;
import io.waybill.store.Querying;
import io.waybill.store.RawRows;
import io.waybill.store.Related;
import io.waybill.store.Relaying;
import io.waybill.store.Remarked;
import io.waybill.store.RowKey;
import io.waybill.store.Selection;
import io.waybill.store.Spelled;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.TableStore;
import io.waybill.store.Tended;
import io.waybill.store.Widening;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * One PostgreSQL database. A selection is read under one exported snapshot that all its readers share. Safe for many
 * threads; each open reader and each call holds one connection while it lasts.
 */
final class PostgresStore
        implements TableStore,
                Related,
                Catalogued,
                Filtering,
                Querying,
                Remarked,
                Tended,
                Numbering,
                Examined,
                Described,
                Relaying,
                Widening {
    /** One round trip that makes a session say values exactly and hide no row from us unsaid. */
    private static final String SESSION = "SET TIME ZONE 'UTC'; SET DateStyle = 'ISO, MDY'; SET extra_float_digits = 3;"
            + " SET bytea_output = 'hex'; SET row_security = off; SELECT pg_catalog.set_config(name, '0', false)"
            + " FROM pg_catalog.pg_settings WHERE name IN ('statement_timeout', 'transaction_timeout',"
            + " 'idle_session_timeout', 'idle_in_transaction_session_timeout')";

    private final PostgresOptions options;
    private final Location location;
    private final Connections connections;
    private final Map<String, PostgresTable> tables = new ConcurrentHashMap<>();
    private final Map<String, String> tasks = new ConcurrentHashMap<>();
    /** Whether triggers were found to insert rows that are to be written here. */
    private volatile boolean meetsTriggered;
    /** What is read in place of tables, or null. */
    private final @Nullable PostgresQuery query;

    PostgresStore(PostgresOptions options) {
        this(options, null);
    }

    private PostgresStore(PostgresOptions options, @Nullable PostgresQuery query) {
        this.options = options;
        this.query = query;
        this.location = new Location("postgresql", options.address());
        this.connections = new Connections(this::connect);
    }

    private Connection connect() throws SQLException {
        String host = options.host().indexOf(':') >= 0 ? "[" + options.host() + "]" : options.host();
        String database = java.net.URLEncoder.encode(options.database(), java.nio.charset.StandardCharsets.UTF_8);
        String url = "jdbc:postgresql://" + host + ":" + options.port() + "/" + database.replace("+", "%20");
        Connection connection = new Driver().connect(url, options.properties());
        if (connection == null) {
            throw new SQLException("the driver does not know the address", "08001");
        }
        try (Statement statement = connection.createStatement()) {
            boolean reads = options.readOnly() || query != null;
            statement.execute(reads ? SESSION + "; SET default_transaction_read_only = on" : SESSION);
            if (query != null) {
                statement.execute(PostgresQuery.session(options.schema()));
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
        return "postgresql://" + options.host().toLowerCase(Locale.ROOT) + ":" + options.port() + "/"
                + options.database() + "?schema=" + options.schema();
    }

    @Override
    public Table table(String name) throws StoreException {
        return with(
                "Cannot read " + noun(name) + " in " + location,
                connection -> find(connection, name).table());
    }

    /** Those of the store's own schema. */
    @Override
    public List<String> tables() throws StoreException {
        return with(
                "Cannot list the tables of " + location,
                connection -> PostgresTables.names(connection, options.schema()));
    }

    @Override
    public List<ForeignKey> foreignKeys() throws StoreException {
        return with(
                "Cannot list the foreign keys of " + location,
                connection -> PostgresTables.foreignKeys(connection, options.schema()));
    }

    @Override
    public boolean keysAreUnique(String table) throws StoreException {
        return query == null
                && with(
                        "Cannot read " + noun(table) + " in " + location,
                        connection -> !PostgresTables.isInherited(connection, find(connection, table)));
    }

    @Override
    public List<UniqueKey> uniqueKeys() throws StoreException {
        return with(
                "Cannot list the unique keys of " + location,
                connection -> PostgresTables.uniqueKeys(connection, options.schema()));
    }

    @Override
    public long estimate(String name) throws StoreException {
        return with("Cannot read " + noun(name) + " in " + location, connection -> {
            double estimate = find(connection, name).estimate();
            return estimate < 0 ? -1L : (long) estimate;
        });
    }

    /** In a database of another encoding than UTF-8 the order of bytes is not that of characters. */
    @Override
    public boolean filters(String table, List<Predicate> conditions) throws StoreException {
        return with("Cannot read " + noun(table) + " in " + location, connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet encoding = statement.executeQuery("SHOW server_encoding")) {
                return encoding.next()
                        && encoding.getString(1).equals("UTF8")
                        && Spelled.of(new Predicate.All(conditions), new PostgresFilter(find(connection, table)))
                                != null;
            }
        });
    }

    @Override
    public Opened open(Selection what) throws StoreException {
        return PostgresOpened.open(this, what);
    }

    @Override
    public Map<ItemKey, Item> find(Collection<? extends ItemKey> keys) throws StoreException {
        return PostgresFind.find(this, keys);
    }

    @Override
    public Map<Row, List<Row>> related(String table, List<String> columns, Collection<Row> values)
            throws StoreException {
        return PostgresFind.related(this, table, columns, values);
    }

    @Override
    public boolean isIndexed(String table, List<String> columns) throws StoreException {
        return with(
                "Cannot look up the indexes of table " + table + " in " + location,
                connection ->
                        PostgresTables.isIndexed(connection, catalog(connection).table(table), columns));
    }

    @Override
    public List<Outcome> apply(List<Effect> effects) throws StoreException {
        refuseReadOnly();
        return new PostgresApply(this, effects).outcomes();
    }

    private void refuseReadOnly() throws StoreException {
        if (query != null) {
            throw new StoreException(Kind.DENIED, "Cannot write to a query in " + location + ". Name a table.");
        } else if (options.readOnly()) {
            throw new StoreException(
                    Kind.DENIED,
                    "Cannot write to " + location + ": the store is read_only. Leave that option out to write.");
        }
    }

    @Override
    public void requireWritable() throws StoreException {
        refuseReadOnly();
        String reason = with("Cannot write to " + location, connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet state = statement.executeQuery("SELECT pg_catalog.pg_is_in_recovery(),"
                            + " pg_catalog.current_setting('transaction_read_only') = 'on'")) {
                state.next();
                return state.getBoolean(1)
                        ? "the server is a replica, which only reads. Give the address of its primary"
                        : state.getBoolean(2)
                                ? "the server lets this role only read (default_transaction_read_only). Give another"
                                        + " server or role"
                                : "";
            }
        });
        if (!reason.isEmpty()) {
            throw new StoreException(
                    Kind.DENIED, "Cannot write to " + location + ": " + reason + ". Nothing was written.");
        }
    }

    @Override
    public Set<Right> lacks(String table, Set<Right> wanted) throws StoreException {
        return with(
                "Cannot ask for the rights on " + noun(table) + " in " + location,
                connection -> PostgresRights.lacks(connection, find(connection, table), wanted));
    }

    @Override
    public Instant clock() throws StoreException {
        return with("Cannot ask " + location + " for its time", connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT pg_catalog.clock_timestamp()")) {
                row.next();
                return row.getObject(1, OffsetDateTime.class).toInstant();
            }
        });
    }

    @Override
    public Set<String> computed(String table) throws StoreException {
        Set<String> computed = new LinkedHashSet<>();
        for (PostgresTable.Column column : known(table, "Cannot read table " + table + " in " + location)
                .columns()
                .values()) {
            if (column.computed()) {
                computed.add(column.name());
            }
        }
        return computed;
    }

    @Override
    public List<String> advance(String table) throws StoreException {
        if (!options.advancesSequences()) {
            return List.of();
        }
        return with(
                "Cannot advance the sequences of table " + table + " in " + location,
                connection -> PostgresSequences.advance(
                        connection, catalog(connection).table(table)));
    }

    @Override
    public Set<String> numbered(String table) throws StoreException {
        return with("Cannot look up the sequences of table " + table + " in " + location, connection -> {
            Set<String> columns = new LinkedHashSet<>();
            for (PostgresSequences.Sequence each :
                    PostgresSequences.of(connection, catalog(connection).table(table))) {
                columns.add(each.column());
            }
            return columns;
        });
    }

    @Override
    public List<Value> numbers(String table, String column, int count) throws StoreException {
        refuseReadOnly();
        String task = "Cannot take numbers for column " + column + " of table " + table + " in " + location;
        return with(
                task,
                connection ->
                        PostgresSequences.take(connection, catalog(connection).table(table), column, count, task));
    }

    @Override
    public Map<String, Definition> definitions(Collection<String> tables) throws StoreException {
        return with("Cannot look up the tables of " + location, connection -> {
            Map<String, Definition> definitions = new LinkedHashMap<>();
            for (String name : tables) {
                try {
                    definitions.put(name, PostgresDefinitions.of(connection, find(connection, name)));
                } catch (StoreException e) {
                    if (e.kind() != Kind.NOT_FOUND) {
                        throw e;
                    }
                }
            }
            return definitions;
        });
    }

    @Override
    public List<Value> edges(String table, String column) throws StoreException {
        PostgresTable.Column known =
                known(table, "Cannot read table " + table + " in " + location).find(column);
        List<Value> edges = new ArrayList<>();
        if (known != null) {
            edges.addAll(known.type().edges().get());
            if (known.nullable()) {
                edges.add(Value.NULL);
            }
        }
        return edges;
    }

    @Override
    public void addColumns(String table, List<Column> columns) throws StoreException {
        refuseReadOnly();
        with("Cannot add columns to table " + table + " in " + location, connection -> {
            PostgresTable known = catalog(connection).table(table);
            try (Statement statement = connection.createStatement()) {
                for (Column column : columns) {
                    if (known.find(column.name()) == null) {
                        statement.execute(
                                ColumnChanges.add(known.sql(), column.name(), PostgresType.natural(column.type())));
                    }
                }
            }
            forget(known);
            return true;
        });
    }

    @Override
    public List<String> dropEmptyColumns(String table, List<String> columns) throws StoreException {
        refuseReadOnly();
        return with("Cannot drop columns of table " + table + " in " + location, connection -> {
            PostgresTable known = catalog(connection).table(table);
            List<String> there =
                    columns.stream().filter(name -> known.find(name) != null).toList();
            forget(known);
            return ColumnChanges.dropEmpty(
                    connection,
                    known.sql(),
                    there,
                    List.of("BEGIN", "LOCK TABLE " + known.sql() + " IN ACCESS EXCLUSIVE MODE"));
        });
    }

    @Override
    public List<String> remarks(String table) throws StoreException {
        return with(
                "Cannot read table " + table + " in " + location,
                connection ->
                        PostgresRemarks.of(connection, catalog(connection).table(table), options.advancesSequences()));
    }

    /** The content as columns of each value's own kind hold it; which table it is for is not said. */
    @Override
    public Content asStored(Content content) throws StoreException {
        String task = "Cannot write to " + location;
        if (content instanceof Content.RowContent row) {
            return new Content.RowContent(PostgresHolding.natural(row.row(), task));
        } else if (content instanceof Content.RowPatch patch) {
            return new Content.RowPatch(PostgresHolding.natural(patch.set(), task), patch.drop());
        }
        return content;
    }

    /** The content as this table will hold it and give it back. Columns that it does not name are not in it. */
    @Override
    public Content asStored(String table, Content content) throws StoreException {
        String task = writing(table);
        if (content instanceof Content.RowContent row) {
            return new Content.RowContent(PostgresHolding.hold(known(table, task), row.row(), task));
        } else if (content instanceof Content.RowPatch patch) {
            return new Content.RowPatch(PostgresHolding.hold(known(table, task), patch.set(), task), patch.drop());
        }
        return content;
    }

    @Override
    public boolean keeps(String table, RawRows rows) throws StoreException {
        return rows instanceof PostgresPage page && page.isKeptBy(known(table, writing(table)));
    }

    @Override
    public Outcome put(String table, RawRows rows, int from, int to) throws StoreException {
        return PostgresRelay.put(this, known(table, writing(table)), (PostgresPage) rows, from, to);
    }

    @Override
    public @Nullable RawRows among(String name, List<Row> keys) throws StoreException {
        String task = "Cannot read " + noun(name) + " in " + location;
        PostgresTable table = known(name, task);
        try {
            return with(
                            task,
                            connection -> Optional.ofNullable(
                                    PostgresFind.among(connection, table, location.toString(), keys)))
                    .orElse(null);
        } catch (StoreException e) {
            forget(table); // it may have been changed since it was looked up
            throw e;
        }
    }

    private String writing(String table) {
        return tasks.computeIfAbsent(table, name -> "Cannot write to table " + name + " in " + location);
    }

    @Override
    public String objection(ItemKey key) {
        if (!(key instanceof RowKey row)) {
            return "a table has rows, not files";
        }
        String impossible = PostgresSelect.impossible(row.key());
        return impossible == null ? "" : "no column can hold the value of its key column " + impossible;
    }

    /**
     * The table as it was when it was last looked up.
     *
     * @param task what cannot be done if it is not there
     */
    PostgresTable known(String name, String task) throws StoreException {
        PostgresTable table = tables.get(name);
        if (table == null) {
            table = with(task, connection -> find(connection, name));
            tables.put(name, table);
        }
        return table;
    }

    /** Whether triggers of this database insert rows where rows of ours go. */
    boolean meetsTriggered() {
        return meetsTriggered;
    }

    /** Triggers do, so every transaction has to make room from now on. */
    void meetTriggered() {
        meetsTriggered = true;
    }

    /** Something was not as the catalog had it. */
    void forget(PostgresTable table) {
        tables.remove(table.asked());
    }

    Connections connections() {
        return connections;
    }

    @Override
    public void close() {
        connections.close();
    }

    @Override
    public TableStore querying(Query asked) throws StoreException {
        return new PostgresStore(options, PostgresQuery.of(asked, location.toString()));
    }

    /** What a collection is, for messages. */
    String noun(String collection) {
        return (query == null ? "table " : "query ") + collection;
    }

    /** The table, or what the statement gives. */
    PostgresTable find(Connection connection, String name) throws SQLException, StoreException {
        return query == null ? catalog(connection).table(name) : query.table(connection, catalog(connection));
    }

    PostgresCatalog catalog(Connection connection) {
        return new PostgresCatalog(connection, options.schema(), location.toString());
    }

    /** Work on a connection. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException, StoreException;
    }

    /** Does the work on a connection of its own; an SQL error becomes a {@link StoreException} that begins with the task. */
    <T> T with(String task, Work<T> work) throws StoreException {
        try (Connections.Lease lease = borrow(task)) {
            try {
                if (query != null) {
                    query.begin(lease.connection());
                }
                return work.on(lease.connection());
            } catch (SQLException e) {
                if (PostgresErrors.isConnectionLost(e)) {
                    lease.spoil();
                }
                throw PostgresErrors.of(task, e);
            }
        }
    }

    Connections.Lease borrow(String task) throws StoreException {
        try {
            return connections.borrow();
        } catch (SQLException e) {
            throw PostgresErrors.of(task, e);
        }
    }
}
